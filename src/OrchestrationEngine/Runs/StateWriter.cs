using System.Buffers.Binary;
using System.Text;

namespace OrchestrationEngine.Runs;

/// <summary>Writes the compact binary form of a state: numbers as long as they need to be, texts and bytes with their length before them.</summary>
internal sealed class StateWriter(int capacity)
{
    private byte[] _buffer = new byte[Math.Max(capacity, 256)];
    private int _length;

    public Memory<byte> Written => _buffer.AsMemory(0, _length);

    public void Byte(byte value)
    {
        Reserve(1);
        _buffer[_length++] = value;
    }

    /// <summary>A number that is not negative, and mostly small.</summary>
    public void Count(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Unsigned((ulong)value);
    }

    /// <summary>Any number, mostly near zero.</summary>
    public void Number(long value) => Unsigned((ulong)(value << 1) ^ (ulong)(value >> 63));

    /// <summary>A point in time, in UTC ticks.</summary>
    public void Ticks(long value)
    {
        Reserve(sizeof(long));
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(_length), value);
        _length += sizeof(long);
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Count(value.Length);
        Reserve(value.Length);
        value.CopyTo(_buffer.AsSpan(_length));
        _length += value.Length;
    }

    public void Text(string? value)
    {
        Byte(value is null ? (byte)0 : (byte)1);
        if (value is not null)
        {
            var length = Encoding.UTF8.GetByteCount(value);
            Count(length);
            Reserve(length);
            _length += Encoding.UTF8.GetBytes(value, _buffer.AsSpan(_length));
        }
    }

    private void Unsigned(ulong value)
    {
        Reserve(10);
        while (value >= 0x80)
        {
            _buffer[_length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[_length++] = (byte)value;
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _length < bytes)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max(2L * _buffer.Length, (long)_length + bytes)));
        }
    }
}
