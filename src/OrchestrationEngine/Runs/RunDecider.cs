using System.Globalization;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// Decides what a command means: the facts that it makes, or why it is refused. What follows from the facts is <see cref="RunConsequences"/>.
/// The same state, command and time always give the same facts; it throws for nothing that a caller can do.
/// </summary>
internal static class RunDecider
{
    /// <summary>Adds the facts of a command; they are not applied yet.</summary>
    /// <returns>Why the command is refused, or null. A command that changes nothing (late, repeated) adds nothing and is not refused.</returns>
    public static string? Decide(RunState state, RunCommand command, DateTimeOffset now, List<RunEvent> facts)
    {
        switch (command)
        {
            case RunCommand.ReportSuccess success:
                return Success(state, success.Edition is null ? success : success with { Task = state.Editions.Resolve(success.Edition, success.Task) }, facts);
            case RunCommand.ReportFailure failure:
                return Failed(state, failure.Edition is null ? failure : failure with { Task = state.Editions.Resolve(failure.Edition, failure.Task) }, now, facts);
            case RunCommand.ReportQuestion question:
                return Asked(state, question.Edition is null ? question : question with { Task = state.Editions.Resolve(question.Edition, question.Task) }, facts);
            case RunCommand.DecideHandoff decide:
                return HandoffOutcomes.Decide(state, decide, now, facts);
            case RunCommand.ChildEnded ended:
                return ChildEnded(state, ended, now, facts);
            case RunCommand.ChildCreated created:
                ChildCreated(state, created.Edition is null ? created.Task : state.Editions.Resolve(created.Edition, created.Task), created.Attempt);
                return null;
            case RunCommand.Tick:
                DueRules.Decide(state, now, facts);
                return null;
            case RunCommand.Start:
                StartRules.Decide(state, facts);
                return null;
            case RunCommand.Recover recover:
                Recover(state, recover, now, facts);
                return null;
            case RunCommand.Pause pause:
                return Hold(state, RunTrigger.Pause, pause.Reason, facts);
            case RunCommand.Resume resume:
                return Hold(state, RunTrigger.Resume, resume.Reason, facts);
            case RunCommand.Cancel cancel:
                return Stop(state, RunStatus.Canceled, cancel.Reason, facts);
            case RunCommand.Quarantine quarantine:
                return Quarantine(state, quarantine, facts);
            case RunCommand.CancelTasks cancel:
                return CancelRules.Decide(state, cancel, facts);
            case RunCommand.Signal signal:
                return Signal(state, signal, facts);
            case RunCommand.Patch patch:
                return PatchRules.Decide(state, patch, facts);
            case RunCommand.AddItems add:
                return FanOutCommands.Add(state, add, facts);
            case RunCommand.Seal seal:
                return FanOutCommands.Seal(state, seal, facts);
            case RunCommand.CompleteItems complete:
                return FanOutCommands.Complete(state, complete, facts);
            case RunCommand.Move move:
                return MoveRules.Decide(state, move, facts);
            case RunCommand.Restart restart:
                return RestartRules.Decide(state, restart, facts);
            case RunCommand.WriteDocument write:
                return WorkspaceRules.Decide(state, write, facts);
            case RunCommand.ResolveConflict resolve:
                return WorkspaceRules.Decide(state, resolve, facts);
            default:
                throw new NotSupportedException($"RunDecider does not know '{command.GetType().Name}'.");
        }
    }

    /// <summary>Why the attempts of this task are being stopped, with its run, its phase or by itself; null when they are not.</summary>
    public static string? StopReason(RunState state, int task)
    {
        if (state.Stopping is { } stopping)
        {
            return stopping.Reason;
        }

        ref readonly var phase = ref state.Phase(state.PhaseOf(task));
        return phase.Stopping ? phase.Reason : state.Task(task).Canceling ? state.Canceling[task] : task < ItemTable.First ? null : FanOutRules.StopReason(state, task);
    }

    private static string? Success(RunState state, RunCommand.ReportSuccess success, List<RunEvent> facts)
    {
        if (!state.IsCurrent(success.Task, success.Attempt))
        {
            Ignore(state, success.Task, success.Attempt, "It reported success", facts);
            return null;
        }

        AttemptRecords.Add(state, success.Task, success.Attempt, success.Edition, success.Records, facts);
        var succeeded = new AttemptSucceeded
        {
            Task = state.Definition(success.Task).Id,
            Item = state.ItemOf(success.Task),
            Attempt = success.Attempt,
            Output = success.Output,
            Probe = success.Probe,
            Opened = success.Opened,
            ReusedFrom = success.ReusedFrom,
        };
        if (success.Task < ItemTable.First && state.Graph.HasFlow(success.Task) && state.Definition(success.Task).Repeat is not null)
        {
            LoopRules.Succeed(state, success.Task, success.Output, again => succeeded with { Again = again }, facts.Add);
            return null;
        }

        facts.Add(succeeded);
        return null;
    }

    private static string? Failed(RunState state, RunCommand.ReportFailure report, DateTimeOffset now, List<RunEvent> facts)
    {
        if (!state.IsCurrent(report.Task, report.Attempt))
        {
            Ignore(state, report.Task, report.Attempt, $"It reported a failure ({report.Failure.Class})", facts);
            return null;
        }

        AttemptRecords.Add(state, report.Task, report.Attempt, report.Edition, report.Records, facts);

        // An attempt that ends without success after it was told to stop for its time failed because of its time, however it words it.
        var (failure, retryable) = state.Task(report.Task).AttemptStopping
            ? (DueRules.TimedOut(state, report.Task, stopped: true), true)
            : (report.Failure, report.Retryable);
        var failed = new AttemptFailed { Task = state.Definition(report.Task).Id, Item = state.ItemOf(report.Task), Attempt = report.Attempt, Failure = failure, Probe = report.Probe };
        FailureRules.Decide(state, report.Task, failed, retryable, report.RetryAfter, report.Random, now, facts, report.Records.Any(static record => record is HandoffRejected));
        return null;
    }

