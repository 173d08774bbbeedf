namespace OrchestrationEngine.Agents;

/// <summary>What an agent is called for.</summary>
public enum AgentPurpose
{
    /// <summary>To do a task.</summary>
    Work,

    /// <summary>
    /// To judge what another agent hands over: the input <c>content</c> is that, the input <c>criteria</c> what to look at. It returns
    /// <c>{"score": 0..1, "reason"?: text, "violations"?: [text...]}</c>.
    /// </summary>
    Judge,

    /// <summary>To make of what another agent hands over, the input <c>content</c>, what the next one needs. That is what it returns.</summary>
    Transform,
}
