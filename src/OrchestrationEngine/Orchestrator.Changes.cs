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

    public async Task<MoveVerdict> JudgeMoveAsync(RunId run, OrchestrationPlan plan, PlanRenames? renames, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return await AskAsync(run, state => MoveRules.Judge(state, plan, renames ?? PlanRenames.None, _context.ProblemsOf), cancellationToken).ConfigureAwait(false);
    }

    public async Task<MoveResult> MoveAsync(RunId run, OrchestrationPlan plan, string author, string reason, PlanRenames? renames, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        var (version, before) = await AskAsync(run, state => (state.Version, state.Graph.Plan), cancellationToken).ConfigureAwait(false);
        var verdict = await JudgeMoveAsync(run, plan, renames, cancellationToken).ConfigureAwait(false);
        if (verdict.Outcome != MoveOutcome.Safe)
        {
            return new MoveResult { Verdict = verdict };
        }

        var refusal = await CarryOutAsync(run, new RunCommand.Move(plan, renames ?? PlanRenames.None, author, Reason(reason)), cancellationToken).ConfigureAwait(false);
        if (refusal is not null)
        {
            // Something has begun or ended meanwhile.
            return new MoveResult { Verdict = MoveRules.VerdictOf(refusal) ?? throw new RunRefusedException(run, refusal) };
        }

        var text = PlanJson.Write(plan);
        var (sequence, difference) = await ChangeAsync(
            run,
            version,
            before,
            fact => fact is PlanMoved moved && moved.Author == author && moved.Reason == reason && PlanJson.Write(moved.Plan).AsSpan().SequenceEqual(text),
            cancellationToken).ConfigureAwait(false);
        return new MoveResult { Verdict = verdict, Sequence = sequence, Difference = difference };
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
