using System.Buffers.Binary;
using System.Text;

namespace OrchestrationEngine.Runs;

/// <summary>Reads what <see cref="StateWriter"/> wrote. Whatever it is given, it throws <see cref="InvalidDataException"/> and nothing else.</summary>
internal ref struct StateReader(ReadOnlyMemory<byte> content)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _span = content.Span;
    private int _position;

    public readonly bool AtEnd => _position == _span.Length;

    public byte Byte() => _position < _span.Length ? _span[_position++] : throw TooShort();

    public int Count() => Unsigned() is <= int.MaxValue and var value ? (int)value : throw new InvalidDataException("A number is too large.");

    /// <summary>A number that is below a limit: an index, or a value of an enumeration.</summary>
    public int Below(int limit) => Count() is var value && value < limit ? value : throw new InvalidDataException($"A number is {value}; expected less than {limit}.");

    public long LongCount() => (long)Unsigned() is >= 0 and var value ? value : throw new InvalidDataException("A number is too large.");

    public long Number()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public long Ticks()
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)).Span);
        return value >= 0 && value <= DateTimeOffset.MaxValue.Ticks ? value : throw new InvalidDataException("A time is out of range.");
    }

    /// <summary>A part of the content itself, not a copy.</summary>
    public ReadOnlyMemory<byte> Bytes() => Take(Count());

    public string? Text()
    {
        if (Byte() == 0)
        {
            return null;
        }

        try
        {
            return Strict.GetString(Take(Count()).Span);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("A text is not UTF-8.", e);
        }
    }

    public string RequiredText() => Text() ?? throw new InvalidDataException("A text is missing.");

    private static InvalidDataException TooShort() => new("The content ends too early.");

    private ReadOnlyMemory<byte> Take(int length)
    {
        if (length > _span.Length - _position)
        {
            throw TooShort();
        }

        _position += length;
        return content.Slice(_position - length, length);
    }

    private ulong Unsigned()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("A number does not end.");
    }
}
