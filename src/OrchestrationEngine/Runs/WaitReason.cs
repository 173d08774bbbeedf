namespace OrchestrationEngine.Runs;

/// <summary>Why something in a run is not running now.</summary>
/// <param name="Phase">The phase, or null when the whole run waits.</param>
/// <param name="Task">The task, or null when the whole phase or run waits.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Until">When the waiting ends by itself, or null when that depends on something else.</param>
public sealed record WaitReason(string? Phase, string? Task, string Reason, DateTimeOffset? Until = null);

/// <summary>Says of everything that has not ended and is not running why that is so. Reads the state, changes nothing.</summary>
internal static class WaitReasons
{
    public static IEnumerable<WaitReason> Of(RunState state, DateTimeOffset now)
    {
        if (state.IsTerminal)
        {
            yield break;
        }

        if (state.Status == RunStatus.Pending)
        {
            yield return new WaitReason(null, null, "The run has not started.");
        }

        if (state.Status == RunStatus.Paused)
        {
            yield return new WaitReason(null, null, "The run is paused.");
        }

        if (state.Stopping is { } stopping)
        {
            yield return new WaitReason(null, null, $"The run is stopping: {stopping.Reason}", At(state.DueOf(DueKind.RunForce, 0)));
        }

        if (state.HeldHere is { } held)
        {
            yield return new WaitReason(null, null, held);
        }

        foreach (var conflict in state.Documents.Conflicts)
        {
            yield return new WaitReason(null, null, FormattableString.Invariant($"A write to document '{conflict.Document}' by {conflict.Author} was set aside as '{conflict.Id}' at {conflict.At:u}; it waits for {conflict.To ?? "a person"} to decide (ResolveConflictAsync). Nothing else waits for that."));
        }

        var ofGates = new Dictionary<Gate, string>();
        for (var phase = 0; phase < state.Phases.Length; phase++)
        {
            if (OfPhase(state, phase) is { } reason)
            {
                yield return reason;
            }
            else if (state.Phase(phase).Status == RunPhaseStatus.Running)
            {
                for (var task = state.Graph.FirstTask(phase); task < state.Graph.EndTask(phase); task++)
                {
                    if (OfTask(state, task, now, ofGates) is { } waiting)
                    {
                        yield return waiting;
                    }
                }
            }
        }
    }

    private static WaitReason? OfPhase(RunState state, int phase)
    {
        ref readonly var slot = ref state.Phase(phase);
        var id = state.Graph.Phase(phase).Id;
        return slot switch
        {
            { Status: RunPhaseStatus.Running, Stopping: true } => new WaitReason(id, null, $"The phase is stopping: {slot.Reason}", At(state.DueOf(DueKind.PhaseForce, phase))),
            { Status: RunPhaseStatus.Running, Held: true } => new WaitReason(id, null, FormattableString.Invariant($"Turn {slot.Turn} of the phase has its time."), At(slot.TurnDue)),
            { Status: RunPhaseStatus.Pending } => new WaitReason(id, null, OpenDependencies(state, phase)),
            _ => null,
        };
    }

    private static string OpenDependencies(RunState state, int phase)
    {
        var open = new List<string>();
        foreach (var dependency in state.Graph.PhaseDependencies(phase))
        {
            if (!state.Phase(dependency).Status.IsTerminal())
            {
                open.Add($"'{state.Graph.Phase(dependency).Id}' ({state.Phase(dependency).Status})");
            }
        }

        return open.Count > 0 ? $"The phase waits for {string.Join(", ", open)}."
            : state.Locks?.Reason(RunLocks.OfPhase(phase), state) is { } locked ? $"The phase waits: {locked}."
            : "The phase is about to start.";
    }

    private static WaitReason? OfTask(RunState state, int task, DateTimeOffset now, Dictionary<Gate, string> ofGates)
    {
        ref readonly var slot = ref state.Task(task);
        var definition = state.Definition(task);
        var phase = state.Graph.Phase(state.PhaseOf(task)).Id;
        switch (slot.Status)
        {
            case RunTaskStatus.Retrying when slot is { Failures: 0, OutcomeUnknown: false } && slot.At > now.UtcTicks && state.TurnOf(task) > 1:
                return new WaitReason(phase, definition.Id, FormattableString.Invariant($"Turn {state.TurnOf(task)} has its time."), At(slot.At));
            case RunTaskStatus.Retrying when slot.At > now.UtcTicks:
                return new WaitReason(phase, definition.Id, $"Attempt {slot.Attempt} ended without success; attempt {slot.Attempt + 1} has its time.", At(slot.At));
            case RunTaskStatus.Retrying:
            case RunTaskStatus.Pending when state.Graph.HasFlow(task) ? slot.Admitted : slot is { JoinsOpen: 0, OrdersOpen: 0 }:
                return new WaitReason(phase, definition.Id, state switch
                {
                    { Stopping: not null } => "The task doesn't start any more: the run is stopping.",
                    { Status: RunStatus.Paused } => "The task is ready; it starts when the run is resumed.",
                    { HeldHere: not null } => "The task is ready; it starts in a process that can go on with the run.",
                    _ when state.Agenda.GateOf(state, task) is { } gate => ReasonOf(state, gate, ofGates),
                    { OwnRoom: <= 0 } => $"The task is ready; the run has as many tasks under way as its plan allows ({state.Graph.Plan.MaxParallelTasks}).",
                    { Engine: null } => "The task is ready; it starts where the run goes on, as soon as there is room for it.",
                    _ => "The task is ready and about to start.",
                },
                At(state.DueOf(DueKind.Guard, task)));
            case RunTaskStatus.Waiting when state.Waits.Of(task) is not null:
                return new WaitReason(phase, definition.Id, WaitRules.Reason(state, task), At(WaitRules.DueOf(state, task)));
            case RunTaskStatus.Waiting when state.Handoffs.Asked.ContainsKey(task):
                return new WaitReason(phase, definition.Id, HandoffOutcomes.Reason(state, task));
            case RunTaskStatus.Running when state.IsChild(task):
                return new WaitReason(phase, definition.Id, $"The task is done by run '{state.Children[task]}'; what holds that one up is to be asked of it.");
            case RunTaskStatus.Pending:
                return new WaitReason(phase, definition.Id, JoinReasons.Of(state, task));
            case RunTaskStatus.Running or RunTaskStatus.Succeeded when state.Items.Find(task) is { IsExpanded: true } fanOut:
                return FanOutReasons.Of(state, fanOut, now) is { } why ? new WaitReason(phase, definition.Id, why, At(FanOutReasons.Until(state, fanOut))) : null;
            default:
                return null;
        }
    }

    // The same for all that a gate holds back, of whom there may be many.
    private static string ReasonOf(RunState state, Gate gate, Dictionary<Gate, string> known)
    {
        if (!known.TryGetValue(gate, out var reason))
        {
            known[gate] = reason = GateRules.Reason(state, gate);
        }

        return reason;
    }

    private static DateTimeOffset? At(long? ticks) => ticks is { } value ? new DateTimeOffset(Math.Min(value, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero) : null;
}
