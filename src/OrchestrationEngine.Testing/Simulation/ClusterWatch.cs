using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Testing;

/// <summary>
/// Looks at everything that happens and says when something is not as it must be. It knows what the store has acknowledged and which
/// attempts are under way, and keeps a second account of leases, messages and journals of its own.
/// </summary>
internal sealed partial class ClusterWatch(SimulationLoop loop, SimulationTrace trace, TimeSpan leaseDuration)
{
    private readonly Dictionary<RunId, WatchedRun> _runs = [];
    private readonly Dictionary<NodeId, WatchedStay> _stays = [];
    private readonly Dictionary<string, RunId> _keys = new(StringComparer.Ordinal);

    /// <summary>The first thing that was not as it must be, or null.</summary>
    public SimulationViolation? Violation { get; private set; }

    /// <summary>All runs that are stored.</summary>
    public IReadOnlyDictionary<RunId, WatchedRun> Runs => _runs;

    /// <summary>What is checked is stated here, in these words.</summary>
    public void Fail(string rule, string message)
    {
        trace.Add(loop.Now, "watch", "VIOLATION", rule, 0, message);
        Violation ??= new SimulationViolation(rule, message, TimeSpan.FromTicks(loop.Now));
    }

    public void Created(SimulatedLife life, NewRun run, RunId winner)
    {
        if (run.BusinessKey is { } key && _keys.TryGetValue(key, out var holder))
        {
            if (holder != winner || winner == run.Id)
            {
                Fail("a business key has one run", $"Business key '{key}' has run '{holder}', and creating '{run.Id}' with it gave '{winner}'.");
            }

            return;
        }

        if (winner != run.Id || _runs.ContainsKey(run.Id))
        {
            Fail("a business key has one run", $"Creating run '{run.Id}' gave '{winner}', though its key was free, or there was a run with its id.");
            return;
        }

        var made = _runs[run.Id] = new WatchedRun(run.Id);
        if (run.BusinessKey is not null)
        {
            _keys[run.BusinessKey] = run.Id;
        }

        Take(made, life, run.Events.Span);
        if (run.Owner is { } owner)
        {
            if (!_stays.TryGetValue(owner, out var stay) || stay.Life != life)
            {
                Fail("only a node that is entered has leases", $"Run '{run.Id}' was created by {life} with owner '{owner}', which is not entered, or is another.");
            }

            (made.Holder, made.Epoch) = (owner, 1);
        }
        else
        {
            made.DueAt = loop.Now;
        }
    }

    public void Appended(SimulatedLife life, RunAppend append)
    {
        if (!_runs.TryGetValue(append.Run, out var run))
        {
            Fail("a store acknowledges what it keeps", $"{life} appended to run '{append.Run}', which was never created.");
            return;
        }

        if (append.Epoch != run.Epoch)
        {
            Fail("a stale lease can't write", $"{life} appended to run '{run.Id}' in epoch {append.Epoch}; the run is in epoch {run.Epoch}, {HolderOf(run)}.");
        }
        else if (run.Holder is { } holder && (!_stays.TryGetValue(holder, out var stay) || stay.Life != life))
        {
            Fail("a stale lease can't write", $"{life} appended to run '{run.Id}', {HolderOf(run)}.");
        }

        if (append.ExpectedVersion != run.Journal.Version)
        {
            Fail("a store keeps what it has acknowledged", $"{life} appended to run '{run.Id}' at version {append.ExpectedVersion} and the store took it; {run.Journal.Version} facts were acknowledged before.");
            return;
        }

        Take(run, life, append.Events.Span);
        foreach (var answer in append.Answers ?? [])
        {
            if (!run.Mail.Remove(answer.MessageId))
            {
                Fail("a message is carried out once", $"{life} answered message '{answer.MessageId}' of run '{run.Id}', which has an answer or was never posted.");
            }
        }

        foreach (var message in append.Messages ?? [])
        {
            if (_runs.TryGetValue(message.Run, out var target) && !target.IsEnded)
            {
                Posted(message);
            }
        }

        if (append.Status.IsTerminal())
        {
            run.EndLease(null, loop.Now);
        }

        if (append.Status != run.Journal.Status)
        {
            Fail("the narrow row says what the journal says", $"{life} appended to run '{run.Id}' with status {append.Status}; its journal says {run.Journal.Status}.");
        }
    }

