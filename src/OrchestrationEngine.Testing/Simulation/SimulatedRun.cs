using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Testing;

/// <summary>What <see cref="SimulationOptions.NextRun"/> is told.</summary>
/// <param name="Number">Which run it is, from 0.</param>
/// <param name="Random">Random numbers of the seed; the same for the same seed.</param>
public readonly record struct SimulatedRunArguments(int Number, Random Random);

/// <summary>A run of a simulation.</summary>
public sealed record SimulatedRun
{
    /// <summary>Its plan.</summary>
    public required OrchestrationPlan Plan { get; init; }

    /// <summary>The values of the plan's inputs, by name. Empty by default.</summary>
    public IReadOnlyDictionary<string, JsonData> Inputs { get; init; } = new Dictionary<string, JsonData>();

    /// <summary>
    /// How it must end unless somebody stops it or an agent does what it should not. Null (the default) for any end.
    /// </summary>
    public RunStatus? EndsAs { get; init; }
}
