using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Registry;

/// <summary>A parameter of a <see cref="PlanTemplate"/>.</summary>
public sealed record TemplateParameter
{
    /// <summary>The name by which the template refers to it: <c>${params.NAME}</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it means, for people, or null.</summary>
    public string? Description { get; init; }

    /// <summary>A JSON Schema (2020-12 or draft-07) that the value must satisfy; null for any value.</summary>
    public JsonData? Schema { get; init; }

    /// <summary>The value where none is given; null when there is none, and a value must be given.</summary>
    public JsonData? Default { get; init; }
}
