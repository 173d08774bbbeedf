using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>What a run's loop tells the node that hosts it. Called on the loop's thread.</summary>
internal interface IRunHost
{
    /// <summary>Whether the node is on its way down.</summary>
    bool IsStopping { get; }

    /// <summary>Canceled when the node is on its way down.</summary>
    CancellationToken Stopping { get; }

    /// <summary>The run wants to be looked at then; null for never.</summary>
    void WakeAt(RunId run, long? ticks);

    /// <summary>The loop has ended as it should.</summary>
    void Left(RunActor actor, bool runEnded);

    /// <summary>The loop has ended because of an error; the run may be behind or ahead of the store and must be loaded again.</summary>
    void Faulted(RunActor actor, Exception exception);
}
