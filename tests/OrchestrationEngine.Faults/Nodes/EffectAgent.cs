using OrchestrationEngine.Agents;
using OrchestrationEngine.Faults.Ledger;
using OrchestrationEngine.Faults.Workload;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Faults.Nodes;

/// <summary>Does every task of a trial: takes its time, fails or hangs as it is told, and at last leaves its effect in the ledger.</summary>
internal sealed class EffectAgent(LedgerClient ledger) : IAgentAdapter, IAgentProbe
{
    public async Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
    {
        var work = EffectWork.From(request.Inputs);

        // Counted outside, so that it is known there how often it was to fail, whatever became of the processes.
        var visit = await ledger.VisitAsync(request.IdempotencyKey, request.Attempt);
        try
        {
            await Task.Delay(visit <= work.Hangs ? Timeout.InfiniteTimeSpan : work.Duration, context.TimeProvider, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return AgentResult.Failed(FailureClass.Canceled, "It was asked to stop before it had done anything.");
        }

        if (work.Impossible)
        {
            return AgentResult.Failed(FailureClass.Permanent, "This can't be done.", retryable: false);
        }

        if (visit <= work.Fails)
        {
            return AgentResult.Failed(FailureClass.Unavailable, $"Visit {visit} of {work.Fails} that fail.");
        }

        // Whoever asks it to stop now learns what has happened all the same.
        return await ledger.AppendAsync(request.IdempotencyKey, request.Attempt)
            ? AgentResult.Succeeded($"attempt {request.Attempt}")
            : AgentResult.Failed(FailureClass.Canceled, "A later attempt has made this one void.");
    }

    public async Task<AgentProbeResult> ProbeAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
        => await ledger.ProbeAsync(request.IdempotencyKey, request.Attempt) ? AgentProbeResult.Happened(JsonData.String("found")) : AgentProbeResult.DidNotHappen();
}
