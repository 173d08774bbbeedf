using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>
/// What must hold of something that is handed over. All that is said must hold; what is not said does not matter. Where the content is an artifact,
/// the rules are about its content.
/// </summary>
public sealed record ContractDefinition
{
    /// <summary>What it is for, for people; or null.</summary>
    public string? Description { get; init; }

    /// <summary>The name of a contract that the application registered; null for none.</summary>
    public string? Uses { get; init; }

    /// <summary>A JSON Schema (2020-12, or draft-07 where its <c>$schema</c> says so); or a JSON string: the URI of a registered one. Null for none.</summary>
    public JsonData? Schema { get; init; }

    /// <summary>Members that must be there and not null, with dots between the names of nested ones. Empty by default.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>The media types that are allowed; one may end in <c>/*</c>. Empty for any.</summary>
    public IReadOnlyList<string> MediaTypes { get; init; } = [];

    /// <summary>The least size in bytes; null for none.</summary>
    public long? MinBytes { get; init; }

    /// <summary>The largest size in bytes; null for none.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>The SHA-256 that the content must have, in hexadecimal digits; null for any.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Patterns (<c>**</c>, <c>*</c>, <c>?</c>) of which each must match at least one artifact that the attempt made. Empty by default.</summary>
    public IReadOnlyList<string> Artifacts { get; init; } = [];

    /// <summary>Patterns of which each must match at least one file below the folder for files of the engine's options; a folder where it ends in <c>/</c>. Empty by default.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>A condition over the content: its members by their names, and all of it as <c>content</c>. Null for none.</summary>
    public ConditionExpression? Expression { get; init; }

    /// <summary>An agent that judges the content; null for none.</summary>
    public JudgeDefinition? Judge { get; init; }

    /// <summary>Contracts of which all must hold. Empty by default.</summary>
    public IReadOnlyList<ContractUse> All { get; init; } = [];

    /// <summary>Contracts of which at least one must hold. Empty for none.</summary>
    public IReadOnlyList<ContractUse> Any { get; init; } = [];
}

/// <summary>An agent that judges what is handed over: it gives a score.</summary>
public sealed record JudgeDefinition
{
    /// <summary>The agent: the id of an agent of the plan, or the name of a registered one where the plan lists none.</summary>
    public required string Agent { get; init; }

    /// <summary>What it is to look at, in words; null leaves that to the agent.</summary>
    public string? Criteria { get; init; }

    /// <summary>The least score, from 0 to 1. The default is 0.5.</summary>
    public double Threshold { get; init; } = 0.5;
}

/// <summary>A contract where it is used: one of the plan by its name, or one that stands there.</summary>
public sealed record ContractUse
{
    /// <summary>The name of a contract of the plan; null where the contract stands here.</summary>
    public string? Name { get; init; }

    /// <summary>The contract, where it stands here; otherwise null.</summary>
    public ContractDefinition? Inline { get; init; }

    /// <summary>A contract of the plan.</summary>
    /// <param name="name">Its name.</param>
    public static ContractUse Of(string name) => new() { Name = name };

    /// <summary>A contract that stands where it is used.</summary>
    /// <param name="contract">The contract.</param>
    public static ContractUse Of(ContractDefinition contract) => new() { Inline = contract };
}

/// <summary>A contract of the plan, with its name.</summary>
public sealed record PlanContract
{
    /// <summary>The name, unique among the contracts of the plan.</summary>
    public required string Name { get; init; }

    /// <summary>The contract.</summary>
    public required ContractDefinition Contract { get; init; }
}

/// <summary>What becomes of a task whose last attempt broke a contract.</summary>
public enum OnViolation
{
    /// <summary>It is set aside with what it made and everything that is wrong with that, for a person to look at.</summary>
    Quarantine,

    /// <summary>It fails.</summary>
    Fail,
}
