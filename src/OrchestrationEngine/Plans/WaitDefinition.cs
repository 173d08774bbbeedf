using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>
/// What a task waits for that no agent does: a time or a signal. With several branches the first that comes decides, and the task's output
/// is <c>{"branch": NAME, "value": VALUE}</c>; with one the output is the value itself: what the signal brought, or null after a time.
/// </summary>
public sealed record WaitDefinition
{
    /// <summary>The branches; at least one.</summary>
    public required IReadOnlyList<WaitBranch> Branches { get; init; }

    /// <summary>Whether the output names the branch: so in a deferred choice (<c>firstOf</c>).</summary>
    public bool IsChoice { get; init; }
}

/// <summary>One thing that may come. Exactly one of <see cref="After"/>, <see cref="At"/> and <see cref="Signal"/> is given.</summary>
public sealed record WaitBranch
{
    /// <summary>The name of the branch, unique in its wait; empty in a wait without choice.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>So long after the wait began.</summary>
    public TimeSpan? After { get; init; }

    /// <summary>A time (RFC 3339), or an expression that gives one.</summary>
    public TextTemplate? At { get; init; }

    /// <summary>The name of a signal, or a template that gives it.</summary>
    public TextTemplate? Signal { get; init; }

    /// <summary>Whether signals that came before the wait began count. The default is <see cref="SignalMode.Persistent"/>.</summary>
    public SignalMode Mode { get; init; }

    /// <summary>Which signals count, by <c>signal.payload</c>; null for all of the name.</summary>
    public ConditionExpression? Where { get; init; }
}

/// <summary>Whether signals that come while nobody waits are kept.</summary>
public enum SignalMode
{
    /// <summary>A signal is kept until a wait consumes it; each is consumed once, by the wait that began first.</summary>
    Persistent,

    /// <summary>Only a signal that comes while the task waits counts.</summary>
    Transient,
}
