namespace OrchestrationEngine.Plans;

/// <summary>What failed tasks mean for their phase, or failed phases for their run.</summary>
public sealed record FailurePolicy
{
    /// <summary>Stop everything at the first failure.</summary>
    public static readonly FailurePolicy FailFast = new();

    /// <summary>Do what does not depend on what failed, then fail.</summary>
    public static readonly FailurePolicy FinishWhatCan = new() { Mode = FailureMode.FinishWhatCan };

    /// <summary>What happens when there are more failures than <see cref="FailuresAllowed"/>. The default is <see cref="FailureMode.FailFast"/>.</summary>
    public FailureMode Mode { get; init; }

    /// <summary>How many failures are accepted; with no more than these the phase or run still succeeds. The default is 0.</summary>
    public int FailuresAllowed { get; init; }
}

/// <summary>What happens when there are more failures than are allowed.</summary>
public enum FailureMode
{
    /// <summary>Stop what runs, start nothing more, and fail.</summary>
    FailFast,

    /// <summary>Do what does not depend on what failed, then fail.</summary>
    FinishWhatCan,
}
