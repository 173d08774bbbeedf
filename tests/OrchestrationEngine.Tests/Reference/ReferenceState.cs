using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Reference;

/// <summary>A task as the reference sees it.</summary>
internal sealed class ReferenceTask(TaskDefinition definition, ReferencePhase phase)
{
    public TaskDefinition Definition { get; } = definition;

    public ReferencePhase Phase { get; } = phase;

    public string Id => Definition.Id;

    public RunTaskStatus Status { get; set; }

    /// <summary>It has passed its join and its conditions.</summary>
    public bool IsAdmitted { get; set; }

    /// <summary>The how manieth it was to do so.</summary>
    public int AdmittedAs { get; set; }

    /// <summary>It runs for the benefit of nobody any more.</summary>
    public bool IsUnwanted { get; set; }

    public int Turn { get; set; } = 1;

    public string? Output { get; set; }

    /// <summary>The outputs of its turns; null for a turn without one.</summary>
    public List<string?> Outputs { get; } = [];

    public bool HasEnded => Status.IsTerminal();

    public List<ReferenceTask> JoinSources { get; } = [];

    public List<ReferenceTask> OrderSources { get; } = [];
}

/// <summary>A phase as the reference sees it.</summary>
internal sealed class ReferencePhase(PhaseDefinition definition)
{
    public PhaseDefinition Definition { get; } = definition;

    public RunPhaseStatus Status { get; set; }

    public bool IsStopping { get; set; }

    public int Turn { get; set; } = 1;

    public List<ReferenceTask> Tasks { get; } = [];

    public List<ReferencePhase> Sources { get; } = [];

    public bool HasEnded => Status.IsTerminal();
}
