namespace OrchestrationEngine.Schemas;

/// <summary>The encoding of labels as ASCII (RFC 3492).</summary>
internal static class Punycode
{
    /// <summary>Decodes what follows <c>xn--</c>.</summary>
    /// <returns>How many characters there are, or -1 when the text is not encoded so.</returns>
    public static int Decode(ReadOnlySpan<char> text, Span<int> codes)
    {
        var basic = Math.Max(0, text.LastIndexOf('-'));
        var count = 0;
        for (; count < basic; count++)
        {
            codes[count] = text[count];
        }

        long n = 128, i = 0;
        var bias = 72;
        for (var at = basic > 0 ? basic + 1 : 0; at < text.Length;)
        {
            var before = i;
            long weight = 1;
            for (var k = 36; ; k += 36)
            {
                if (at >= text.Length)
                {
                    return -1;
                }

                var digit = Digit(text[at++]);
                i += digit * weight;
                if (digit < 0 || i > int.MaxValue)
                {
                    return -1;
                }

                var threshold = Math.Clamp(k - bias, 1, 26);
                if (digit < threshold)
                {
                    break;
                }

                weight *= 36 - threshold;
                if (weight > int.MaxValue)
                {
                    return -1;
                }
            }

            bias = Adapt(i - before, count + 1, before == 0);
            n += i / (count + 1);
            i %= count + 1;
            if (n > 0x10FFFF || count == codes.Length)
            {
                return -1;
            }

            codes[(int)i..count].CopyTo(codes[((int)i + 1)..]);
            codes[(int)i++] = (int)n;
            count++;
        }

        return count;
    }

    /// <summary>How long a label is when it is encoded, without <c>xn--</c>.</summary>
    public static int EncodedLength(ReadOnlySpan<int> codes)
    {
        var (basic, delta, bias, n) = (0, 0L, 72, 128);
        foreach (var code in codes)
        {
            basic += code < 128 ? 1 : 0;
        }

        var length = basic > 0 ? basic + 1 : 0;
        for (var done = basic; done < codes.Length; n++, delta++)
        {
            var next = int.MaxValue;
            foreach (var code in codes)
            {
                next = code >= n ? Math.Min(next, code) : next;
            }

            delta += (long)(next - n) * (done + 1);
            n = next;
            foreach (var code in codes)
            {
                delta += code < n ? 1 : 0;
                if (code != n)
                {
                    continue;
                }

                var rest = delta;
                for (var k = 36; ; k += 36, length++)
                {
                    var threshold = Math.Clamp(k - bias, 1, 26);
                    if (rest < threshold)
                    {
                        break;
                    }

                    rest = (rest - threshold) / (36 - threshold);
                }

                length++;
                bias = Adapt(delta, done + 1, done == basic);
                delta = 0;
                done++;
            }
        }

        return length;
    }

    private static int Digit(char c) => c switch
    {
        >= 'a' and <= 'z' => c - 'a',
        >= 'A' and <= 'Z' => c - 'A',
        >= '0' and <= '9' => c - '0' + 26,
        _ => -1,
    };

    private static int Adapt(long delta, int points, bool isFirst)
    {
        delta = isFirst ? delta / 700 : delta / 2;
        delta += delta / points;
        var k = 0;
        for (; delta > 455; k += 36)
        {
            delta /= 35;
        }

        return k + (int)(36 * delta / (delta + 38));
    }
}
