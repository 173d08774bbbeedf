namespace OrchestrationEngine.Plans;

/// <summary>Whether and when a failed attempt of a task is tried again.</summary>
public sealed record RetryPolicy
{
    /// <summary>One attempt, no second.</summary>
    public static readonly RetryPolicy None = new();

    /// <summary>How many attempts there may be, the first included. From 1 on; the default is 1.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>The delay before the second attempt. The default is one second; zero is allowed.</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What the delay is multiplied by from one attempt to the next. From 1 on; the default is 2.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>The longest delay, applied after the jitter. The default is five minutes.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How the delay is spread, so that many failed tasks do not come back together. The default is <see cref="RetryJitter.None"/>.</summary>
    public RetryJitter Jitter { get; init; }

    /// <summary>Failures of these classes are final at once, whatever the agent said. Empty by default.</summary>
    public IReadOnlyList<FailureClass> NonRetryable { get; init; } = [];
}

/// <summary>How a retry delay is spread at random.</summary>
public enum RetryJitter
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Evenly between zero and the delay.</summary>
    Full,

    /// <summary>Evenly between half the delay and the delay.</summary>
    Equal,
}

/// <summary>What kind of failure ended an attempt. Retry policies name these.</summary>
public enum FailureClass
{
    /// <summary>The agent did not say.</summary>
    Unknown,

    /// <summary>The attempt took longer than it may.</summary>
    Timeout,

    /// <summary>The agent, or what it needs, can't be reached now.</summary>
    Unavailable,

    /// <summary>The agent was called too often.</summary>
    RateLimited,

    /// <summary>What the task was given does not fit: a binding leads nowhere, or the agent can't read its inputs.</summary>
    InvalidInput,

    /// <summary>What the agent returned is not usable: not JSON, too large, or without a member that the task declares.</summary>
    InvalidOutput,

    /// <summary>What the agent returned breaks its contract.</summary>
    ContractViolation,

    /// <summary>The agent declined to do it.</summary>
    Refused,

    /// <summary>It failed, and would fail again.</summary>
    Permanent,

    /// <summary>The agent broke: an exception, an exit code, a lost process.</summary>
    Crashed,

    /// <summary>It was stopped on request.</summary>
    Canceled,

    /// <summary>The run that did it failed, or was set aside.</summary>
    ChildFailed,
}
