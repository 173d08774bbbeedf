using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>Judges the phases and tasks of a run that is to go on by another version of its plan, one by one.</summary>
internal sealed class MovedParts(RunState state, OrchestrationPlan plan, PlanNames names, PlanRenames renames, List<MoveReason> reasons)
{
    private readonly HashSet<string> _carried = new(StringComparer.Ordinal);

    public void Judge()
    {
        for (var phase = 0; phase < state.Phases.Length; phase++)
        {
            JudgePhase(phase);
        }

        for (var task = 0; task < state.Tasks.Length; task++)
        {
            JudgeTask(task);
        }

        JudgeAdded();
    }

    private void JudgePhase(int phase)
    {
        ref readonly var slot = ref state.Phase(phase);
        var old = state.Graph.Phase(phase);
        if (!names.TryGetPhase(renames.Phase(old.Id), out var now))
        {
            Gone("Phase", "phase", old.Id, PatchRules.HasBegun(state, slot), slot.Status.ToString());
            return;
        }

        var phaseNow = names.Phases[now]!;
        if (slot.Status is RunPhaseStatus.Pending || ReferenceEquals(old, phaseNow))
        {
            return;
        }

        var changed = Changed(old with { Id = phaseNow.Id }, phaseNow);
        if (changed.Contains("locks") && !slot.Status.IsTerminal())
        {
            Impossible(PlanPointer.Phase(now).Member("locks"), phaseNow.Id, $"Phase '{old.Id}' is {slot.Status} and holds its locks; they can't be others.");
        }
        else if (changed.Count > 0)
        {
            Note(PlanPointer.Phase(now), phaseNow.Id, $"Phase '{old.Id}' is {slot.Status}; what the new plan says of it otherwise ({string.Join(", ", changed)}) counts from now on.");
        }
    }

    private void JudgeTask(int task)
    {
        ref readonly var slot = ref state.Task(task);
        var old = state.Graph.Task(task);
        var hasBegun = PatchRules.HasBegun(state, task);
        if (!names.TryGetTask(renames.Task(old.Id), out var now))
        {
            Gone("Task", "task", old.Id, hasBegun, slot.Status.ToString());
            return;
        }

        var (taskNow, phaseNow) = (names.Task(now)!, names.Phases[names.PhaseOf(now)]!.Id);
        if (!hasBegun)
        {
            return;
        }

        _carried.Add(taskNow.Id);
        var phase = state.Graph.Phase(state.PhaseOf(task)).Id;
        // Where its phase needs a mapping itself, nobody can say yet.
        if (names.TryGetPhase(renames.Phase(phase), out var expected) && expected != names.PhaseOf(now))
        {
            Impossible(names.PointerTo(now), taskNow.Id, $"Task '{old.Id}' is {slot.Status} in phase '{phase}', and is in phase '{phaseNow}' of the new plan. What has started stays in its phase.");
        }

        if (slot.Status.IsTerminal())
        {
            if (!ReferenceEquals(old, taskNow) && Changed(old with { Id = taskNow.Id }, taskNow) is { Count: > 0 } changed)
            {
                Note(names.PointerTo(now), taskNow.Id, $"Task '{old.Id}' has ended as {slot.Status}; what the new plan says of it otherwise ({string.Join(", ", changed)}) counts only if it is done again.");
            }
        }
        else
        {
            UnderWay(task, now, old, taskNow);
        }
    }

    private void UnderWay(int task, int now, TaskDefinition old, TaskDefinition taskNow)
    {
        var status = state.Task(task).Status;
        var at = names.PointerTo(now);
        if (old.Id != taskNow.Id)
        {
            Impossible(at.Member("id"), taskNow.Id, $"Task '{old.Id}' is {status}; it can't be called '{taskNow.Id}' before it has ended, for its agent knows it by its name.");
        }

        var (agent, agentNow) = (state.AgentOf(task), RegisteredAgent(taskNow.Agent));
        if (agent != agentNow && agent is not null)
        {
            Impossible(at.Member("agent"), taskNow.Id, $"Task '{old.Id}' is {status} with agent '{agent}'; the new plan has {(agentNow is null ? "no agent for it" : $"agent '{agentNow}'")}. What is under way ends as it began.");
        }

        var changed = ReferenceEquals(old, taskNow) ? [] : Changed(old with { Id = taskNow.Id, Agent = null }, taskNow with { Agent = null });
        var fixedParts = changed.Intersect(["wait", "plan", "end", "forEach", "join", "locks", "resources"]).ToList();
        foreach (var part in fixedParts)
        {
            Impossible(at.Member(part), taskNow.Id, $"Task '{old.Id}' is {status}; its '{part}' can't be another before it has ended.");
        }

        if (changed.Except(fixedParts).ToList() is { Count: > 0 } rest)
        {
            Note(at, taskNow.Id, $"Task '{old.Id}' is {status}; what the new plan says of it otherwise ({string.Join(", ", rest)}) counts from now on, and for its inputs from the next attempt on.");
        }
    }

    // What is new, or has not started, must be where it can still be done.
    private void JudgeAdded()
    {
        for (var phase = 0; phase < state.Phases.Length; phase++)
        {
            ref readonly var slot = ref state.Phase(phase);
            if (!(slot.Stopping || slot.Status.IsTerminal()) || !names.TryGetPhase(renames.Phase(state.Graph.Phase(phase).Id), out var now))
            {
                continue;
            }

            for (var task = names.FirstTask(now); task < names.EndTask(now); task++)
            {
                if (!_carried.Contains(names.Task(task)!.Id))
                {
                    Impossible(names.PointerTo(task), names.Task(task)!.Id, $"Task '{names.Task(task)!.Id}' has not been done, and its phase '{names.Phases[now]!.Id}' {(slot.Stopping ? "is stopping" : $"has ended as {slot.Status}")}. Put it into a phase that has not.");
                }
            }
        }
    }

    private void Gone(string what, string kind, string id, bool hasBegun, string status)
    {
        if (hasBegun)
        {
            reasons.Add(new MoveReason(MoveOutcome.NeedsMapping, "", id, $"{what} '{id}' is {status}, and the new plan has no {kind} of this name. Say in the renames what it is called there."));
        }
        else
        {
            reasons.Add(new MoveReason(MoveOutcome.Safe, "", id, $"{what} '{id}' has not started and is not in the new plan; it is not done."));
        }
    }

    private void Impossible(PlanPointer at, string subject, string message) => MoveRules.Impossible(reasons, at.ToString(), subject, message);

    private void Note(PlanPointer at, string subject, string message) => reasons.Add(new MoveReason(MoveOutcome.Safe, at.ToString(), subject, message));

    private string? RegisteredAgent(string? agent) => plan.Agents.FirstOrDefault(each => each.Id == agent)?.Uses ?? agent;

    private static List<string> Changed(TaskDefinition old, TaskDefinition now) => PlanComparison.ChangedMembers(old, now);

    private static List<string> Changed(PhaseDefinition old, PhaseDefinition now) => PlanComparison.ChangedMembers(old, now);
}
