using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine;

/// <summary>A run, in the hands of who started it. Keeping or dropping it changes nothing about the run.</summary>
/// <param name="Id">The run.</param>
/// <param name="Orchestrator">The orchestrator that it was started on.</param>
public sealed record RunHandle(RunId Id, IOrchestrator Orchestrator)
{
    /// <summary>Waits until the run has ended.</summary>
    /// <param name="cancellationToken">Ends the waiting, not the run.</param>
    public Task<RunResult> WaitAsync(CancellationToken cancellationToken = default) => Orchestrator.WaitAsync(Id, cancellationToken);
}

/// <summary>How a run ended.</summary>
/// <param name="Id">The run.</param>
/// <param name="Status">How.</param>
/// <param name="Reason">Why, unless it succeeded.</param>
public sealed record RunResult(RunId Id, RunStatus Status, string? Reason)
{
    /// <summary>What it gives: the outputs of its plan as one JSON object; JSON <c>null</c> where the plan has none, or the run did not succeed.</summary>
    public JsonData Output { get; init; }
}

/// <summary>A run, as it stands, can't do what was asked of it. Nothing was changed.</summary>
public sealed class RunRefusedException : OrchestrationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="run">The run.</param>
    /// <param name="reason">Where the run stands and what it can take.</param>
    public RunRefusedException(RunId run, string reason)
        : base(reason)
    {
        Run = run;
    }

    /// <summary>The run.</summary>
    public RunId Run { get; }
}
