namespace OrchestrationEngine.Runs;

/// <summary>The task waits for a time or a signal. What it waits for is settled here, so that a later look needs neither the clock nor the plan.</summary>
public sealed record TaskWaiting : TaskEvent
{
    /// <inheritdoc/>
    public override string Type => "task.waiting";

    /// <summary>When a branch comes by its time, by the name of the branch, which is empty in a wait without choice. Null where none does.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset>? Dues { get; init; }

    /// <summary>The signal by which a branch comes, by the name of the branch. Null where none does.</summary>
    public IReadOnlyDictionary<string, string>? Signals { get; init; }
}
