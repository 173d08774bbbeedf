using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Handoffs;

/// <summary>Everything that is checked of what one task makes, in the order in which it is. Immutable.</summary>
internal sealed record TaskHandoffs
{
    /// <summary>The contract on the task's output; null for none.</summary>
    public IHandoffContract? Contract { get; init; }

    /// <summary>What becomes of the task when its last attempt broke a contract.</summary>
    public required OnViolation OnViolation { get; init; }

    /// <summary>The handoffs from the task, in the order of the plan.</summary>
    public IReadOnlyList<OutgoingHandoff> Outgoing { get; init; } = [];

    /// <summary>What the task owes for the handoffs to it, in the order of the plan. Only handoffs that expect something in return.</summary>
    public IReadOnlyList<OwedHandoff> Owed { get; init; } = [];
}

/// <summary>A handoff as its sender has it.</summary>
/// <param name="Id">The id in the plan.</param>
/// <param name="To">The id of the task that gets it.</param>
/// <param name="ToTask">The number of that task in the graph.</param>
/// <param name="Sends">What is sent.</param>
/// <param name="Transforms">What is made of the output for that task, one after the other.</param>
/// <param name="Contract">What must hold of the output after that; null for nothing.</param>
internal sealed record OutgoingHandoff(string Id, string To, int ToTask, IReadOnlyList<PartContract> Sends, IReadOnlyList<IHandoffTransform> Transforms, IHandoffContract? Contract);

/// <summary>A handoff as its receiver has it: what it owes in return.</summary>
/// <param name="Id">The id in the plan.</param>
/// <param name="From">The id of the task that sent, and expects this.</param>
/// <param name="Parts">What it expects.</param>
internal sealed record OwedHandoff(string Id, string From, IReadOnlyList<PartContract> Parts);

/// <summary>One named thing that passes with a handoff.</summary>
/// <param name="Name">The name of the member of the output, or of the artifact.</param>
/// <param name="Contract">What must hold of it; null where it is enough that it is there.</param>
/// <param name="IsCritical">Whether a violation counts.</param>
/// <param name="IfMissing">What happens when it is not there.</param>
internal sealed record PartContract(string Name, IHandoffContract? Contract, bool IsCritical, OnMissing IfMissing);
