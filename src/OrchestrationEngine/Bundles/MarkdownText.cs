using System.Globalization;
using System.Text;

namespace OrchestrationEngine.Bundles;

/// <summary>Writes Markdown out of texts that anybody may have written: they stay texts, on one line, and are cut to what a person reads.</summary>
internal sealed class MarkdownText
{
    private const int LongestText = 400;

    private readonly StringBuilder _text = new();

    /// <summary>A text as it is to be read, not as Markdown or HTML.</summary>
    public static string Plain(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return "–";
        }

        var cut = text.Length <= LongestText ? text : text[..(char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText)] + "…";
        var plain = new StringBuilder(cut.Length + 16);
        foreach (var unit in cut)
        {
            _ = unit switch
            {
                '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '|' or '~' or '#' or '&' or '$' or '!' => plain.Append('\\').Append(unit),
                '\r' => plain,
                _ when char.IsControl(unit) || unit is '\u2028' or '\u2029' => plain.Append(' '),
                _ => plain.Append(unit),
            };
        }

        return plain.ToString().Trim();
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Time(TimeSpan took)
        => took < TimeSpan.FromMinutes(1) ? string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:0.###} s")
            : took < TimeSpan.FromDays(1) ? took.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture)
            : took.ToString(@"d\ \d\ h\:mm\:ss", CultureInfo.InvariantCulture);

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public MarkdownText Line(string text = "")
    {
        _text.Append(text).Append('\n');
        return this;
    }

    /// <summary>A heading with a table, where it has rows.</summary>
    public MarkdownText Table(string heading, IReadOnlyList<string> columns, Rows rows)
    {
        if (rows.Count == 0)
        {
            return this;
        }

        Line().Line($"## {heading}").Line().Line(RowOf(columns)).Line(RowOf(columns.Select(static _ => "---")));
        foreach (var row in rows.Kept)
        {
            Line(RowOf(row));
        }

        return rows.Count == rows.Kept.Count ? this : Line().Line($"… and {Number(rows.Count - rows.Kept.Count)} more; the journal has all of them.");
    }

    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(_text.ToString());

    private static string RowOf(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    /// <summary>The rows of a table: the first thousand are kept, and all are counted.</summary>
    public sealed class Rows
    {
        private const int Most = 1000;

        public List<string[]> Kept { get; } = [];

        public long Count { get; private set; }

        public void Add(params string[] cells)
        {
            if (Count++ < Most)
            {
                Kept.Add(cells);
            }
        }
    }
}
