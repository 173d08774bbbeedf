using OrchestrationEngine.Runs;

namespace OrchestrationEngine;

/// <content>What people decide about handoffs.</content>
internal sealed partial class Orchestrator
{
    public Task DecideHandoffAsync(RunId run, string task, HandoffDecision decision, int? item, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(task);
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentException.ThrowIfNullOrWhiteSpace(decision.By, nameof(decision));
        ArgumentException.ThrowIfNullOrWhiteSpace(decision.Reason, nameof(decision));
        return Enum.IsDefined(decision.Choice)
            ? TellAsync(run, new RunCommand.DecideHandoff(task, item, decision), cancellationToken)
            : throw new ArgumentException($"{nameof(HandoffDecision.Choice)} is {(int)decision.Choice}; expected {string.Join(", ", Enum.GetNames<HandoffChoice>())}.", nameof(decision));
    }
}
