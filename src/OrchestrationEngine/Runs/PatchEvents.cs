using System.Text.Json;
using System.Text.Json.Serialization;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>The run's copy of its plan was changed.</summary>
public sealed record PlanPatched : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "plan.patched";

    /// <summary>The changes.</summary>
    public required PlanPatch Patch { get; init; }

    /// <summary>Who wanted them: a person, or <c>task ID</c> where the agent of a task proposed them.</summary>
    public required string Author { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}

/// <summary>Changes of the run's copy of its plan were wanted and refused. Nothing was changed.</summary>
public sealed record PlanPatchRefused : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "plan.patch_refused";

    /// <summary>The changes.</summary>
    public required PlanPatch Patch { get; init; }

    /// <summary>Who wanted them: a person, or <c>task ID</c> where the agent of a task proposed them.</summary>
    public required string Author { get; init; }

    /// <summary>Why they were wanted.</summary>
    public required string Reason { get; init; }

    /// <summary>Everything that speaks against them. Pointers that begin with <c>/changes</c> lead into the patch, others into the plan as it would have been.</summary>
    public required IReadOnlyList<PlanProblem> Problems { get; init; }
}

/// <summary>The run goes on by another version of its plan.</summary>
public sealed record PlanMoved : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "plan.moved";

    /// <summary>The plan that the run has from now on.</summary>
    [JsonConverter(typeof(StoredPlanConverter))]
    public required OrchestrationPlan Plan { get; init; }

    /// <summary>What phases and tasks of the plan before are called in this one, where they are called otherwise; null for none.</summary>
    public PlanRenames? Renames { get; init; }

    /// <summary>The inputs as one JSON object from now on, where the plan takes more than the one before did; null where they are as they were.</summary>
    public JsonData? Inputs { get; init; }

    /// <summary>Who wanted it.</summary>
    public required string Author { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}

/// <summary>Reads and writes a plan as a part of a fact.</summary>
internal sealed class StoredPlanConverter : JsonConverter<OrchestrationPlan>
{
    public override OrchestrationPlan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => PlanJson.Read(JsonData.From(JsonElement.ParseValue(ref reader)).Utf8, PlanReadOptions.Stored);

    public override void Write(Utf8JsonWriter writer, OrchestrationPlan value, JsonSerializerOptions options) => PlanJson.Write(value, writer);
}