    public void Refused(SimulatedLife life, RunAppend append, Exception why)
    {
        if (why is ConcurrentAppendException { ActualVersion: var actual } && _runs.TryGetValue(append.Run, out var run) && actual != run.Journal.Version)
        {
            Fail("a store keeps what it has acknowledged", $"Run '{run.Id}' has {run.Journal.Version} acknowledged facts; the store told {life} that it has {actual}.");
        }
    }

    public void Read(SimulatedLife life, RunId id, long after, long last, bool isWhole)
    {
        if (isWhole && _runs.TryGetValue(id, out var run) && Math.Max(last, after) < run.Journal.Version)
        {
            Fail("a store keeps what it has acknowledged", $"Run '{id}' has {run.Journal.Version} acknowledged facts; {life} read it and saw {last}.");
        }
    }

    /// <summary>Compares what the store holds in the end with what it has acknowledged.</summary>
    public void Compare(RunId id, IReadOnlyList<RecordedEvent> journal)
    {
        var facts = _runs[id].Journal.Facts;
        var wrong = Enumerable.Range(0, Math.Max(facts.Count, journal.Count)).FirstOrDefault(i => i >= facts.Count || i >= journal.Count || facts[i].Sequence != journal[i].Sequence || facts[i].Event.GetType() != journal[i].Event.GetType(), -1);
        if (wrong >= 0)
        {
            Fail("a store keeps what it has acknowledged", $"Of run '{id}' {facts.Count} facts were acknowledged, and {journal.Count} are in the store; they differ from fact {wrong + 1} on.");
        }
    }

    private string HolderOf(WatchedRun run) => run.Holder is { } holder ? $"and {(_stays.TryGetValue(holder, out var stay) ? stay.Life : "nobody")} has it as '{holder}'" : "and nobody has it";

    private void Take(WatchedRun run, SimulatedLife life, ReadOnlySpan<RecordedEvent> facts)
    {
        foreach (var fact in facts)
        {
            trace.Add(loop.Now, "store", fact.Event.Type, run.Id.Value, fact.Sequence, fact.Event is AttemptEvent attempt ? $"{attempt.Task} {attempt.Attempt}" : null);
            if (run.Journal.Take(fact, loop.Now) is { } problem)
            {
                Fail("a journal says only what can be", $"Run '{run.Id}', written by {life}: {problem}.");
            }

            if (fact.Event is AttemptStarted started)
            {
                run.Begun[(started.Task, started.Attempt)] = life;
                if (started.Child is { } child)
                {
                    run.Children[(started.Task, started.Attempt)] = child;
                }
            }

            LookAtKin(run, fact.Event);
        }
    }

    // A run that does a task is wanted by the other's journal, and what that says of its end is so.
    private void LookAtKin(WatchedRun run, RunEvent fact)
    {
        if (fact is RunCreated { Parent: { } parent } && (!_runs.TryGetValue(parent.Run, out var above) || above.Children.GetValueOrDefault((parent.Task, parent.Attempt)) != run.Id))
        {
            Fail("a run does a task that another one wants done", $"Run '{run.Id}' was created for attempt {parent.Attempt} of task '{parent.Task}' of run '{parent.Run}', whose journal does not know of it.");
        }

        if (fact is AttemptSucceeded succeeded && run.Children.TryGetValue((succeeded.Task, succeeded.Attempt), out var child) && !(_runs.TryGetValue(child, out var below) && below.Journal.Status == RunStatus.Succeeded))
        {
            Fail("a task is done when the run is that does it", $"Attempt {succeeded.Attempt} of task '{succeeded.Task}' of run '{run.Id}' succeeded, and run '{child}', which did it, has not.");
        }
    }
}