    private static string? Asked(RunState state, RunCommand.ReportQuestion report, List<RunEvent> facts)
    {
        if (!state.IsCurrent(report.Task, report.Attempt))
        {
            Ignore(state, report.Task, report.Attempt, "It handed over less than it should", facts);
            return null;
        }

        HandoffOutcomes.Ask(state, report.Task, report, facts);
        return null;
    }

    private static void Ignore(RunState state, int task, int attempt, string what, List<RunEvent> facts)
    {
        if (!state.IsTerminal && state.Has(task) && attempt > 0 && attempt <= state.Task(task).Attempt)
        {
            ref readonly var slot = ref state.Task(task);
            facts.Add(new AttemptIgnored
            {
                Task = state.Definition(task).Id,
                Item = state.ItemOf(task),
                Attempt = attempt,
                Reason = string.Create(CultureInfo.InvariantCulture, $"{what} when it was no longer out: the task is {slot.Status}, its latest attempt is {slot.Attempt}."),
            });
        }
    }

    private static void Recover(RunState state, RunCommand.Recover recover, DateTimeOffset now, List<RunEvent> facts)
    {
        for (var task = 0; task < state.Tasks.Length && state.AttemptsOut > 0; task++)
        {
            if (state.Task(task).AttemptOut && !state.IsChild(task))
            {
                FailureRules.Abandon(state, task, recover, now, facts);
            }
        }

        foreach (var item in FanOutFold.AttemptsOut(state, 0, state.Tasks.Length).Where(item => !state.IsChild(item)))
        {
            FailureRules.Abandon(state, item, recover, now, facts);
        }

        // A run of its own goes on wherever it is; whether it was created yet, nobody knows here.
        foreach (var task in state.Children.Keys.Where(state.IsChild).Order())
        {
            state.Agenda.Touch(task);
        }
    }

    // What it is to be told is asked of the state, as it is now.
    private static void ChildCreated(RunState state, int task, int attempt)
    {
        if (state.IsCurrent(task, attempt))
        {
            state.Agenda.ChildrenCreated.Add(task);
            state.Agenda.Touch(task);
        }
    }

    private static string? ChildEnded(RunState state, RunCommand.ChildEnded ended, DateTimeOffset now, List<RunEvent> facts)
        => ChildRuns.TryFind(state, ended, out var task)
            ? Decide(state, ChildRuns.ReportOf(task, ended), now, facts)
            : null;

    private static string? Hold(RunState state, RunTrigger trigger, string reason, List<RunEvent> facts)
    {
        if (state.Stopping is { } stopping)
        {
            return $"Run '{state.Id}' is stopping ({stopping.Reason}); it can't take '{trigger}'.";
        }

        if (RunLifecycle.Table.TryFire(state.Status, trigger, out _))
        {
            facts.Add(trigger == RunTrigger.Pause ? new RunPaused { Reason = reason } : new RunResumed { Reason = reason });
            return null;
        }

        // Asked for what is so already: nothing to do, nothing to refuse.
        return state.Status == (trigger == RunTrigger.Pause ? RunStatus.Paused : RunStatus.Running) ? null : Refusal(state, trigger);
    }

    private static string? Stop(RunState state, RunStatus outcome, string reason, List<RunEvent> facts)
    {
        var trigger = outcome == RunStatus.Canceled ? RunTrigger.Cancel : RunTrigger.Quarantine;
        if (state.Status == outcome || state.Stopping?.Outcome == outcome)
        {
            return null;
        }

        if (state.Stopping is { } stopping)
        {
            return $"Run '{state.Id}' is stopping already, to end as {stopping.Outcome}: {stopping.Reason}";
        }

        if (!RunLifecycle.Table.CanFire(state.Status, trigger))
        {
            return Refusal(state, trigger);
        }

        facts.Add(new RunStopping { Outcome = outcome, Reason = reason });
        return null;
    }

    private static string? Quarantine(RunState state, RunCommand.Quarantine command, List<RunEvent> facts)
    {
        if (state.Status != RunStatus.Failed)
        {
            return Stop(state, RunStatus.Quarantined, command.Reason, facts);
        }

        facts.Add(new RunQuarantined { Reason = command.Reason });
        return null;
    }

    private static string? Signal(RunState state, RunCommand.Signal signal, List<RunEvent> facts)
    {
        // Senders are at-least-once: what was received once is received, whatever has become of the run since.
        if (state.Signals.Contains(signal.Id))
        {
            return null;
        }

        if (state.IsTerminal)
        {
            return $"Run '{state.Id}' has ended as {state.Status}; it takes no signal '{signal.Name}'. Runs take signals until they end.";
        }

        facts.Add(new SignalReceived { Id = signal.Id, Name = signal.Name, Payload = signal.Payload });
        return null;
    }

    /// <summary>The words in which the run's table refuses.</summary>
    public static string Refusal(RunState state, RunTrigger trigger)
    {
        var permitted = Enum.GetValues<RunTrigger>().Where(each => RunLifecycle.Table.CanFire(state.Status, each)).ToList();
        var can = permitted.Count == 0 ? "nothing" : string.Join(", ", permitted);
        return $"Run '{state.Id}' is {state.Status}; it cannot take '{trigger}'. From {state.Status} it can take: {can}.";
    }
}
