using System.Buffers;

namespace OrchestrationEngine.Agents;

/// <summary>Takes what a program writes. Called by one reader at a time.</summary>
internal interface IPipeSink
{
    void Accept(ReadOnlySpan<byte> bytes);

    void End();
}

/// <summary>Keeps the beginning, up to a limit, and tells when there is more.</summary>
internal sealed class HeadCapture(int limit) : IPipeSink
{
    private readonly ArrayBufferWriter<byte> _kept = new();

    // The continuation stops the process; it must not run inside the reader.
    private readonly TaskCompletionSource _overflowed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed when there is more than the limit.</summary>
    public Task Overflowed => _overflowed.Task;

    /// <summary>How many bytes came, those that were not kept included.</summary>
    public long Received { get; private set; }

    public ReadOnlyMemory<byte> Kept => _kept.WrittenMemory;

    public void Accept(ReadOnlySpan<byte> bytes)
    {
        Received += bytes.Length;
        _kept.Write(bytes[..Math.Min(bytes.Length, limit - _kept.WrittenCount)]);
        if (Received > limit)
        {
            _overflowed.TrySetResult();
        }
    }

    public void End()
    {
    }
}

/// <summary>Keeps the end, up to a limit.</summary>
internal sealed class TailCapture(int limit) : IPipeSink
{
    private readonly ArrayBufferWriter<byte> _recent = new();

    /// <summary>Whether anything before the end was dropped.</summary>
    public bool IsCut { get; private set; }

    public ReadOnlySpan<byte> Kept => Last(_recent.WrittenSpan);

    public void Accept(ReadOnlySpan<byte> bytes)
    {
        IsCut |= _recent.WrittenCount + bytes.Length > limit;
        _recent.Write(Last(bytes));

        // Dropping the front only at twice the limit keeps the copying in proportion to what comes.
        if (_recent.WrittenCount >= 2L * limit)
        {
            var kept = Last(_recent.WrittenSpan).ToArray();
            _recent.ResetWrittenCount();
            _recent.Write(kept);
        }
    }

    public void End()
    {
    }

    private ReadOnlySpan<byte> Last(ReadOnlySpan<byte> bytes) => bytes.Length <= limit ? bytes : bytes[^limit..];
}

/// <summary>Hands over each line as text; of a long line only its beginning.</summary>
internal sealed class LineSplitter(Action<string> line) : IPipeSink
{
    /// <summary>How many bytes of a line are handed over.</summary>
    public const int MaxLineBytes = 4096;

    private readonly ArrayBufferWriter<byte> _line = new(256);
    private bool _isCut;

    public void Accept(ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOf((byte)'\n') is var end && end >= 0)
        {
            Append(bytes[..end]);
            Flush();
            bytes = bytes[(end + 1)..];
        }

        Append(bytes);
    }

    public void End()
    {
        if (_line.WrittenCount > 0)
        {
            Flush();
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        var room = MaxLineBytes - _line.WrittenCount;
        _isCut |= bytes.Length > room;
        _line.Write(bytes[..Math.Min(bytes.Length, room)]);
    }

    private void Flush()
    {
        var text = PrintableText.From(_line.WrittenSpan).TrimEnd();
        _line.ResetWrittenCount();
        line(_isCut ? text + "…" : text);
        _isCut = false;
    }
}
