using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.PostgreSql.Schema;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Writing;

/// <summary>
/// The facts of one append, serialized. Filled by the caller of the store on its own thread, so that it runs beside the commit
/// of those before it; read by the writer; then used again.
/// </summary>
#pragma warning disable CA1001 // The JSON writer writes into this buffer: it holds nothing that has to be let go.
internal sealed class EventBatch : IBufferWriter<byte>
#pragma warning restore CA1001
{
    private const int SmallestBuffer = 1024;

    // PostgreSQL takes messages of up to a gigabyte.
    private const int LargestBuffer = 512 * 1024 * 1024;
    private readonly Utf8JsonWriter _writer;
    private byte[] _buffer = new byte[SmallestBuffer];
    private Row[] _rows = new Row[4];
    private int _used;
    private int _count;

    public EventBatch() => _writer = new Utf8JsonWriter(this, RunEventJson.WriterOptions);

    /// <summary>The size of all payloads, in bytes.</summary>
    public int Size => _used;

    /// <summary>How much memory the batch holds on to, in bytes.</summary>
    public int Capacity => _buffer.Length + (_rows.Length * 40);

    public ReadOnlySpan<Row> Rows => _rows.AsSpan(0, _count);

    public void Fill(ReadOnlySpan<RecordedEvent> events)
    {
        Clear();
        if (_rows.Length < events.Length)
        {
            _rows = new Row[Math.Max(events.Length, _rows.Length * 2)];
        }

        foreach (ref readonly var recorded in events)
        {
            var start = _used;
            _writer.Reset();
            RunEventJson.Write(recorded.Event, _writer);
            _writer.Flush();
            _rows[_count++] = new Row(recorded.Sequence, StoredTime.From(recorded.Timestamp), recorded.Event.Type, (short)recorded.Event.SchemaVersion, start, _used - start);
        }
    }

    /// <summary>Lets go of the facts, so that a batch that waits to be used again keeps none alive.</summary>
    public void Clear()
    {
        _rows.AsSpan(0, _count).Clear();
        _count = 0;
        _used = 0;
    }

    public ReadOnlyMemory<byte> Payload(in Row row) => _buffer.AsMemory(row.Start, row.Length);

    public void Advance(int count) => _used += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _buffer.AsMemory(_used);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _buffer.AsSpan(_used);
    }

    private void Grow(int sizeHint)
    {
        var needed = (long)_used + Math.Max(sizeHint, 256);
        if (needed > _buffer.Length)
        {
            if (needed > LargestBuffer)
            {
                throw new StateStoreException("One append has at most 512 MiB of payload. Nothing was written; hand over large content by reference.", isTransient: false);
            }

            Array.Resize(ref _buffer, (int)Math.Min(Math.Max(needed, _buffer.Length * 2L), LargestBuffer));
        }
    }

    /// <summary>One fact: what its row of the journal has.</summary>
    internal readonly record struct Row(long Sequence, long Timestamp, string Type, short SchemaVersion, int Start, int Length);
}
