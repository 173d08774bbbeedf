using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>
/// A number of JSON, exactly: digits times a power of ten, read in place from the text. Nothing is rounded, whatever its size, and nothing is
/// allocated but for divisors of more than eighteen digits.
/// </summary>
internal readonly ref struct JsonNumber
{
    // An exponent beyond this is cut off; such numbers are all "endlessly" large or small.
    private const long LargestExponent = 1_000_000_000_000_000_000;

    // From the first digit that isn't zero to the last, with the point if it is between them.
    private readonly ReadOnlySpan<byte> _significant;

    public JsonNumber(ReadOnlySpan<byte> text)
    {
        IsNegative = text[0] == '-';
        var start = IsNegative ? 1 : 0;
        var end = text.IndexOfAny((byte)'e', (byte)'E');
        var exponent = end < 0 ? 0 : ReadExponent(text[(end + 1)..]);
        var mantissa = end < 0 ? text[start..] : text[start..end];
        var point = mantissa.IndexOf((byte)'.');
        var first = mantissa.IndexOfAnyInRange((byte)'1', (byte)'9');
        if (first < 0)
        {
            IsNegative = false;
            return;
        }

        var last = mantissa.LastIndexOfAnyInRange((byte)'1', (byte)'9');
        _significant = mantissa[first..(last + 1)];
        Digits = _significant.Length - (point > first && point < last ? 1 : 0);

        // The power of ten of the last digit that is kept.
        var units = point < 0 ? mantissa.Length - 1 : point - 1;
        Exponent = exponent + (last <= units ? units - last : units - last + 1);
    }

    public JsonNumber(JsonElement number)
        : this(JsonMarshal.GetRawUtf8Value(number))
    {
    }

    public bool IsNegative { get; }

    /// <summary>How many significant digits there are; zero has none.</summary>
    public int Digits { get; }

    /// <summary>The power of ten that the last significant digit stands for.</summary>
    public long Exponent { get; }

    public bool IsZero => Digits == 0;

    public bool IsInteger => Exponent >= 0;

    public int CompareTo(JsonNumber other)
    {
        if (IsZero || other.IsZero || IsNegative != other.IsNegative)
        {
            return Sign().CompareTo(other.Sign());
        }

        var magnitude = CompareMagnitude(other);
        return IsNegative ? -magnitude : magnitude;
    }

    public bool IsMultipleOf(JsonNumber divisor)
    {
        if (IsZero || divisor.IsZero)
        {
            return IsZero;
        }

        // Neither has trailing zeros: were the divisor's last digit the higher one, this number would have to end with a zero.
        var shift = Exponent - divisor.Exponent;
        if (shift < 0)
        {
            return false;
        }

        return divisor.Digits <= 18 ? Remainder(divisor.ToUInt64(), shift) == 0 : (ToBigInteger() * BigInteger.ModPow(10, shift, divisor.ToBigInteger()) % divisor.ToBigInteger()).IsZero;
    }

    /// <summary>A hash that equal numbers share, however they are written.</summary>
    public int Hash()
    {
        var hash = default(HashCode);
        hash.Add(IsNegative);
        hash.Add(Exponent);
        foreach (var digit in _significant)
        {
            if (digit != '.')
            {
                hash.Add(digit);
            }
        }

        return hash.ToHashCode();
    }

    /// <summary>The number as a count, or the largest one when it is larger; null when it is negative or has a fraction.</summary>
    public int? ToCount()
    {
        if (IsZero)
        {
            return 0;
        }

        if (IsNegative || !IsInteger)
        {
            return null;
        }

        if (Digits + Exponent > 10)
        {
            return int.MaxValue;
        }

        var value = ToUInt64();
        for (var i = 0; i < Exponent; i++)
        {
            value *= 10;
        }

        return (int)Math.Min(value, int.MaxValue);
    }

    private static long ReadExponent(ReadOnlySpan<byte> text)
    {
        var isNegative = text[0] == '-';
        var value = 0L;
        foreach (var digit in text[0] is (byte)'-' or (byte)'+' ? text[1..] : text)
        {
            value = Math.Min((value * 10) + (digit - '0'), LargestExponent / 10);
        }

        return isNegative ? -value : value;
    }

    private int Sign() => IsZero ? 0 : IsNegative ? -1 : 1;

    private int CompareMagnitude(JsonNumber other)
    {
        var order = (Digits + Exponent).CompareTo(other.Digits + other.Exponent);
        if (order != 0)
        {
            return order;
        }

        int i = 0, j = 0;
        while (i < _significant.Length || j < other._significant.Length)
        {
            var left = Next(_significant, ref i);
            var right = Next(other._significant, ref j);
            if (left != right)
            {
                return left.CompareTo(right);
            }
        }

        return 0;

        static int Next(ReadOnlySpan<byte> digits, ref int at)
        {
            at += at < digits.Length && digits[at] == '.' ? 1 : 0;
            return at < digits.Length ? digits[at++] - '0' : 0;
        }
    }

    // This number without its sign, times 10^shift, modulo the divisor.
    private ulong Remainder(ulong divisor, long shift)
    {
        UInt128 remainder = 0;
        foreach (var digit in _significant)
        {
            if (digit != '.')
            {
                remainder = ((remainder * 10) + (uint)(digit - '0')) % divisor;
            }
        }

        UInt128 power = 10 % divisor;
        for (; shift > 0; shift >>= 1)
        {
            if ((shift & 1) == 1)
            {
                remainder = remainder * power % divisor;
            }

            power = power * power % divisor;
        }

        return (ulong)remainder;
    }

    private ulong ToUInt64()
    {
        var value = 0UL;
        foreach (var digit in _significant)
        {
            value = digit == '.' ? value : (value * 10) + (uint)(digit - '0');
        }

        return value;
    }

    private BigInteger ToBigInteger()
    {
        Span<char> digits = new char[Digits];
        var length = 0;
        foreach (var digit in _significant)
        {
            if (digit != '.')
            {
                digits[length++] = (char)digit;
            }
        }

        return BigInteger.Parse(digits, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture);
    }
}
