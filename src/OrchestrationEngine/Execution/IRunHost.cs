namespace OrchestrationEngine.Execution;

/// <summary>What a run's loop tells the node that hosts it. Called on the loop's thread.</summary>
internal interface IRunHost
{
    /// <summary>Whether the node is on its way down.</summary>
    bool IsStopping { get; }

    /// <summary>The run wants to be looked at then; null for never.</summary>
    void WakeAt(RunActor actor, long? ticks);

    /// <summary>The loop has ended as it should.</summary>
    void Left(RunActor actor, in Departure departure);

    /// <summary>The loop has ended because of an error; the run may be behind or ahead of the store and must be loaded again.</summary>
    void Faulted(RunActor actor, Exception exception);
}

/// <summary>How the loop of a run ended.</summary>
/// <param name="RunEnded">The run has ended.</param>
/// <param name="LeaseEnded">The store has ended the lease, with the end of the run.</param>
/// <param name="IsHeld">The run needs agents that are not here.</param>
/// <param name="IsHandedOver">It is to go on elsewhere, though it has something to do.</param>
/// <param name="DueAt">When the run wants to be looked at, in UTC ticks; null for never.</param>
internal readonly record struct Departure(bool RunEnded, bool LeaseEnded, bool IsHeld, bool IsHandedOver, long? DueAt);
