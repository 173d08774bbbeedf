using Npgsql;
using NpgsqlTypes;
using OrchestrationEngine.PostgreSql.Connecting;
using OrchestrationEngine.PostgreSql.Schema;

namespace OrchestrationEngine.PostgreSql.Writing;

/// <summary>The statement for one append, prepared on a connection and filled anew for each. Used for one at a time.</summary>
internal sealed class OneAppend
{
    private readonly NpgsqlBatch _batch;
    private readonly FactColumns _facts = new();
    private readonly NpgsqlParameter<string> _run = new() { NpgsqlDbType = NpgsqlDbType.Text, TypedValue = "" };
    private readonly NpgsqlParameter<long> _expected = new() { NpgsqlDbType = NpgsqlDbType.Bigint };
    private readonly NpgsqlParameter<long> _epoch = new() { NpgsqlDbType = NpgsqlDbType.Bigint };
    private readonly NpgsqlParameter<long> _version = new() { NpgsqlDbType = NpgsqlDbType.Bigint };
    private readonly NpgsqlParameter<string> _status = new() { NpgsqlDbType = NpgsqlDbType.Text, TypedValue = "" };
    private readonly NpgsqlParameter<long> _updated = new() { NpgsqlDbType = NpgsqlDbType.Bigint };
    private readonly NpgsqlParameter<long> _bytes = new() { NpgsqlDbType = NpgsqlDbType.Bigint };

    private OneAppend(NpgsqlConnection connection, AppendSql sql, Database database)
    {
        var command = new NpgsqlBatchCommand(sql.One) { Parameters = { _run, _expected, _epoch, _version, _status, _updated, _bytes } };
        _facts.BindOne(command.Parameters);
        _batch = connection.CreateBatch();
        _batch.Timeout = database.Timeout;
        if (database.FlushesAppends is { } flushes)
        {
            _batch.BatchCommands.Add(new NpgsqlBatchCommand(flushes));
        }

        _batch.BatchCommands.Add(command);
    }

    public static async ValueTask<OneAppend> PrepareAsync(NpgsqlConnection connection, AppendSql sql, Database database)
    {
        var one = new OneAppend(connection, sql, database);
        if (database.KeepsSession)
        {
            await one._batch.PrepareAsync().ConfigureAwait(false);
        }

        return one;
    }

    /// <summary>Sends an append.</summary>
    /// <returns>Whether it was written; if not, nothing was.</returns>
    public async ValueTask<bool> SendAsync(PendingWrite write)
    {
        var last = write.Batch.Rows[^1];
        _run.TypedValue = write.Run.Value;
        _expected.TypedValue = write.ExpectedVersion;
        _epoch.TypedValue = write.Epoch;
        _version.TypedValue = last.Sequence;
        _status.TypedValue = StoredStatus.From(write.Status);
        _updated.TypedValue = last.Timestamp;
        _bytes.TypedValue = write.Batch.Size;
        _facts.Clear();
        _facts.Add(write.Batch, 1);
        var written = await _batch.ExecuteNonQueryAsync().ConfigureAwait(false);
        _facts.Clear();
        return written > 0;
    }
}
