using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Resilience;

/// <summary>When a failed task is tried again. Pure: the random number comes in.</summary>
internal static class RetrySchedule
{
    /// <summary>Whether there is another attempt.</summary>
    /// <param name="policy">The task's policy.</param>
    /// <param name="failures">Failed attempts so far, this one included.</param>
    /// <param name="kind">How this one failed.</param>
    /// <param name="retryable">Whether the agent says that another attempt may succeed.</param>
    public static bool Allows(RetryPolicy policy, int failures, FailureClass kind, bool retryable)
        => retryable && failures < policy.MaxAttempts && !policy.NonRetryable.Contains(kind);

    /// <summary>
    /// The delay before the next attempt: initial delay times factor to the power of the failures before this one, spread by the jitter,
    /// then capped; and never shorter than the agent asked for.
    /// </summary>
    /// <param name="policy">The task's policy.</param>
    /// <param name="failures">Failed attempts so far, this one included; from 1.</param>
    /// <param name="random">From [0, 1).</param>
    /// <param name="retryAfter">What the agent asked for, or null.</param>
    public static TimeSpan Delay(RetryPolicy policy, int failures, double random, TimeSpan? retryAfter)
    {
        // In double throughout: a factor to a high power is infinity, which the cap takes back.
        var full = policy.InitialDelay.Ticks * Math.Pow(policy.Factor, failures - 1);
        var spread = policy.Jitter switch
        {
            RetryJitter.Full => full * random,
            RetryJitter.Equal => full * (0.5 + (random / 2)),
            _ => full,
        };
        var delay = spread >= policy.MaxDelay.Ticks ? policy.MaxDelay : TimeSpan.FromTicks((long)spread);
        return retryAfter > delay ? retryAfter.Value : delay;
    }
}
