using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Handoffs;

/// <summary>Checks what a task hands over before anybody else can see it.</summary>
/// <remarks>
/// One instance serves many attempts at once. A check may be made more than once for the same content, and must give the same answer as far as it can.
/// What it throws counts as a failed attempt that may be tried again, never as a content that passed.
/// </remarks>
public interface IHandoffContract
{
    /// <summary>The name that plans use, and that stands in the journal.</summary>
    string Name { get; }

    /// <summary>Checks a handoff.</summary>
    /// <param name="handoff">What is handed over.</param>
    /// <param name="cancellationToken">Canceled when the attempt is to stop; the time for the check is a part of the attempt's.</param>
    /// <returns>The verdict, with everything that is wrong at once; never null.</returns>
    ValueTask<HandoffVerdict> ValidateAsync(Handoff handoff, CancellationToken cancellationToken);
}

/// <summary>What a contract says of a handoff.</summary>
public sealed record HandoffVerdict
{
    /// <summary>The verdict without violations.</summary>
    public static readonly HandoffVerdict Valid = new();

    /// <summary>Everything that is wrong. Empty where nothing is.</summary>
    public IReadOnlyList<ContractViolation> Violations { get; init; } = [];

    /// <summary>A score from 0 to 1, where the contract gives one; otherwise null.</summary>
    public double? Score { get; init; }

    /// <summary>Whether the contract holds.</summary>
    public bool Holds => Violations.Count == 0;
}

/// <summary>Something that an attempt hands over.</summary>
public abstract class Handoff
{
    /// <summary>For the engine, and for tests of contracts.</summary>
    protected Handoff()
    {
    }

    /// <summary>The run.</summary>
    public abstract RunId Run { get; }

    /// <summary>The id of the run's plan.</summary>
    public abstract string Plan { get; }

    /// <summary>The task that made it.</summary>
    public abstract string Task { get; }

    /// <summary>The item of the task, from 0, where it is done for each item of a list; otherwise null.</summary>
    public abstract int? Item { get; }

    /// <summary>The number of the attempt.</summary>
    public abstract int Attempt { get; }

    /// <summary>The registered agent that made it.</summary>
    public abstract string Agent { get; }

    /// <summary>The task that it is for; null for all.</summary>
    public abstract string? Consumer { get; }

    /// <summary>The name of the part that is checked: a member of the output, or an artifact. Null for the whole output.</summary>
    public abstract string? Part { get; }

    /// <summary>The content as JSON: the output, or the part of it; an artifact's reference where it is one.</summary>
    public abstract JsonData Value { get; }

    /// <summary>The artifact, where the content is one; otherwise null.</summary>
    public abstract ArtifactReference? Artifact { get; }

    /// <summary>The artifacts that the attempt made.</summary>
    public abstract IReadOnlyList<ArtifactReference> Artifacts { get; }

    /// <summary>The services of the attempt's own scope.</summary>
    public abstract IServiceProvider Services { get; }

    /// <summary>Opens the content: of the artifact, or the JSON text of the value.</summary>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <returns>The content from its beginning; the caller disposes of it.</returns>
    public abstract ValueTask<Stream> OpenAsync(CancellationToken cancellationToken);
}
