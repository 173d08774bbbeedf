using Npgsql;
using OrchestrationEngine.PostgreSql.Connecting;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Writing;

/// <summary>Looks for the reasons why writes were left alone, after the transaction, off the way of those that were done.</summary>
internal sealed class Refusals(Database database)
{
    /// <summary>Refuses each write that was not done with its reason; a creation whose business key is taken is answered with the run that has it.</summary>
    /// <returns>The writes for which there is no reason any more: they are to be sent again.</returns>
    public async Task<IReadOnlyList<PendingWrite>> ExplainAsync(NpgsqlConnection connection, IReadOnlyList<PendingWrite> group)
    {
        var open = group.Where(static write => !write.IsDone).ToList();
        var known = await LookAsync(connection, open).ConfigureAwait(false);
        var left = new List<PendingWrite>();
        foreach (var write in open)
        {
            var refusal = write.Creation is { } creation ? known.Explain(write, creation) : known.Explain(write);
            if (refusal is not null)
            {
                write.Refuse(refusal);
            }
            else if (!write.IsDone)
            {
                left.Add(write);
            }
        }

        return left;
    }

    private async Task<Known> LookAsync(NpgsqlConnection connection, List<PendingWrite> writes)
    {
        var names = database.Names;
        var keys = writes.Select(static write => write.Creation?.BusinessKey).OfType<string>();
        var messages = writes.SelectMany(static write => write.Answers).Select(static answer => answer.MessageId);
        var owners = writes.Select(static write => write.Creation?.Owner?.Value).OfType<string>();
        using var batch = connection.CreateBatch();
        batch.Timeout = database.Timeout;
        batch.BatchCommands.Add(Statement.Of(
            $"SELECT run_id, version, epoch, business_key FROM {names.Runs} WHERE run_id = ANY ($1) UNION SELECT run_id, version, epoch, business_key FROM {names.Runs} WHERE business_key = ANY ($2)",
            Statement.Texts(writes.Select(static write => write.Run.Value)),
            Statement.Texts(keys)));
        batch.BatchCommands.Add(Statement.Of(
            $"SELECT m.message_id, r.run_id FROM {names.Inbox} m JOIN {names.Runs} r ON r.run_key = m.run_key WHERE m.message_id = ANY ($1) AND m.answered_at IS NULL",
            Statement.Texts(messages)));
        batch.BatchCommands.Add(Statement.Of($"SELECT node_id FROM {names.Nodes} WHERE node_id = ANY ($1)", Statement.Texts(owners)));

        var known = new Known();
        var reader = await batch.ExecuteReaderAsync().ConfigureAwait(false);
        await using var readerScope = reader.ConfigureAwait(false);
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            var run = new RunId(reader.GetString(0));
            known.Runs[run] = (reader.GetInt64(1), reader.GetInt64(2));
            if (!reader.IsDBNull(3))
            {
                known.Holders[reader.GetString(3)] = run;
            }
        }

        await reader.NextResultAsync().ConfigureAwait(false);
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            known.Unanswered.Add((reader.GetString(0), reader.GetString(1)));
        }

        await reader.NextResultAsync().ConfigureAwait(false);
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            known.Nodes.Add(reader.GetString(0));
        }

        await reader.NextResultAsync().ConfigureAwait(false);
        return known;
    }

    /// <summary>What the look has shown.</summary>
    private sealed class Known
    {
        public Dictionary<RunId, (long Version, long Epoch)> Runs { get; } = [];

        public Dictionary<string, RunId> Holders { get; } = new(StringComparer.Ordinal);

        public HashSet<(string Message, string Run)> Unanswered { get; } = [];

        public HashSet<string> Nodes { get; } = new(StringComparer.Ordinal);

        public OrchestrationException? Explain(PendingWrite write, NewRun creation)
        {
            if (creation.BusinessKey is { } key && Holders.TryGetValue(key, out var holder))
            {
                write.AnswerWith(holder);
                return null;
            }

            return Runs.ContainsKey(write.Run) ? new RunExistsException(write.Run)
                : creation.Owner is { } owner && !Nodes.Contains(owner.Value) ? new NodeExpiredException(owner)
                : null;
        }

        public OrchestrationException? Explain(PendingWrite write)
        {
            if (!Runs.TryGetValue(write.Run, out var run))
            {
                return new RunNotFoundException(write.Run);
            }

            if (run.Epoch != write.Epoch)
            {
                return new LeaseLostException(write.Run, write.Epoch, run.Epoch);
            }

            if (run.Version != write.ExpectedVersion)
            {
                return new ConcurrentAppendException(write.Run, write.ExpectedVersion, run.Version);
            }

            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var answer in write.Answers)
            {
                if (!seen.Add(answer.MessageId) || !Unanswered.Contains((answer.MessageId, write.Run.Value)))
                {
                    return new InboxAnsweredException(write.Run, answer.MessageId);
                }
            }

            return null;
        }
    }
}
