using Npgsql;
using NpgsqlTypes;
using OrchestrationEngine.PostgreSql.Connecting;
using OrchestrationEngine.PostgreSql.Schema;

namespace OrchestrationEngine.PostgreSql.Writing;

/// <summary>A fixed number of single appends, each a statement prepared on a connection, that go in one transaction and one round trip. Filled anew for each use; used for one at a time.</summary>
internal sealed class FewAppends
{
    private readonly NpgsqlBatch _batch;
    private readonly Place[] _places;

    private FewAppends(NpgsqlConnection connection, AppendSql sql, Database database, int count)
    {
        _batch = connection.CreateBatch();
        _batch.Timeout = database.Timeout;
        if (database.FlushesAppends is { } flushes)
        {
            _batch.BatchCommands.Add(new NpgsqlBatchCommand(flushes));
        }

        _places = new Place[count];
        for (var i = 0; i < count; i++)
        {
            _places[i] = new Place(sql);
            _batch.BatchCommands.Add(_places[i].Command);
        }
    }

    public static async ValueTask<FewAppends> PrepareAsync(NpgsqlConnection connection, AppendSql sql, Database database, int count)
    {
        var few = new FewAppends(connection, sql, database, count);
        if (database.KeepsSession)
        {
            await few._batch.PrepareAsync().ConfigureAwait(false);
        }

        return few;
    }

    /// <summary>Sends appends. Afterwards those that were written say so; of the others, nothing was.</summary>
    /// <param name="writes">As many as there are places, of different runs.</param>
    public async ValueTask SendAsync(IReadOnlyList<PendingWrite> writes)
    {
        for (var i = 0; i < _places.Length; i++)
        {
            _places[i].Fill(writes[i]);
        }

        // The driver returns when the server has said that it has committed.
        await _batch.ExecuteNonQueryAsync().ConfigureAwait(false);
        for (var i = 0; i < _places.Length; i++)
        {
            writes[i].IsDone = _places[i].Command.RecordsAffected > 0;
            _places[i].Clear();
        }
    }

    /// <summary>One of the statements and its parameters.</summary>
    private sealed class Place
    {
        private readonly FactColumns _facts = new();
        private readonly NpgsqlParameter<string> _run = new() { NpgsqlDbType = NpgsqlDbType.Text, TypedValue = "" };
        private readonly NpgsqlParameter<long> _expected = new() { NpgsqlDbType = NpgsqlDbType.Bigint };
        private readonly NpgsqlParameter<long> _epoch = new() { NpgsqlDbType = NpgsqlDbType.Bigint };
        private readonly NpgsqlParameter<long> _version = new() { NpgsqlDbType = NpgsqlDbType.Bigint };
        private readonly NpgsqlParameter<string> _status = new() { NpgsqlDbType = NpgsqlDbType.Text, TypedValue = "" };
        private readonly NpgsqlParameter<long> _updated = new() { NpgsqlDbType = NpgsqlDbType.Bigint };
        private readonly NpgsqlParameter<long> _bytes = new() { NpgsqlDbType = NpgsqlDbType.Bigint };

        public Place(AppendSql sql)
        {
            Command = new NpgsqlBatchCommand(sql.One) { Parameters = { _run, _expected, _epoch, _version, _status, _updated, _bytes } };
            _facts.BindOne(Command.Parameters);
        }

        public NpgsqlBatchCommand Command { get; }

        public void Fill(PendingWrite write)
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
        }

        // The payloads are in buffers that are used again.
        public void Clear() => _facts.Clear();
    }
}
