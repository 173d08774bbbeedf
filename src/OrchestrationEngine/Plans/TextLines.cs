using System.Text.Unicode;

namespace OrchestrationEngine.Plans;

/// <summary>
/// Turns offsets in a UTF-8 text into lines and columns, both from 1. Offsets that ascend are found in one pass over the text.
/// For one thread.
/// </summary>
internal sealed class TextLines(ReadOnlyMemory<byte> utf8)
{
    private long _lines;
    private int _lineStart;
    private int _seen;

    public (long Line, long Column) At(long offset)
    {
        var end = (int)Math.Min(offset, utf8.Length);
        if (end < _seen)
        {
            (_lines, _lineStart, _seen) = (0, 0, 0);
        }

        var rest = utf8.Span[_seen..end];
        _lines += rest.Count((byte)'\n');
        var lastBreak = rest.LastIndexOf((byte)'\n');
        _lineStart = lastBreak < 0 ? _lineStart : _seen + lastBreak + 1;
        _seen = end;
        return (_lines + 1, end - _lineStart + 1);
    }

    /// <summary>The offset of a line and a byte in it, both from 0.</summary>
    public int OffsetOf(long line, long byteInLine)
    {
        var span = utf8.Span;
        var start = 0;
        for (; line > 0 && span[start..].IndexOf((byte)'\n') is >= 0 and var length; line--)
        {
            start += length + 1;
        }

        return (int)Math.Min(start + byteInLine, utf8.Length);
    }

    /// <summary>Where the text stops being UTF-8; -1 when all of it is.</summary>
    public int FirstInvalid()
    {
        if (Utf8.IsValid(utf8.Span))
        {
            return -1;
        }

        Span<char> chars = stackalloc char[1024];
        var offset = 0;
        while (Utf8.ToUtf16(utf8.Span[offset..], chars, out var read, out _, replaceInvalidSequences: false) == System.Buffers.OperationStatus.DestinationTooSmall)
        {
            offset += read;
            read = 0;
        }

        Utf8.ToUtf16(utf8.Span[offset..], chars, out var last, out _, replaceInvalidSequences: false);
        return offset + last;
    }
}
