using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>Where a run stood at one fact of its journal. Immutable.</summary>
public sealed record RunSnapshot
{
    /// <summary>The run.</summary>
    public required RunId Id { get; init; }

    /// <summary>The run's copy of its plan.</summary>
    public required OrchestrationPlan Plan { get; init; }

    /// <summary>The inputs, as one JSON object.</summary>
    public required JsonData Inputs { get; init; }

    /// <summary>The run that started it for one of its tasks; null where the application did.</summary>
    public RunParent? Parent { get; init; }

    /// <summary>What the run gives: the outputs of its plan as one JSON object, once it has succeeded; otherwise JSON <c>null</c>.</summary>
    public JsonData Output { get; init; }

    /// <summary>Where the run stands.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>Why it ended as it did, or why it is stopping; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>The number of the last fact that is in this snapshot.</summary>
    public required long Version { get; init; }

    /// <summary>When the run was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its last fact was decided.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The phases, in the order of the plan.</summary>
    public required IReadOnlyList<RunPhase> Phases { get; init; }

    /// <summary>The tasks, in the order of the plan.</summary>
    public required IReadOnlyList<RunTask> Tasks { get; init; }

    /// <summary>The signals that the run has received, in the order in which they came.</summary>
    public IReadOnlyList<RunSignal> Signals { get; init; } = [];

    /// <summary>The documents of the workspace, in the order in which they came to be.</summary>
    public IReadOnlyList<DocumentSummary> Documents { get; init; } = [];

    /// <summary>Writes to the workspace that were set aside and wait for a person, the oldest first.</summary>
    public IReadOnlyList<DocumentConflict> Conflicts { get; init; } = [];

    /// <summary>Finds a task by its id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The task, or null.</returns>
    public RunTask? FindTask(string id) => Tasks.FirstOrDefault(task => task.Id == id);

    /// <summary>Finds a phase by its id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The phase, or null.</returns>
    public RunPhase? FindPhase(string id) => Phases.FirstOrDefault(phase => phase.Id == id);

    internal static RunSnapshot Of(RunState state)
    {
        var phases = new RunPhase[state.Phases.Length];
        for (var phase = 0; phase < phases.Length; phase++)
        {
            ref readonly var slot = ref state.Phase(phase);
            phases[phase] = new RunPhase(state.Graph.Phase(phase).Id, slot.Status, slot.Generation, slot.Reason) { Turn = slot.Turn };
        }

        var tasks = new RunTask[state.Tasks.Length];
        for (var task = 0; task < tasks.Length; task++)
        {
            ref readonly var slot = ref state.Task(task);
            tasks[task] = new RunTask(
                state.Definition(task).Id,
                phases[state.PhaseOf(task)].Id,
                slot.Status,
                slot.Attempt,
                slot.Generation,
                state.Output(task),
                state.Failures.GetValueOrDefault(task))
            {
                OutcomeUnknown = slot.OutcomeUnknown,
                Turn = state.ShownTurnOf(task),
                EarlierOutputs = state.Loops.Tasks.Count > 0 ? [.. state.Loops.OutputsOf(task)] : [],
                Items = state.Items.Find(task) is { IsExpanded: true } fanOut ? RunItems.Of(fanOut) : null,
                Child = state.Children.TryGetValue(task, out var child) ? child : null,
            };
        }

        return new RunSnapshot
        {
            Id = state.Id,
            Plan = state.Graph.Plan,
            Inputs = state.Inputs,
            Parent = state.Parent,
            Output = state.RunOutput,
            Status = state.Status,
            Reason = state.Reason ?? state.Stopping?.Reason,
            Version = state.Version,
            CreatedAt = state.CreatedAt,
            UpdatedAt = state.UpdatedAt,
            Phases = phases,
            Tasks = tasks,
            Signals = [.. state.Signals.Received],
            Documents = [.. state.Documents.All.Select(document => DocumentSummary.Of(state, document))],
            Conflicts = [.. state.Documents.Conflicts.Select(DocumentConflict.Of)],
        };
    }
}

/// <summary>A phase in a snapshot.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Generation">How often it was opened, from 1.</param>
/// <param name="Reason">Why it was skipped, failed or canceled, or null.</param>
public sealed record RunPhase(string Id, RunPhaseStatus Status, int Generation, string? Reason)
{
    /// <summary>Which turn of its loop it is at, from 1; 1 where it has none.</summary>
    public int Turn { get; init; } = 1;
}

/// <summary>A task in a snapshot.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Phase">The id of its phase.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Attempts">How many attempts have started.</param>
/// <param name="Generation">How often it was opened, from 1.</param>
/// <param name="Output">What it made; JSON <c>null</c> before it succeeded.</param>
/// <param name="Failure">Why it failed, or null.</param>
public sealed record RunTask(string Id, string Phase, RunTaskStatus Status, int Attempts, int Generation, JsonData Output, Failure? Failure)
{
    /// <summary>Whether an attempt in this generation ended without anybody knowing whether it did its work, and nothing was found out about it since.</summary>
    public bool OutcomeUnknown { get; init; }

    /// <summary>Which turn of the innermost loop round it the task is at, from 1; 1 where there is none.</summary>
    public int Turn { get; init; } = 1;

    /// <summary>What the turns that are over have made, in their order, the last one included; null for those that made nothing.</summary>
    public IReadOnlyList<JsonData> Outputs => Status == RunTaskStatus.Succeeded ? [.. EarlierOutputs, Output] : EarlierOutputs;

    internal IReadOnlyList<JsonData> EarlierOutputs { get; init; } = [];

    /// <summary>How far its items are, where it is done for each item of a list and has had that; otherwise null.</summary>
    public RunItems? Items { get; init; }

    /// <summary>The run that does its latest attempt, or did, where the task is done by a run of its own; otherwise null.</summary>
    public RunId? Child { get; init; }
}

/// <summary>A signal in a snapshot.</summary>
/// <param name="Id">The sender's own id for it.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Payload">What it brought.</param>
/// <param name="ReceivedAt">When it was received.</param>
public sealed record RunSignal(string Id, string Name, JsonData Payload, DateTimeOffset ReceivedAt)
{
    /// <summary>The task that waited for it and got it, and nobody else does; null while there was none.</summary>
    public string? Task { get; init; }
}
