using System.Globalization;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>What becomes of a task whose handoff was rejected, or about whose handoff a person is asked.</summary>
internal static class HandoffOutcomes
{
    /// <summary>The attempt is over, and a person is asked about what it hands over.</summary>
    public static void Ask(RunState state, int task, RunCommand.ReportQuestion report, List<RunEvent> facts)
    {
        AttemptRecords.Add(state, task, report.Attempt, report.Edition, report.Records, facts);
        facts.Add(report.Question);
        if (RunDecider.StopReason(state, task) is { } reason)
        {
            facts.Add(new TaskCanceled { Task = report.Question.Task, Item = report.Question.Item, Reason = reason });
        }
    }

    /// <summary>A person has decided.</summary>
    /// <returns>Why that is refused, or null.</returns>
    public static string? Decide(RunState state, RunCommand.DecideHandoff command, DateTimeOffset now, List<RunEvent> facts)
    {
        if (!state.TryFind(command.Task, command.Item, out var task))
        {
            return Unknown(state, command);
        }

        if (!state.Handoffs.Asked.TryGetValue(task, out var open))
        {
            return $"Nobody is asked about {NameOf(state, task)}: it is {state.Task(task).Status}. Only a handoff in which something is missing (ifMissing: ask) waits for a decision.";
        }

        var (decision, attempt) = (command.Decision, open.Fact.Attempt);
        if (decision.Attempt is { } meant && meant != attempt)
        {
            return string.Create(CultureInfo.InvariantCulture, $"The decision is about attempt {meant} of {NameOf(state, task)}; what is asked about is attempt {attempt}. Look at that, and decide again.");
        }

        if (RunDecider.StopReason(state, task) is { } stop)
        {
            return $"{NameOf(state, task)} is being stopped ({stop}); there is nothing to decide any more.";
        }

        if (open.Fact.Artifacts is { } artifacts)
        {
            AttemptRecords.Add(state, task, attempt, null, [.. artifacts.Select(artifact => artifact with { Quarantined = decision.Choice != HandoffChoice.Accept })], facts);
        }

        facts.Add(new HandoffDecided { Task = open.Fact.Task, Item = open.Fact.Item, Attempt = attempt, Choice = decision.Choice, By = decision.By, Reason = decision.Reason });
        switch (decision.Choice)
        {
            case HandoffChoice.Accept:
                Succeed(state, task, open.Fact, facts);
                break;
            case HandoffChoice.Retry:
                facts.Add(new TaskRetryScheduled { Task = open.Fact.Task, Item = open.Fact.Item, Due = now });
                break;
            case HandoffChoice.Skip:
                facts.Add(new TaskSkipped { Task = open.Fact.Task, Item = open.Fact.Item, Reason = $"{decision.By} decided to go on without it: {decision.Reason}" });
                break;
            default:
                facts.Add(Ended(state, task, Failure.Of(FailureClass.ContractViolation, $"{decision.By} gave it up: {decision.Reason} {Text(open.Fact.Violations)}")));
                break;
        }

        return null;
    }

    /// <summary>The fact by which a task ends that broke a contract.</summary>
    public static TaskEvent Ended(RunState state, int task, Failure failure)
    {
        var definition = state.Definition(task);
        return definition.OnViolation == OnViolation.Quarantine
            ? new TaskQuarantined { Task = definition.Id, Item = state.ItemOf(task), Failure = failure }
            : new TaskFailed { Task = definition.Id, Item = state.ItemOf(task), Failure = failure };
    }

    /// <summary>What an agent would have changed of the plan, judged when what it made counts; or null.</summary>
    public static RunCommand.Patch? ProposalOf(RunState state, RunCommand command) => command switch
    {
        RunCommand.ReportSuccess success => success.Proposal,
        RunCommand.DecideHandoff { Decision.Choice: HandoffChoice.Accept } decide
            when state.TryFind(decide.Task, decide.Item, out var task) && state.Handoffs.Asked.TryGetValue(task, out var open) && open.Fact.Patch is { } patch
            => new RunCommand.Patch(patch, $"task {decide.Task}", open.Fact.PatchReason ?? "The agent of the task proposed it."),
        _ => null,
    };

    /// <summary>The records of an attempt that began by an earlier form of the plan, with the names by which the tasks are known now.</summary>
    public static IEnumerable<AttemptEvent> Current(RunState state, PlanEdition? edition, IReadOnlyList<AttemptEvent> records)
    {
        return edition is null || edition == state.Edition || records.Count == 0 ? records : records.Select(Renamed);

        AttemptEvent Renamed(AttemptEvent record) => record switch
        {
            HandoffValidated { To: { } to } validated => validated with { To = NowOf(to) },
            HandoffRejected { To: { } to } rejected => rejected with { To = NowOf(to) },
            _ => record,
        };

        string NowOf(string id) => edition.Graph.TryGetTask(id, out var before) && state.Editions.Resolve(edition, before) is >= 0 and var task ? state.Graph.Task(task).Id : id;
    }

    /// <summary>Who is waited for, and since when.</summary>
    public static string Reason(RunState state, int task)
    {
        var open = state.Handoffs.Asked[task];
        var since = new DateTimeOffset(open.Since, TimeSpan.Zero);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{NameOf(state, task)} waits for a person since {since:yyyy-MM-dd HH:mm:ss}Z to decide about what attempt {open.Fact.Attempt} hands over: {Text(open.Fact.Violations)} It goes on with a decision (DecideHandoffAsync): accept, retry, skip or fail.");
    }

    /// <summary>Violations in a few sentences.</summary>
    public static string Text(IReadOnlyList<ContractViolation> violations)
    {
        const int MostNamed = 5;
        var named = string.Join(' ', violations.Take(MostNamed).Select(static violation => violation.ToString()));
        return violations.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $"{named} And {violations.Count - MostNamed} more.") : named;
    }

    private static void Succeed(RunState state, int task, HandoffAsked asked, List<RunEvent> facts)
    {
        var made = new TaskSucceeded { Task = asked.Task, Item = asked.Item, Output = asked.Output };
        if (task >= ItemTable.First)
        {
            // Turns are of the task as a whole.
            facts.Add(made);
            return;
        }

        LoopRules.Succeed(state, task, asked.Output, again => again ? made with { Again = true } : made, facts.Add);
    }

    private static string NameOf(RunState state, int task)
        => state.ItemOf(task) is { } item
            ? string.Create(CultureInfo.InvariantCulture, $"Item {item} of task '{state.Definition(task).Id}'")
            : $"Task '{state.Definition(task).Id}'";

    private static string Unknown(RunState state, RunCommand.DecideHandoff command)
    {
        if (command.Item is { } item && state.Graph.TryGetTask(command.Task, out _))
        {
            return string.Create(CultureInfo.InvariantCulture, $"Task '{command.Task}' of run '{state.Id}' has no item {item}.");
        }

        var nearest = new Expressions.NameSuggestions().Find(command.Task, state.Graph.Plan.Phases.SelectMany(static each => each.Tasks).Select(static each => each.Id));
        return $"The plan of run '{state.Id}' has no task '{command.Task}'." + (nearest is null ? "" : $" Did you mean '{nearest}'?");
    }
}
