using System.Globalization;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Handoffs;

/// <summary>The media type is one of those that are allowed; <c>text/*</c> allows all of its kind.</summary>
internal sealed class MediaTypeRule(IReadOnlyList<string> allowed) : ContractRule
{
    public override ValueTask CheckAsync(ContractCheck check, CancellationToken cancellationToken)
    {
        var found = check.Content.MediaType;
        foreach (var one in allowed)
        {
            if (Allows(HandoffContent.Essence(one), HandoffContent.Essence(found)))
            {
                return ValueTask.CompletedTask;
            }
        }

        check.Add("mediaTypes", $"The content is of another media type than {string.Join(", ", allowed)}.", expected: string.Join(", ", allowed), found: found);
        return ValueTask.CompletedTask;
    }

    private static bool Allows(ReadOnlySpan<char> allowed, ReadOnlySpan<char> found)
        => allowed is "*/*"
            || allowed.Equals(found, StringComparison.OrdinalIgnoreCase)
            || (allowed.EndsWith("/*", StringComparison.Ordinal) && found.StartsWith(allowed[..^1], StringComparison.OrdinalIgnoreCase));
}

/// <summary>The size in bytes is within bounds.</summary>
internal sealed class SizeRule(long? least, long? most) : ContractRule
{
    public override ValueTask CheckAsync(ContractCheck check, CancellationToken cancellationToken)
    {
        var size = check.Content.Size;
        if (size < least)
        {
            check.Add("minBytes", "The content is too small.", expected: Bytes(least.Value, "at least "), found: Bytes(size));
        }
        else if (size > most)
        {
            check.Add("maxBytes", "The content is too large.", expected: Bytes(most.Value, "at most "), found: Bytes(size));
        }

        return ValueTask.CompletedTask;
    }

    private static string Bytes(long number, string before = "") => string.Create(CultureInfo.InvariantCulture, $"{before}{number:N0} bytes");
}

/// <summary>The content has a checksum that is known before.</summary>
internal sealed class ChecksumRule(ContentDigest expected) : ContractRule
{
    public override ValueTask CheckAsync(ContractCheck check, CancellationToken cancellationToken)
    {
        var found = check.Subject.Handoff.Artifact?.Digest ?? ContentDigest.Of(check.Subject.Handoff.Value.Utf8.Span);
        if (found != expected)
        {
            check.Add("sha256", "The content is another one than expected: its SHA-256 differs.", expected: expected.ToString(), found: found.ToString());
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>The attempt made artifacts whose names match patterns.</summary>
internal sealed class ArtifactsRule(IEnumerable<string> patterns) : ContractRule
{
    private readonly NamePattern[] _patterns = [.. patterns.Select(text => new NamePattern(text))];

    public override ValueTask CheckAsync(ContractCheck check, CancellationToken cancellationToken)
    {
        var made = check.Subject.Handoff.Artifacts;
        foreach (var pattern in _patterns)
        {
            if (!made.Any(artifact => pattern.Matches(artifact.Name)))
            {
                check.Add(
                    "artifacts",
                    $"The attempt made no artifact whose name matches '{pattern.Text}'.",
                    expected: pattern.Text,
                    found: made.Count == 0 ? "no artifacts" : string.Join(", ", made.Take(10).Select(artifact => artifact.Name)));
            }
        }

        return ValueTask.CompletedTask;
    }
}
