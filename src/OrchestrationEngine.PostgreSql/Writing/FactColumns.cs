using Npgsql;
using NpgsqlTypes;

namespace OrchestrationEngine.PostgreSql.Writing;

/// <summary>The facts of one statement, column by column. Its lists are used again by the next. Used by one writer.</summary>
internal sealed class FactColumns
{
    private readonly List<long> _places = [];
    private readonly List<long> _sequences = [];
    private readonly List<long> _timestamps = [];
    private readonly List<short> _schemaVersions = [];
    private readonly List<string> _types = [];
    private readonly List<ReadOnlyMemory<byte>> _payloads = [];

    /// <summary>Adds the facts of a write.</summary>
    /// <param name="batch">The facts.</param>
    /// <param name="place">The place of the write in the group, from 1.</param>
    public void Add(EventBatch batch, long place)
    {
        foreach (ref readonly var row in batch.Rows)
        {
            _places.Add(place);
            _sequences.Add(row.Sequence);
            _timestamps.Add(row.Timestamp);
            _schemaVersions.Add(row.SchemaVersion);
            _types.Add(row.Type);
            _payloads.Add(batch.Payload(row));
        }
    }

    public void Clear()
    {
        _places.Clear();
        _sequences.Clear();
        _timestamps.Clear();
        _schemaVersions.Clear();
        _types.Clear();
        _payloads.Clear();
    }

    /// <summary>Adds the columns of facts that belong to one write, whose numbers follow from its version.</summary>
    public void BindOne(NpgsqlParameterCollection parameters)
    {
        parameters.Add(Column(_timestamps, NpgsqlDbType.Bigint));
        parameters.Add(Column(_schemaVersions, NpgsqlDbType.Smallint));
        parameters.Add(Column(_types, NpgsqlDbType.Text));
        parameters.Add(Column(_payloads, NpgsqlDbType.Text));
    }

    /// <summary>Adds the columns of facts of many writes.</summary>
    public void BindMany(NpgsqlParameterCollection parameters)
    {
        parameters.Add(Column(_places, NpgsqlDbType.Bigint));
        parameters.Add(Column(_sequences, NpgsqlDbType.Bigint));
        BindOne(parameters);
    }

    /// <summary>Makes an array parameter of a list that is filled before each use.</summary>
    public static NpgsqlParameter Column<T>(List<T> values, NpgsqlDbType type) => new NpgsqlParameter<List<T>> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
}
