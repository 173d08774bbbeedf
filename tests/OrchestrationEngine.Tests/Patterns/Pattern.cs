using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Patterns;

/// <summary>A control-flow pattern as a plan, what happens to a run of it from outside, and what must have come of it.</summary>
internal sealed record Pattern
{
    /// <summary>The phases of the plan, as a plan file has them.</summary>
    public required string Phases { get; init; }

    /// <summary>Inputs of the plan and of its run, as one JSON object.</summary>
    public string Inputs { get; init; } = "{}";

    /// <summary>Further plans, by which sub-plans are found.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>What is done from outside, in order.</summary>
    public IReadOnlyList<Act> Acts { get; init; } = [];

    /// <summary>What must hold of the run, whatever was killed on the way.</summary>
    public required Action<Outcome> Check { get; init; }
}

/// <summary>Something that is done to a run from outside.</summary>
/// <param name="When">When it is time, by where the run stands once nothing moves any more.</param>
/// <param name="Do">What is done.</param>
/// <param name="IsDone">Whether the journal has it: whoever does it may have died with the answer.</param>
internal sealed record Act(Func<RunSnapshot, bool> When, Func<IOrchestrator, RunId, Task> Do, Func<IReadOnlyList<RecordedEvent>, bool> IsDone)
{
    /// <summary>A signal, once a task has got so far; sent again where its sender died before it heard. Each has a payload of its own.</summary>
    public static Act Signal(string name, string payload, Func<RunSnapshot, bool> when) => new(
        when,
        (orchestrator, run) => orchestrator.SignalAsync(run, name, JsonData.Parse(payload), TestContext.Current.CancellationToken),
        journal => journal.Any(fact => fact.Event is SignalReceived signal && signal.Name == name && signal.Payload.ToString() == payload));
}

/// <summary>What came of a run.</summary>
internal sealed class Outcome(RunSnapshot run, IReadOnlyList<RecordedEvent> journal, string where, bool isDisturbed)
{
    public RunSnapshot Run { get; } = run;

    public IReadOnlyList<RecordedEvent> Journal { get; } = journal;

    /// <summary>Where it ran, and what was killed: for messages.</summary>
    public string Where { get; } = where;

    /// <summary>Whether a process was killed on the way, so that what was under way then began again.</summary>
    public bool IsDisturbed { get; } = isDisturbed;

    public string Text => string.Join("\n", Journal.Select(fact => $"{fact.Sequence} {fact.Timestamp:HH:mm:ss} {fact.Event}"));

    public void Ends(RunStatus status) => Require(Run.Status == status, $"the run ended as {Run.Status} ({Run.Reason}), not {status}");

    /// <summary>Each task, and how it ended: <c>a: succeeded</c>.</summary>
    public void Tasks(params string[] expected)
    {
        var found = Run.Tasks.Select(task => $"{task.Id}: {task.Status.ToString().ToLowerInvariant()}");
        Require(found.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal)), $"the tasks are [{string.Join(", ", found)}]");
    }

    public void Output(string task, string json) => Require(Run.FindTask(task)!.Output.ToString() == json, $"task '{task}' gave {Run.FindTask(task)!.Output}, not {json}");

    /// <summary>The later task never began before the earlier one had ended.</summary>
    public void After(string later, string earlier)
        => Require(First<AttemptStarted>(later) > Last<TaskEvent>(earlier, fact => fact is AttemptSucceeded or TaskSkipped or TaskCanceled or TaskFailed), $"'{later}' began before '{earlier}' had ended");

    /// <summary>Two tasks were under way at the same time.</summary>
    public void Together(string one, string other)
        => Require(
            First<AttemptStarted>(one) < Last<AttemptSucceeded>(other) && First<AttemptStarted>(other) < Last<AttemptSucceeded>(one),
            $"'{one}' and '{other}' did not run together");

    /// <summary>No two of these tasks were ever under way at the same time.</summary>
    public void OneAtATime(params string[] tasks)
    {
        string? running = null;
        foreach (var fact in Journal.Select(fact => fact.Event).OfType<TaskEvent>().Where(fact => tasks.Contains(fact.Task)))
        {
            if (fact is AttemptStarted)
            {
                Require(running is null || running == fact.Task, $"'{fact.Task}' began while '{running}' ran");
                running = fact.Task;
            }
            else if (fact is AttemptSucceeded or AttemptFailed or TaskCanceled)
            {
                running = null;
            }
        }
    }

    /// <summary>How often attempts at a task succeeded.</summary>
    public void Succeeded(string task, int times)
    {
        var found = Journal.Count(fact => fact.Event is AttemptSucceeded succeeded && succeeded.Task == task);
        Require(found == times, $"'{task}' succeeded {found} times, not {times}");
    }

    public void Require(bool holds, string problem) => Assert.True(holds, $"{Where}: {problem}.\n{Text}");

    private long First<T>(string task)
        where T : TaskEvent
        => Journal.FirstOrDefault(fact => fact.Event is T its && its.Task == task).Sequence is var found and > 0 ? found : throw new InvalidOperationException($"{Where}: '{task}' has no {typeof(T).Name}.\n{Text}");

    private long Last<T>(string task, Func<T, bool>? which = null)
        where T : TaskEvent
        => Journal.LastOrDefault(fact => fact.Event is T its && its.Task == task && which?.Invoke(its) != false).Sequence is var found and > 0 ? found : throw new InvalidOperationException($"{Where}: '{task}' has no {typeof(T).Name}.\n{Text}");
}
