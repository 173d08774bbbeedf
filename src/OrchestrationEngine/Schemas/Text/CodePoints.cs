using System.Globalization;
using System.Text;

namespace OrchestrationEngine.Schemas;

/// <summary>A set of Unicode characters, as ranges in order. It writes itself as a .NET pattern over UTF-16, in which a character beyond U+FFFF is a pair.</summary>
internal sealed class CodePoints
{
    private const int Last = 0x10FFFF;

    // Where the characters of each category begin; the framework knows only those of single characters.
    private static readonly Lazy<IReadOnlyList<(int From, UnicodeCategory Category)>> Categories = new(FindCategories);
    private readonly List<(int From, int To)> _ranges = [];

    public static CodePoints Digits { get; } = Of(('0', '9'));

    public static CodePoints Word { get; } = Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));

    public static CodePoints Space { get; } = Of(
        ('\t', '\r'), (' ', ' '), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF));

    public static CodePoints Dot { get; } = Of(('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029)).Complement();

    public static CodePoints Of(params ReadOnlySpan<(int From, int To)> ranges)
    {
        var set = new CodePoints();
        foreach (var (from, to) in ranges)
        {
            set.Add(from, to);
        }

        return set;
    }

    /// <summary>All characters of some categories, those beyond U+FFFF included.</summary>
    public static CodePoints Where(Func<UnicodeCategory, bool> condition)
    {
        var set = new CodePoints();
        var runs = Categories.Value;
        for (var i = 0; i < runs.Count; i++)
        {
            if (condition(runs[i].Category))
            {
                set.Add(runs[i].From, i + 1 < runs.Count ? runs[i + 1].From - 1 : Last);
            }
        }

        return set;
    }

    public void Add(int from, int to) => _ranges.Add((from, to));

    public void Add(CodePoints other) => _ranges.AddRange(other._ranges);

    public CodePoints Complement()
    {
        var set = new CodePoints();
        var next = 0;
        foreach (var (from, to) in Normalized())
        {
            if (from > next)
            {
                set.Add(next, from - 1);
            }

            next = to + 1;
        }

        if (next <= Last)
        {
            set.Add(next, Last);
        }

        return set;
    }

    /// <summary>Writes the set as something that matches exactly one character of it. Halves of pairs never occur in the texts.</summary>
    public string ToPattern()
    {
        var ranges = Normalized();
        if (ranges is [{ From: < 0x80 } only] && only.From == only.To && char.IsAsciiLetterOrDigit((char)only.From))
        {
            return ((char)only.From).ToString();
        }

        var single = new StringBuilder();
        var pairs = new SortedDictionary<int, StringBuilder>();
        var wholeRows = new StringBuilder();
        foreach (var (from, to) in ranges)
        {
            Append(single, from, Math.Min(to, 0xD7FF));
            Append(single, Math.Max(from, 0xE000), Math.Min(to, 0xFFFF));
            AppendPairs(pairs, wholeRows, Math.Max(from, 0x10000), to);
        }

        var parts = new List<string>();
        if (single.Length > 0)
        {
            parts.Add($"[{single}]");
        }

        if (wholeRows.Length > 0)
        {
            parts.Add($"[{wholeRows}][\\uDC00-\\uDFFF]");
        }

        parts.AddRange(pairs.Select(row => $"{Escape(row.Key)}[{row.Value}]"));
        return parts.Count switch
        {
            0 => "[^\\s\\S]",
            1 when single.Length > 0 => parts[0],
            _ => $"(?:{string.Join('|', parts)})",
        };
    }

    private static List<(int From, UnicodeCategory Category)> FindCategories()
    {
        var runs = new List<(int From, UnicodeCategory Category)>();
        for (var code = 0; code <= Last; code++)
        {
            var category = CharUnicodeInfo.GetUnicodeCategory(code);
            if (runs.Count == 0 || runs[^1].Category != category)
            {
                runs.Add((code, category));
            }
        }

        return runs;
    }

    private static void AppendPairs(SortedDictionary<int, StringBuilder> pairs, StringBuilder wholeRows, int from, int to)
    {
        for (var at = from; at <= to;)
        {
            var high = 0xD800 + ((at - 0x10000) >> 10);
            var low = (at - 0x10000) & 0x3FF;
            var rowEnd = at - low + 0x3FF;
            if (low == 0 && rowEnd <= to)
            {
                var rows = (to - at + 1) / 0x400;
                Append(wholeRows, high, high + rows - 1);
                at += rows * 0x400;
                continue;
            }

            var end = Math.Min(to, rowEnd);
            if (!pairs.TryGetValue(high, out var row))
            {
                pairs[high] = row = new StringBuilder();
            }

            Append(row, 0xDC00 + low, 0xDC00 + low + (end - at));
            at = end + 1;
        }
    }

    private static void Append(StringBuilder text, int from, int to)
    {
        if (from <= to)
        {
            text.Append(Escape(from));
            if (to > from)
            {
                text.Append('-').Append(Escape(to));
            }
        }
    }

    private static string Escape(int code) => string.Create(CultureInfo.InvariantCulture, $"\\u{code:X4}");

    private List<(int From, int To)> Normalized()
    {
        var merged = new List<(int From, int To)>();
        foreach (var (from, to) in _ranges.OrderBy(range => range.From))
        {
            if (merged.Count > 0 && from <= merged[^1].To + 1)
            {
                merged[^1] = (merged[^1].From, Math.Max(merged[^1].To, to));
            }
            else
            {
                merged.Add((from, to));
            }
        }

        return merged;
    }
}
