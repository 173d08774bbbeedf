using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace OrchestrationEngine.Expressions;

/// <summary>A regular expression that is matched without backtracking. Immutable.</summary>
internal sealed class TextPattern
{
    private const int LongestPattern = 512;
    private const int LargestPattern = 5_000;
    private const int PartsPerUnit = 8;

    private readonly Regex _regex;

    private TextPattern(Regex regex, long size)
    {
        _regex = regex;
        Size = size;
    }

    /// <summary>How many parts it has when its repetitions are written out.</summary>
    public long Size { get; }

    public static bool TryRead(string pattern, [NotNullWhen(true)] out TextPattern? result, [NotNullWhen(false)] out string? problem)
    {
        result = null;
        if (pattern.Length > LongestPattern)
        {
            problem = $"it has {pattern.Length} characters; at most {LongestPattern} are allowed.";
            return false;
        }

        var reader = new PatternReader(pattern);
        if (reader.Read(out problem) is not { } translation)
        {
            problem ??= "it cannot be read.";
            return false;
        }

        if (reader.Size > LargestPattern)
        {
            problem = "with its repetitions written out it is too large.";
            return false;
        }

        try
        {
            result = new(new(translation, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), reader.Size);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            problem = e is RegexParseException parse ? $"it is not a regular expression ({parse.Error})." : "it is too large.";
            return false;
        }
    }

    /// <summary>Whether it finds something in a text. Each character may have to be held against each of its parts.</summary>
    public ExpressionValue Find(string text, Evaluation evaluation) =>
        evaluation.TrySpend(1 + (text.Length * (1 + (Size / PartsPerUnit)))) ? ExpressionValue.Of(_regex.IsMatch(text)) : evaluation.Exhausted;
}
