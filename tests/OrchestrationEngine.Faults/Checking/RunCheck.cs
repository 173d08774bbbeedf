using OrchestrationEngine.Agents;
using OrchestrationEngine.Faults.Disturbing;
using OrchestrationEngine.Faults.Ledger;
using OrchestrationEngine.Faults.Workload;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Faults.Checking;

/// <summary>Holds one run against its plan: its end, its journal, its commands and what is in the ledger.</summary>
internal sealed class RunCheck(PlannedRun planned, IReadOnlyList<CommandOutcome> commands, RunSummary summary, IReadOnlyList<RecordedEvent> journal, IReadOnlyDictionary<string, LedgerEntry> ledger)
{
    private readonly List<string> _problems = [];

    /// <summary>What is wrong with the run; empty when nothing is.</summary>
    public IReadOnlyList<string> Check(TrialTally tally)
    {
        Journal();
        if (!summary.Status.IsTerminal())
        {
            // The rest is still to come, and may come while this is checked.
            return _problems;
        }

        End();
        foreach (var outcome in commands)
        {
            Command(outcome);
        }

        foreach (var task in planned.Plan.Phases.SelectMany(phase => phase.Tasks))
        {
            Task(task, tally);
        }

        tally.Ends[$"{summary.Status}"] = tally.Ends.GetValueOrDefault($"{summary.Status}") + 1;
        tally.Facts += journal.Count;
        tally.Attempts += Count<AttemptStarted>();
        tally.Abandoned += Count<AttemptAbandoned>();
        tally.Ignored += Count<AttemptIgnored>();
        tally.Signals += Count<SignalReceived>();
        tally.LeaseChanges += Math.Max(0, summary.Epoch - 1);
        return _problems;
    }

    /// <summary>What the ledger has of each task, for who looks for the cause of something.</summary>
    public IEnumerable<string> LedgerLines() => planned.Plan.Phases.SelectMany(phase => phase.Tasks).Select(task => $"{task.Id} ({task.OnUnknown}) {EntryOf(task.Id)}");

    private LedgerEntry EntryOf(string task)
        => ledger.GetValueOrDefault(
            new AgentRequest { Run = summary.Id, Plan = planned.Plan.Id, Phase = "work", Task = task, Agent = RunCatalog.Agent, Attempt = 1 }.IdempotencyKey,
            LedgerEntry.Empty);

    private void Journal()
    {
        for (var i = 0; i < journal.Count; i++)
        {
            Require(journal[i].Sequence == i + 1, $"fact {i + 1} of its journal has the number {journal[i].Sequence}");
        }

        Require(summary.Version == journal.Count, $"its row has version {summary.Version}, its journal has {journal.Count} facts");
        Require(summary.Status.IsTerminal(), $"it has not ended: it is {summary.Status}, in the hands of {summary.Node?.Value ?? "no node"}");
        Require(!summary.Status.IsTerminal() || summary.Node is null, $"it has ended, and node '{summary.Node}' has a lease on it");
        Require(Count<RunCreated>() == 1 && Count<RunStarted>() == 1, $"it was created {Count<RunCreated>()} times and started {Count<RunStarted>()} times");
        Require(Count<RunCompleted>() + Count<RunQuarantined>() == 1, $"it ended {Count<RunCompleted>() + Count<RunQuarantined>()} times");
    }

    private void End()
    {
        var canceled = journal.Any(recorded => recorded.Event is RunStopping { Outcome: RunStatus.Canceled });
        var expected = canceled ? RunStatus.Canceled : planned.End;
        Require(summary.Status == expected, $"it ended as {summary.Status}, and was to end as {expected}");
        var cancel = commands.FirstOrDefault(outcome => outcome.Command?.Kind == CommandKind.Cancel);
        Require(!canceled || cancel is not null, "it was canceled, and nobody had asked for that");
        Require(canceled || cancel is not { Refused: false }, "its cancellation was accepted, and is not in its journal");
    }

    private void Command(CommandOutcome outcome)
    {
        var id = outcome.Command!.Id;
        var times = journal.Count(recorded => recorded.Event switch
        {
            RunPaused paused => paused.Reason == id,
            SignalReceived signal => signal.Name == id,
            _ => false,
        });

        // To be held when it is held already makes no fact; every signal makes one, and a command of unknown outcome may come later.
        var (least, most) = outcome.Command.Kind switch
        {
            CommandKind.Pause => (outcome.Refused || outcome.Unknown > 0 ? 0 : 1, outcome.Unknown + 1),
            CommandKind.Signal => (outcome.Refused ? 0 : 1, outcome.Unknown + (outcome.Refused ? 0 : 1)),
            _ => (0, 0),
        };
        Require(times >= least && times <= most, $"'{id}' is {times} times in its journal; it was {(outcome.Refused ? "refused" : "accepted")} after {outcome.Unknown} unknown outcomes, so from {least} to {most} times were expected");
    }

    private void Task(TaskDefinition task, TrialTally tally)
    {
        var entry = EntryOf(task.Id);
        var successes = journal.Where(recorded => recorded.Event is AttemptSucceeded success && success.Task == task.Id).Select(recorded => ((AttemptSucceeded)recorded.Event).Attempt).ToList();
        tally.Keys += entry.Appends.Count > 0 ? 1 : 0;
        tally.Refused += entry.Refused;
        Require(successes.Count <= 1, $"task '{task.Id}' succeeded {successes.Count} times");
        if (summary.Status == RunStatus.Succeeded)
        {
            Require(successes.Count == 1, $"the run succeeded, and its task '{task.Id}' succeeded {successes.Count} times");
        }

        foreach (var attempt in successes)
        {
            Require(entry.Appends.Any(appended => appended <= attempt), $"task '{task.Id}' succeeded with attempt {attempt}, and the ledger says that it {entry}");
        }

        if (RunCatalog.IsFenced(task))
        {
            Require(entry.Appends.Count <= 1, $"task '{task.Id}' is probed, and the ledger says that it {entry}");
        }
        else
        {
            tally.Duplicates += Math.Max(0, entry.Appends.Count - 1);
            Require(successes.All(attempt => entry.Appends.Contains(attempt)), $"task '{task.Id}' succeeded with attempt {string.Join(", ", successes)}, and the ledger says that it {entry}");
        }

        var started = journal.Select(recorded => recorded.Event).OfType<AttemptStarted>().Where(start => start.Task == task.Id).Select(start => start.Attempt).ToList();
        Require(entry.Visits.Distinct().Count() == entry.Visits.Count, $"an attempt at task '{task.Id}' was made twice: the ledger says that it {entry}");
        Require(entry.Visits.All(started.Contains), $"an attempt at task '{task.Id}' was made before its start was stored: attempts {string.Join(", ", started)} are in the journal, and the ledger says that it {entry}");
    }

    private int Count<T>() => journal.Count(recorded => recorded.Event is T);

    private void Require(bool holds, string problem)
    {
        if (!holds)
        {
            _problems.Add(problem);
        }
    }
}
