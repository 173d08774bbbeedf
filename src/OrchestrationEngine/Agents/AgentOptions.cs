namespace OrchestrationEngine.Agents;

/// <summary>How the engine uses an agent. Read when the agent is registered; changing it later has no effect.</summary>
public sealed class AgentOptions
{
    /// <summary>
    /// How many attempts the agent may have under way in this process at the same time, over all runs. Attempts beyond that wait in line.
    /// </summary>
    /// <value>The default is null: as many as the engine has room for. Otherwise at least 1.</value>
    public int? MaxConcurrent { get; set; }

    /// <summary>
    /// The version of what the agent does: a result that another version made is not taken over by tasks that take results over (<c>memo</c>). Give it another
    /// one whenever the agent, its prompts or its model change.
    /// </summary>
    /// <value>The default is null, which is a version like any other.</value>
    public string? Version { get; set; }
}
