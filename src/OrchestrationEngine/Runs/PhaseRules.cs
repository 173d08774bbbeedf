using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>When phases start, are skipped, stop and end.</summary>
internal static class PhaseRules
{
    /// <summary>The next fact about a phase, or null when it stays as it is.</summary>
    public static RunEvent? Next(RunState state, int phase) => state.Phase(phase).Status switch
    {
        RunPhaseStatus.Pending => Begin(state, phase),
        RunPhaseStatus.Running => Continue(state, phase),
        RunPhaseStatus.Failed => StopRun(state, phase),
        _ => null,
    };

    /// <summary>Why the run fails: its failed phases and their reasons.</summary>
    public static string WhyFailed(RunState state)
    {
        var reasons = new List<string>();
        for (var phase = 0; phase < state.Phases.Length && reasons.Count < 10; phase++)
        {
            if (state.Phase(phase).Status == RunPhaseStatus.Failed)
            {
                reasons.Add(WhyFailed(state, phase));
            }
        }

        return string.Join(" ", reasons);
    }

    private static RunEvent? Begin(RunState state, int phase)
    {
        ref readonly var slot = ref state.Phase(phase);
        var definition = state.Graph.Phase(phase);
        if (state.Stopping is { } stopping)
        {
            return new PhaseCanceled { Phase = definition.Id, Reason = stopping.Reason };
        }

        if (slot.Remaining > 0)
        {
            return null;
        }

        if (slot.Broken > 0)
        {
            return new PhaseCanceled { Phase = definition.Id, Reason = BrokenDependency(state, phase) };
        }

        if (ByConditions(state, phase) is { } fact)
        {
            return fact;
        }

        if (state.Locks is { } locks)
        {
            locks.Join(RunLocks.OfPhase(phase));
            if (locks.Missing(RunLocks.OfPhase(phase)) >= 0)
            {
                return null;
            }
        }

        return new PhaseStarted { Phase = definition.Id };
    }

    private static RunEvent? ByConditions(RunState state, int phase)
    {
        var definition = state.Graph.Phase(phase);
        if (definition.When is { } when)
        {
            var result = when.Evaluate(state.Scope.ForPhase(phase));
            if (!result.IsTrue)
            {
                return result.IsError
                    ? new RunStopping { Outcome = RunStatus.Failed, Reason = $"The condition of phase '{definition.Id}' ({when.Text}) can't be read: {result.Error}" }
                    : new PhaseSkipped { Phase = definition.Id, Reason = $"Its condition is false: {when.Text}" };
            }
        }

        if (definition.SkipWhen is { } skip)
        {
            var result = skip.Condition.Evaluate(state.Scope.ForPhase(phase));
            if (!result.IsFalse)
            {
                return result.IsError
                    ? new RunStopping { Outcome = RunStatus.Failed, Reason = $"The condition under which phase '{definition.Id}' is skipped ({skip.Condition.Text}) can't be read: {result.Error}" }
                    : new PhaseSkipped { Phase = definition.Id, Reason = skip.Reason ?? skip.Condition.Text };
            }
        }

        return null;
    }

    private static RunEvent? Continue(RunState state, int phase)
    {
        ref readonly var slot = ref state.Phase(phase);
        var definition = state.Graph.Phase(phase);
        if (slot.Stopping || state.Stopping is not null)
        {
            if (slot.Out > 0)
            {
                return null;
            }

            if (slot is { Stopping: false, Open: 0 } && state.Stopping is { Outcome: RunStatus.Succeeded } && slot.Failed <= definition.OnFailure.FailuresAllowed)
            {
                return new PhaseCompleted { Phase = definition.Id };
            }

            return slot.Stopping
                ? new PhaseFailed { Phase = definition.Id, Reason = slot.Reason! }
                : new PhaseCanceled { Phase = definition.Id, Reason = state.Stopping!.Reason };
        }

        var tooMany = slot.Failed > definition.OnFailure.FailuresAllowed;
        if (slot.Open == 0)
        {
            return tooMany
                ? new PhaseFailed { Phase = definition.Id, Reason = FailedTasks(state, phase) }
                : slot.Held ? null : LoopRules.EndTurn(state, phase);
        }

        return tooMany && definition.OnFailure.Mode == FailureMode.FailFast
            ? new PhaseStopping { Phase = definition.Id, Reason = FailedTasks(state, phase) }
            : null;
    }

    private static RunStopping? StopRun(RunState state, int phase)
    {
        var policy = state.Graph.Plan.OnFailure;
        return state.Stopping is null && state.OpenPhases > 0 && policy.Mode == FailureMode.FailFast && state.FailedPhases > policy.FailuresAllowed
            ? new RunStopping { Outcome = RunStatus.Failed, Reason = WhyFailed(state, phase) }
            : null;
    }

    private static string WhyFailed(RunState state, int phase) => $"Phase '{state.Graph.Phase(phase).Id}' failed. {state.Phase(phase).Reason}";

    private static string FailedTasks(RunState state, int phase)
    {
        var named = new List<string>();
        for (var task = state.Graph.FirstTask(phase); task < state.Graph.EndTask(phase) && named.Count < 5; task++)
        {
            if (state.Task(task).Status is RunTaskStatus.Failed or RunTaskStatus.Quarantined)
            {
                named.Add(state.Failures.TryGetValue(task, out var failure)
                    ? $"Task '{state.Definition(task).Id}' {(state.Task(task).Status == RunTaskStatus.Failed ? "failed" : "was set aside")}: {failure.Message}"
                    : $"Task '{state.Definition(task).Id}' was set aside.");
            }
        }

        var items = 0;
        for (var task = state.Graph.FirstTask(phase); state.Items.FanOuts.Count > 0 && task < state.Graph.EndTask(phase); task++)
        {
            if (FanOutRules.FailedItems(state, task) is { } failed)
            {
                items += state.Items.Find(task)!.Failed - 1;
                named.Add(failed);
            }
        }

        var more = state.Phase(phase).Failed - named.Count - items;
        return string.Join(" ", named) + (more > 0 ? $" And {more} more." : "");
    }

    private static string BrokenDependency(RunState state, int phase)
    {
        foreach (var dependency in state.Graph.PhaseDependencies(phase))
        {
            if (state.Phase(dependency).Status is RunPhaseStatus.Failed or RunPhaseStatus.Canceled)
            {
                return $"Phase '{state.Graph.Phase(dependency).Id}', which it depends on, ended as {state.Phase(dependency).Status}.";
            }
        }

        return "A phase that it depends on did not complete.";
    }
}
