using System.Text.Json.Serialization;

namespace OrchestrationEngine.Runs;

/// <summary>One thing that is wrong with what was handed over, for the one who must mend it.</summary>
public sealed record ContractViolation
{
    /// <summary>The contract: its name, or what it is about where it has none.</summary>
    public required string Contract { get; init; }

    /// <summary>The rule that is broken: <c>schema/required</c>, <c>maxBytes</c>, <c>expression</c>, <c>judge</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>Where in the content, as a JSON Pointer (RFC 6901); empty for the whole of it.</summary>
    public string Location { get; init; } = "";

    /// <summary>What is wrong. At most 1,000 characters; never a secret.</summary>
    public required string Message { get; init; }

    /// <summary>What was expected, or null where the message says it all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Expected { get; init; }

    /// <summary>What was found instead, cut to what a person reads; null where the message says it all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Found { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Location.Length == 0 ? $"{Contract}: {Message}" : $"{Contract}: {Location}: {Message}";
}
