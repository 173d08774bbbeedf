using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Agents;

/// <summary>The outcome of one attempt, as its agent tells it.</summary>
public sealed class AgentResult
{
    private AgentResult()
    {
    }

    /// <summary>Whether the task is done.</summary>
    public bool IsSuccess { get; private init; }

    /// <summary>What was made; JSON <c>null</c> after a failure.</summary>
    public JsonData Output { get; private init; }

    /// <summary>The kind of failure; meaningless after a success.</summary>
    public FailureClass FailureClass { get; private init; }

    /// <summary>What was wrong; null after a success.</summary>
    public string? Message { get; private init; }

    /// <summary>Whether another attempt may succeed. The task's retry policy decides whether there is one.</summary>
    public bool Retryable { get; private init; }

    /// <summary>How long to wait at least before another attempt; null leaves it to the retry policy.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>What the agent would have changed of the run's plan, or null.</summary>
    public PlanPatch? Patch { get; private init; }

    /// <summary>Why it would have it changed; null where it does not say.</summary>
    public string? PatchReason { get; private init; }

    /// <summary>
    /// The same result with changes of the run's plan that the agent proposes. They are judged when the task is done, and stored with that; where they
    /// are refused, the refusal is in the journal with its reasons, and the task is done all the same.
    /// </summary>
    /// <param name="patch">The changes.</param>
    /// <param name="reason">Why; null where the changes say enough.</param>
    /// <exception cref="InvalidOperationException">The attempt failed; only one that succeeded proposes changes.</exception>
    public AgentResult WithPatch(PlanPatch patch, string? reason = null)
    {
        ArgumentNullException.ThrowIfNull(patch);
        return IsSuccess
            ? new() { IsSuccess = true, Output = Output, Patch = patch, PatchReason = reason }
            : throw new InvalidOperationException("Only a result of an attempt that succeeded can propose changes of the plan; this one failed.");
    }

    /// <summary>The task is done.</summary>
    /// <param name="output">What was made.</param>
    public static AgentResult Succeeded(JsonData output) => new() { IsSuccess = true, Output = output };

    /// <summary>The task is done, and what was made is a text.</summary>
    /// <param name="output">The text; null gives JSON <c>null</c>.</param>
    public static AgentResult Succeeded(string? output) => Succeeded(JsonData.String(output));

    /// <summary>The task is done, and there is nothing to hand over.</summary>
    public static AgentResult Succeeded() => Succeeded(JsonData.Null);

    /// <summary>The attempt failed.</summary>
    /// <param name="kind">The kind of failure.</param>
    /// <param name="message">What was wrong, for the person who must act. It goes into the journal: no secrets.</param>
    /// <param name="retryable">Whether another attempt may succeed.</param>
    /// <param name="retryAfter">How long to wait at least before another attempt; null leaves it to the retry policy.</param>
    public static AgentResult Failed(FailureClass kind, string message, bool retryable = true, TimeSpan? retryAfter = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(message);
        if (retryAfter is { } delay)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero, nameof(retryAfter));
        }

        return new() { FailureClass = kind, Message = message, Retryable = retryable, RetryAfter = retryAfter };
    }
}
