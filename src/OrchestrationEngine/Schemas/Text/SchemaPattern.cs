using System.Buffers;
using System.Text.RegularExpressions;

namespace OrchestrationEngine.Schemas;

/// <summary>A pattern of a schema, compiled: in linear time where its form allows, and under a time limit in any case. Immutable.</summary>
internal sealed class SchemaPattern
{
    private const int OnStack = 256;
    private readonly Regex _regex;

    private SchemaPattern(string source, Regex regex, int size)
    {
        Source = source;
        Size = size;
        _regex = regex;
    }

    /// <summary>The pattern as it is written.</summary>
    public string Source { get; }

    /// <summary>How many characters its translation has.</summary>
    public int Size { get; }

    /// <summary>Compiles a pattern, or says why it can't be used.</summary>
    public static SchemaPattern? TryCreate(string source, SchemaOptions options, out string problem)
    {
        problem = string.Empty;
        if (source.Length > options.MaxPatternLength)
        {
            problem = $"The pattern has {source.Length} characters; the limit is {options.MaxPatternLength} (MaxPatternLength).";
            return null;
        }

        try
        {
            var (pattern, needsBacktracking) = PatternTranslator.Translate(source);
            if (needsBacktracking && !options.AllowBacktracking)
            {
                problem = $"The pattern {source} has look-around, a back-reference or '\\b', which cannot be matched in linear time; write it without, or allow it (AllowBacktracking).";
                return null;
            }

            var engine = needsBacktracking ? RegexOptions.None : RegexOptions.NonBacktracking;
            return new SchemaPattern(source, new Regex(pattern, engine | RegexOptions.CultureInvariant, options.PatternTimeout), pattern.Length);
        }
        catch (PatternSyntaxException e)
        {
            problem = $"The pattern '{source}' cannot be used: {e.Message}. Patterns are regular expressions of ECMA-262.";
        }
        catch (Exception e) when (e is RegexParseException or NotSupportedException)
        {
            problem = $"The pattern {source} cannot be used here: {e.Message}";
        }

        return null;
    }

    /// <summary>Whether a text is a pattern.</summary>
    public static bool IsPattern(ReadOnlySpan<char> text)
    {
        try
        {
            PatternTranslator.Translate(text.ToString());
            return true;
        }
        catch (PatternSyntaxException)
        {
            return false;
        }
    }

    /// <summary>Whether the pattern matches anywhere in a raw text.</summary>
    public bool IsMatch(ValidationContext context, ReadOnlySpan<byte> raw)
    {
        if (!context.TryStep(1 + (raw.Length / 64)))
        {
            return false;
        }

        char[]? rented = null;
        var buffer = raw.Length <= OnStack ? stackalloc char[OnStack] : rented = ArrayPool<char>.Shared.Rent(raw.Length);
        try
        {
            return _regex.IsMatch(buffer[..JsonText.ToChars(raw, buffer)]);
        }
        catch (RegexMatchTimeoutException)
        {
            context.Stop($"The check was ended because the pattern {Source} took longer than {_regex.MatchTimeout.TotalMilliseconds:N0} ms on a text of {raw.Length} bytes (PatternTimeout).");
            return false;
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<char>.Shared.Return(rented);
            }
        }
    }
}
