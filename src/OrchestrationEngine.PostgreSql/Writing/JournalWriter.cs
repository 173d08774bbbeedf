using Npgsql;
using OrchestrationEngine.PostgreSql.Connecting;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Writing;

/// <summary>A connection that writes: a group of writes in one transaction and one round trip. Used for one group at a time.</summary>
internal sealed class JournalWriter(Database database, string ringer) : IAsyncDisposable
{
    // A write that was refused without a reason that could be found afterwards met others on its way; it is sent again.
    private const int MostTries = 10;

    // Up to so many, statements that are prepared cost less than the plan for a group.
    private const int MostPrepared = 4;
    private readonly AppendSql _sql = new(database.Names);
    private readonly GroupStatements _statements = new(new AppendSql(database.Names));
    private readonly Refusals _refusals = new(database);
    private NpgsqlConnection? _connection;
    private readonly FewAppends?[] _few = new FewAppends?[MostPrepared];

    /// <summary>How many transactions were committed.</summary>
    public long Commits { get; private set; }

    /// <summary>Does all writes of a group, or refuses those that can't be done. Whatever goes wrong is told to the writes and never thrown.</summary>
    /// <param name="group">Writes to different runs.</param>
    public async Task CommitAsync(IReadOnlyList<PendingWrite> group)
    {
        try
        {
            await CommitOrThrowAsync(group).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever it is, the callers are told; were it thrown here, they would wait for ever.
        catch (Exception e)
#pragma warning restore CA1031
        {
            RefuseAll(group, e as OrchestrationException ?? (PostgreSqlFaults.IsOfDriver(e)
                ? PostgreSqlFaults.Translate(e, database)
                : new StateStoreException($"{database.Description} failed: {e.Message}", isTransient: false, e)));
        }
    }

    public async ValueTask DisposeAsync() => await DisconnectAsync().ConfigureAwait(false);

    private static int ByRun(PendingWrite one, PendingWrite other) => string.CompareOrdinal(one.Run.Value, other.Run.Value);

    private static void RefuseAll(IReadOnlyList<PendingWrite> writes, Exception refusal)
    {
        foreach (var write in writes)
        {
            if (!write.IsDone && !write.IsRefused)
            {
                write.Refuse(refusal);
            }
        }
    }

    private async Task CommitOrThrowAsync(IReadOnlyList<PendingWrite> group)
    {
        var left = group;
        for (var attempt = 1; left.Count > 0; attempt++)
        {
            var connection = await ConnectAsync().ConfigureAwait(false);
            try
            {
                if (!await SendAsync(connection, left).ConfigureAwait(false))
                {
                    left = await _refusals.ExplainAsync(connection, left).ConfigureAwait(false);
                    if (left.Count > 0 && attempt >= MostTries)
                    {
                        RefuseAll(left, new StateStoreException($"{database.Description} is changed by others so often that the write found no place. Nothing was written.", isTransient: true));
                        return;
                    }

                    continue;
                }

                return;
            }
            catch (Exception e) when (PostgreSqlFaults.GaveWay(e) && attempt < MostTries)
            {
                // Rolled back as a whole to let another transaction through: nothing was done.
            }
            catch (Exception e) when (PostgreSqlFaults.IsRefusal(e) && left.Count > 1)
            {
                // One write that can't be kept must not take the others of its group down with it.
                foreach (var write in left.Where(static write => !write.IsDone))
                {
                    await CommitAsync([write]).ConfigureAwait(false);
                }

                return;
            }
            catch (Exception e) when (PostgreSqlFaults.IsOfDriver(e))
            {
                if (PostgreSqlFaults.IsRefusal(e))
                {
                    throw PostgreSqlFaults.Translate(e, database);
                }

                await DisconnectAsync().ConfigureAwait(false);
                throw PostgreSqlFaults.Unknown(e, database);
            }
        }
    }

    /// <summary>Sends a group. Afterwards those that were done say so.</summary>
    /// <returns>Whether all were.</returns>
    private async Task<bool> SendAsync(NpgsqlConnection connection, IReadOnlyList<PendingWrite> writes)
    {
        if (writes.Count <= MostPrepared && writes.All(static write => write.IsPlain))
        {
            var few = _few[writes.Count - 1] ??= await FewAppends.PrepareAsync(connection, _sql, database, writes.Count).ConfigureAwait(false);
            await few.SendAsync(writes.Count == 1 ? writes : [.. writes.OrderBy(static write => write.Run.Value, StringComparer.Ordinal)]).ConfigureAwait(false);
            Commits++;
            return writes.All(static write => write.IsDone);
        }

        List<PendingWrite> creations = [.. writes.Where(static write => write.Creation is not null)];
        List<PendingWrite> plain = [.. writes.Where(static write => write.Creation is null && write.Answers.Count == 0)];
        List<PendingWrite> answering = [.. writes.Where(static write => write.Answers.Count > 0)];
        plain.Sort(ByRun);
        answering.Sort(ByRun);
        using var batch = connection.CreateBatch();
        batch.Timeout = database.Timeout;
        List<(List<PendingWrite> Writes, bool MayBeDue)> asked = [];
        if (database.FlushesAppends is { } flushes)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(flushes));
            asked.Add(([], false));
        }

