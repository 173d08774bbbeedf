using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Schema;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>
/// The facts of one append, serialized. Filled by the caller of the store on its own thread, so that it runs beside the commit
/// of those before it; read by the writer; then used again.
/// </summary>
#pragma warning disable CA1001 // The JSON writer writes into this buffer: it holds nothing that has to be let go.
internal sealed class EventBatch : IBufferWriter<byte>
#pragma warning restore CA1001
{
    private const int SmallestBuffer = 1024;
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
            _rows[_count++] = new Row(recorded.Sequence, StoredTime.From(recorded.Timestamp), recorded.Event, start, _used - start);
        }
    }

    /// <summary>Lets go of the facts, so that a batch that waits to be used again keeps none alive.</summary>
    public void Clear()
    {
        _rows.AsSpan(0, _count).Clear();
        _count = 0;
        _used = 0;
    }

    public ReadOnlySpan<byte> Payload(in Row row) => _buffer.AsSpan(row.Start, row.Length);

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
            if (needed > Array.MaxLength)
            {
                throw new StateStoreException("One append has at most 2 GB of payload. Nothing was written; hand over large content by reference.", isTransient: false);
            }

            Array.Resize(ref _buffer, (int)Math.Min(Math.Max(needed, _buffer.Length * 2L), Array.MaxLength));
        }
    }

    /// <summary>One fact: what the row of the journal has, and the fact itself for the projections.</summary>
    internal readonly record struct Row(long Sequence, long Timestamp, RunEvent Event, int Start, int Length);
}
