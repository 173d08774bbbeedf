using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Agents;

/// <summary>What an agent found out about attempts whose outcome nobody knew.</summary>
public sealed class AgentProbeResult
{
    private static readonly AgentProbeResult Nothing = new() { Finding = ProbeFinding.DidNotHappen };

    private AgentProbeResult()
    {
    }

    /// <summary>What was found.</summary>
    public ProbeFinding Finding { get; private init; }

    /// <summary>What was made; JSON <c>null</c> unless it happened.</summary>
    public JsonData Output { get; private init; }

    /// <summary>Why it can't be told; null unless it is unknown.</summary>
    public string? Message { get; private init; }

    /// <summary>It happened. The task succeeds, and the agent is not called.</summary>
    /// <param name="output">What was made, as the agent would have returned it.</param>
    public static AgentProbeResult Happened(JsonData output) => new() { Finding = ProbeFinding.Happened, Output = output };

    /// <summary>It happened, and there is nothing to hand over.</summary>
    public static AgentProbeResult Happened() => Happened(JsonData.Null);

    /// <summary>It did not happen, and it can't happen any more (see the remarks on <see cref="IAgentProbe"/>). The agent is called.</summary>
    public static AgentProbeResult DidNotHappen() => Nothing;

    /// <summary>It can't be told now. The attempt fails as <see cref="FailureClass.Unknown"/>; the task's retry policy decides whether another one asks again.</summary>
    /// <param name="message">Why, for the person who must act. It goes into the journal: no secrets.</param>
    public static AgentProbeResult Unknown(string message)
    {
        ArgumentException.ThrowIfNullOrEmpty(message);
        return new() { Finding = ProbeFinding.Unknown, Message = message };
    }
}