        var tells = writes.Any(static write => write.Messages.Count > 0);
        if (tells)
        {
            batch.BatchCommands.Add(_statements.Lock(writes));
            asked.Add(([], false));
        }

        if (creations.Count > 0)
        {
            batch.BatchCommands.Add(_statements.Create(creations));
            asked.Add((creations, false));
        }

        if (plain.Count > 0)
        {
            batch.BatchCommands.Add(_statements.Append(plain, answer: false));
            asked.Add((plain, true));
        }

        if (answering.Count > 0)
        {
            batch.BatchCommands.Add(_statements.Append(answering, answer: true));
            asked.Add((answering, true));
        }

        if (tells)
        {
            batch.BatchCommands.Add(_statements.Post(writes));
        }

        // Not with plain appends: the server lets transactions that notify commit one after the other.
        if (answering.Count > 0 || tells || creations.Exists(static write => write.Creation!.Owner is null))
        {
            batch.BatchCommands.Add(Ring());
        }

        var isDue = await ReadAsync(batch, asked).ConfigureAwait(false);
        Commits++;
        if (isDue)
        {
            // A run that has ended with a message left over: whoever looks next finds it, and this makes that soon.
            await database.ChangeAsync([Ring()], CancellationToken.None).ConfigureAwait(false);
        }

        return writes.All(static write => write.IsDone);
    }

    private static async Task<bool> ReadAsync(NpgsqlBatch batch, List<(List<PendingWrite> Writes, bool MayBeDue)> asked)
    {
        var done = new List<PendingWrite>();
        var isDue = false;
        var reader = await batch.ExecuteReaderAsync().ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            foreach (var (writes, mayBeDue) in asked)
            {
                while (writes.Count > 0 && await reader.ReadAsync().ConfigureAwait(false))
                {
                    done.Add(writes[(int)reader.GetInt64(0) - 1]);
                    isDue |= mayBeDue && reader.GetBoolean(1);
                }

                await reader.NextResultAsync().ConfigureAwait(false);
            }

            // The commit is the last thing that the server says: only then has any of it happened.
            while (await reader.NextResultAsync().ConfigureAwait(false))
            {
            }
        }

        done.ForEach(static write => write.IsDone = true);
        return isDue;
    }

    private NpgsqlBatchCommand Ring() => Statement.Of("SELECT pg_notify($1, $2)", Statement.Text(database.Names.Channel), Statement.Text(ringer));

    private async ValueTask<NpgsqlConnection> ConnectAsync()
    {
        await database.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        return _connection ??= await BeginSessionAsync().ConfigureAwait(false);
    }

    private async ValueTask<NpgsqlConnection> BeginSessionAsync()
    {
        var connection = await database.ConnectAsync(CancellationToken.None).ConfigureAwait(false);
        if (!database.MaySet)
        {
            return connection;
        }

        try
        {
            // A plan that was made when the table had one page would read the whole table for as long as the server thinks that it has one.
            using var command = new NpgsqlCommand("SET enable_seqscan = off", connection) { CommandTimeout = database.Timeout };
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask DisconnectAsync()
    {
        Array.Clear(_few);
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
