using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using OrchestrationEngine.PostgreSql.Schema;
using OrchestrationEngine.Runs;
using static OrchestrationEngine.PostgreSql.Writing.FactColumns;

namespace OrchestrationEngine.PostgreSql.Writing;

/// <summary>Makes the statements for groups of writes. Parameters of one kind lie together: the server gets a dozen arrays, not thousands of values. Used by one writer.</summary>
internal sealed class GroupStatements(AppendSql sql)
{
    /// <summary>The statement for creations.</summary>
    /// <param name="writes">Of different runs.</param>
    public NpgsqlBatchCommand Create(IReadOnlyList<PendingWrite> writes)
    {
        var facts = new FactColumns();
        var (runs, plans, planVersions, keys) = (new List<string>(), new List<string>(), new List<string>(), new List<string?>());
        var (versions, created, updated, bytes) = (new List<long>(), new List<long>(), new List<long>(), new List<long>());
        var (owners, agents) = (new List<string?>(), new List<string>());
        var (statuses, dues) = (new List<string>(), new List<bool>());
        for (var i = 0; i < writes.Count; i++)
        {
            var creation = writes[i].Creation!;
            var rows = writes[i].Batch.Rows;
            runs.Add(creation.Id.Value);
            plans.Add(creation.PlanId);
            planVersions.Add(creation.PlanVersion);
            keys.Add(creation.BusinessKey);
            versions.Add(rows[^1].Sequence);
            created.Add(rows[0].Timestamp);
            updated.Add(rows[^1].Timestamp);
            bytes.Add(writes[i].Batch.Size);
            owners.Add(creation.Owner?.Value);
            agents.Add(JsonSerializer.Serialize(creation.Agents));
            statuses.Add(StoredStatus.From(creation.Status));
            dues.Add(creation.Owner is null && !creation.Status.IsTerminal());
            facts.Add(writes[i].Batch, i + 1);
        }

        var command = new NpgsqlBatchCommand(sql.Create);
        facts.BindMany(command.Parameters);
        command.Parameters.Add(Column(runs, NpgsqlDbType.Text));
        command.Parameters.Add(Column(plans, NpgsqlDbType.Text));
        command.Parameters.Add(Column(planVersions, NpgsqlDbType.Text));
        command.Parameters.Add(Column(keys, NpgsqlDbType.Text));
        command.Parameters.Add(Column(versions, NpgsqlDbType.Bigint));
        command.Parameters.Add(Column(created, NpgsqlDbType.Bigint));
        command.Parameters.Add(Column(updated, NpgsqlDbType.Bigint));
        command.Parameters.Add(Column(bytes, NpgsqlDbType.Bigint));
        command.Parameters.Add(Column(owners, NpgsqlDbType.Text));
        command.Parameters.Add(Column(agents, NpgsqlDbType.Text));
        command.Parameters.Add(Column(statuses, NpgsqlDbType.Text));
        command.Parameters.Add(Column(dues, NpgsqlDbType.Boolean));
        return command;
    }

    /// <summary>The statement for appends: those with answers, or those without.</summary>
    /// <param name="writes">Of different runs.</param>
    /// <param name="answer">Whether they have answers.</param>
    public NpgsqlBatchCommand Append(IReadOnlyList<PendingWrite> writes, bool answer)
    {
        var facts = new FactColumns();
        var (runs, statuses, ends) = (new List<string>(), new List<string>(), new List<bool>());
        var (expected, epochs, versions, updated, bytes) = (new List<long>(), new List<long>(), new List<long>(), new List<long?>(), new List<long>());
        for (var i = 0; i < writes.Count; i++)
        {
            var write = writes[i];
            var rows = write.Batch.Rows;
            runs.Add(write.Run.Value);
            expected.Add(write.ExpectedVersion);
            epochs.Add(write.Epoch);
            versions.Add(rows.IsEmpty ? write.ExpectedVersion : rows[^1].Sequence);
            statuses.Add(StoredStatus.From(write.Status));
            updated.Add(rows.IsEmpty ? null : rows[^1].Timestamp);
            bytes.Add(write.Batch.Size);
            ends.Add(write.Status.IsTerminal());
            facts.Add(write.Batch, i + 1);
        }

        var command = new NpgsqlBatchCommand(answer ? sql.ManyWithAnswers : sql.Many);
        facts.BindMany(command.Parameters);
        command.Parameters.Add(Column(runs, NpgsqlDbType.Text));
        command.Parameters.Add(Column(expected, NpgsqlDbType.Bigint));
        command.Parameters.Add(Column(epochs, NpgsqlDbType.Bigint));
        command.Parameters.Add(Column(versions, NpgsqlDbType.Bigint));
        command.Parameters.Add(Column(statuses, NpgsqlDbType.Text));
        command.Parameters.Add(Column(updated, NpgsqlDbType.Bigint));
        command.Parameters.Add(Column(bytes, NpgsqlDbType.Bigint));
        command.Parameters.Add(Column(ends, NpgsqlDbType.Boolean));
        if (answer)
        {
            BindAnswers(writes, command.Parameters);
        }

        return command;
    }

    /// <summary>The statement that locks the rows of all runs of a group with messages, and of those that they are to.</summary>
    public NpgsqlBatchCommand Lock(IReadOnlyList<PendingWrite> writes)
    {
        var runs = writes.Select(static write => write.Run).Concat(writes.SelectMany(static write => write.Messages).Select(static message => message.Run));
        var command = new NpgsqlBatchCommand(sql.Lock);
        command.Parameters.Add(Column(runs.Select(static run => run.Value).Distinct(StringComparer.Ordinal).ToList(), NpgsqlDbType.Text));
        return command;
    }

    /// <summary>The statement for the messages of a group whose appends are done or refused.</summary>
    public NpgsqlBatchCommand Post(IReadOnlyList<PendingWrite> writes)
    {
        var (senders, messages, targets, kinds, payloads) = (new List<string>(), new List<string>(), new List<string>(), new List<string>(), new List<ReadOnlyMemory<byte>>());
        foreach (var write in writes)
        {
            foreach (var message in write.Messages)
            {
                senders.Add(write.Run.Value);
                messages.Add(message.Id);
                targets.Add(message.Run.Value);
                kinds.Add(message.Kind);
                payloads.Add(message.Payload.Utf8);
            }
        }

        var command = new NpgsqlBatchCommand(sql.Post);
        foreach (var column in (IEnumerable<List<string>>)[senders, messages, targets, kinds])
        {
            command.Parameters.Add(Column(column, NpgsqlDbType.Text));
        }

        command.Parameters.Add(Column(payloads, NpgsqlDbType.Text));
        return command;
    }

    private static void BindAnswers(IReadOnlyList<PendingWrite> writes, NpgsqlParameterCollection parameters)
    {
        var (places, messages, refusals) = (new List<long>(), new List<string>(), new List<string?>());
        for (var i = 0; i < writes.Count; i++)
        {
            foreach (var answer in writes[i].Answers)
            {
                places.Add(i + 1);
                messages.Add(answer.MessageId);
                refusals.Add(answer.Refusal);
            }
        }

        parameters.Add(Column(places, NpgsqlDbType.Bigint));
        parameters.Add(Column(messages, NpgsqlDbType.Text));
        parameters.Add(Column(refusals, NpgsqlDbType.Text));
    }
}
