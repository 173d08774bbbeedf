using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine;

/// <content>Changes of the plans of runs that are under way.</content>
internal sealed partial class Orchestrator
{
    public async Task<PatchResult> PatchAsync(RunId run, PlanPatch patch, string author, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(patch);
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        var (version, before) = await AskAsync(run, state => (state.Version, state.Graph.Plan), cancellationToken).ConfigureAwait(false);
        var refusal = await CarryOutAsync(run, new RunCommand.Patch(patch, author, Reason(reason)), cancellationToken).ConfigureAwait(false);
        if (refusal is null)
        {
            var text = patch.Write();
            var (sequence, difference) = await ChangeAsync(
                run,
                version,
                before,
                fact => fact is PlanPatched patched && patched.Author == author && patched.Reason == reason && patched.Patch.Write().AsSpan().SequenceEqual(text),
                cancellationToken).ConfigureAwait(false);
            return new PatchResult { IsAccepted = true, Sequence = sequence, Difference = difference };
        }

        return PatchRules.ProblemsOf(refusal) is { } problems
            ? new PatchResult { IsAccepted = false, Problems = problems }
            : throw new RunRefusedException(run, refusal);
    }

    // Others may change the plan at the same time: what a change made different is seen from the facts themselves.
    private async Task<(long Sequence, PlanDifference Difference)> ChangeAsync(RunId run, long after, OrchestrationPlan plan, Func<RunEvent, bool> isIt, CancellationToken cancellationToken)
    {
        await foreach (var recorded in _context.Store.ReadAsync(run, after, cancellationToken).ConfigureAwait(false))
        {
            var before = plan;
            plan = recorded.Event switch
            {
                PlanPatched patched => patched.Patch.Apply(plan),
                PlanMoved moved => moved.Plan,
                _ => plan,
            };
            if (isIt(recorded.Event))
            {
                return (recorded.Sequence, PlanDifference.Between(before, plan));
            }
        }

        throw new RunNotFoundException(run);
    }
}
