using Microsoft.Extensions.Logging;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Workspaces;

namespace OrchestrationEngine.Agents;

/// <summary>What the engine offers to an agent during one attempt. Not to be used after the attempt has ended.</summary>
public interface IAgentContext
{
    /// <summary>A logger of the category <c>OrchestrationEngine.Agents.NAME</c>.</summary>
    ILogger Logger { get; }

    /// <summary>The services of the attempt's own scope, which ends with the attempt.</summary>
    IServiceProvider Services { get; }

    /// <summary>The clock of the engine.</summary>
    TimeProvider TimeProvider { get; }

    /// <summary>The artifacts of the run: what this attempt writes becomes a part of it when the attempt succeeds.</summary>
    IArtifacts Artifacts { get; }

    /// <summary>Says which model the agent used, for the manifest of what it makes. The last word holds.</summary>
    /// <param name="model">The name of the model; at most 200 characters.</param>
    void ReportModel(string model);

    /// <summary>The shared documents of the run. What the attempt writes counts while the attempt does, and stays when it fails.</summary>
    IWorkspace Workspace { get; }
}
