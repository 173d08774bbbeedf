using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>
/// Reads the strings of JSON without allocating. Text is compared as UTF-8 without escapes, in which half of a surrogate pair (JSON can
/// escape one) has a form of its own, so that nothing here throws for any document.
/// </summary>
internal static class JsonText
{
    private const char Replacement = '\uFFFD';

    /// <summary>What is between the quotes of a string, escapes and all.</summary>
    public static ReadOnlySpan<byte> Raw(JsonElement text) => JsonMarshal.GetRawUtf8Value(text)[1..^1];

    public static ReadOnlySpan<byte> Raw(JsonProperty property) => JsonMarshal.GetRawUtf8PropertyName(property);

    public static bool IsEscaped(ReadOnlySpan<byte> raw) => raw.Contains((byte)'\\');

    /// <summary>The text without escapes.</summary>
    public static byte[] Decode(ReadOnlySpan<byte> raw)
    {
        if (!IsEscaped(raw))
        {
            return raw.ToArray();
        }

        var target = new byte[raw.Length];
        return target[..Unescape(raw, target)];
    }

    /// <summary>Resolves the escapes. The result is never longer than the raw text.</summary>
    public static int Unescape(ReadOnlySpan<byte> raw, Span<byte> target)
    {
        var length = 0;
        for (var at = 0; at < raw.Length;)
        {
            if (raw[at] != '\\')
            {
                target[length++] = raw[at++];
                continue;
            }

            length += Write(ReadEscape(raw, ref at), target[length..]);
        }

        return length;
    }

    /// <summary>The text as UTF-16, for patterns and formats: what isn't text (half a pair, broken UTF-8) becomes the replacement character. Never longer than the raw text.</summary>
    public static int ToChars(ReadOnlySpan<byte> raw, Span<char> target)
    {
        if (!IsEscaped(raw))
        {
            return Encoding.UTF8.GetChars(raw, target);
        }

        var length = 0;
        for (var at = 0; at < raw.Length;)
        {
            if (raw[at] == '\\')
            {
                var code = ReadEscape(raw, ref at);
                length += Rune.TryCreate(code, out var rune) ? rune.EncodeToUtf16(target[length..]) : Put(target[length..]);
                continue;
            }

            var plain = raw[at..];
            var end = plain.IndexOf((byte)'\\');
            plain = end < 0 ? plain : plain[..end];
            length += Encoding.UTF8.GetChars(plain, target[length..]);
            at += plain.Length;
        }

        return length;

        static int Put(Span<char> target)
        {
            target[0] = Replacement;
            return 1;
        }
    }

    /// <summary>The text as a string, for messages and locations.</summary>
    public static string ToText(ReadOnlySpan<byte> raw)
    {
        var chars = new char[raw.Length];
        return new string(chars, 0, ToChars(raw, chars));
    }

    public static string ToText(JsonElement text) => ToText(Raw(text));

    /// <summary>How many characters (code points) a raw text has.</summary>
    public static int CountCharacters(ReadOnlySpan<byte> raw)
    {
        var count = 0;
        for (var at = 0; at < raw.Length;)
        {
            if (raw[at] == '\\')
            {
                ReadEscape(raw, ref at);
                count++;
            }
            else
            {
                count += (raw[at++] & 0xC0) == 0x80 ? 0 : 1;
            }
        }

        return count;
    }

    /// <summary>Whether two raw texts are the same text.</summary>
    public static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (!IsEscaped(left) && !IsEscaped(right))
        {
            return left.SequenceEqual(right);
        }

        int i = 0, j = 0;
        Span<byte> leftBytes = stackalloc byte[4];
        Span<byte> rightBytes = stackalloc byte[4];
        int leftCount = 0, rightCount = 0, leftAt = 0, rightAt = 0;
        while (true)
        {
            var more = TryNext(left, ref i, leftBytes, ref leftAt, ref leftCount, out var a);
            if (more != TryNext(right, ref j, rightBytes, ref rightAt, ref rightCount, out var b) || a != b)
            {
                return false;
            }

            if (!more)
            {
                return true;
            }
        }
    }

    /// <summary>A hash of the text, the same however it is escaped.</summary>
    public static int Hash(ReadOnlySpan<byte> raw)
    {
        var hash = 2166136261u;
        Span<byte> bytes = stackalloc byte[4];
        for (int at = 0, next = 0, count = 0; TryNext(raw, ref at, bytes, ref next, ref count, out var value);)
        {
            hash = (hash ^ value) * 16777619u;
        }

        return (int)(hash ^ (hash >> 15));
    }

    private static bool TryNext(ReadOnlySpan<byte> raw, ref int at, Span<byte> pending, ref int next, ref int count, out byte value)
    {
        if (next < count)
        {
            value = pending[next++];
            return true;
        }

        if (at >= raw.Length)
        {
            value = 0;
            return false;
        }

        if (raw[at] != '\\')
        {
            value = raw[at++];
            return true;
        }

        count = Write(ReadEscape(raw, ref at), pending);
        next = 1;
        value = pending[0];
        return true;
    }

    // The reader has checked the escapes; a pair of surrogates is one character.
    private static int ReadEscape(ReadOnlySpan<byte> raw, ref int at)
    {
        var kind = raw[at + 1];
        if (kind != 'u')
        {
            at += 2;
            return kind switch { (byte)'n' => '\n', (byte)'t' => '\t', (byte)'r' => '\r', (byte)'b' => '\b', (byte)'f' => '\f', _ => kind };
        }

        var code = Hex(raw.Slice(at + 2, 4));
        at += 6;
        if (char.IsHighSurrogate((char)code) && at + 6 <= raw.Length && raw[at] == '\\' && raw[at + 1] == 'u')
        {
            var low = Hex(raw.Slice(at + 2, 4));
            if (char.IsLowSurrogate((char)low))
            {
                at += 6;
                return char.ConvertToUtf32((char)code, (char)low);
            }
        }

        return code;
    }

    private static int Hex(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits)
        {
            value = (value << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return value;
    }

    private static int Write(int code, Span<byte> target)
    {
        switch (code)
        {
            case < 0x80:
                target[0] = (byte)code;
                return 1;
            case < 0x800:
                target[0] = (byte)(0xC0 | (code >> 6));
                target[1] = (byte)(0x80 | (code & 0x3F));
                return 2;
            case < 0x10000:
                target[0] = (byte)(0xE0 | (code >> 12));
                target[1] = (byte)(0x80 | ((code >> 6) & 0x3F));
                target[2] = (byte)(0x80 | (code & 0x3F));
                return 3;
            default:
                target[0] = (byte)(0xF0 | (code >> 18));
                target[1] = (byte)(0x80 | ((code >> 12) & 0x3F));
                target[2] = (byte)(0x80 | ((code >> 6) & 0x3F));
                target[3] = (byte)(0x80 | (code & 0x3F));
                return 4;
        }
    }
}
