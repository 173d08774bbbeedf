using System.Diagnostics.CodeAnalysis;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>
/// Numbers the phases of a plan and its tasks, phase by phase in the order of the plan, and finds them by id. Where an id is given twice the
/// first has it. Takes any plan, also one with gaps. Immutable.
/// </summary>
internal sealed class PlanNames
{
    private readonly Dictionary<string, int> _phases;
    private readonly Dictionary<string, int> _tasks;
    private readonly int[] _firstTasks;
    private readonly TaskDefinition?[] _definitions;
    private readonly int[] _phaseOfTask;
    private readonly IReadOnlyList<HandoffDefinition?> _handoffs;
    private readonly Dictionary<int, List<(int From, string Id)>> _senders;

    public PlanNames(OrchestrationPlan plan)
    {
        _handoffs = plan.Handoffs ?? [];
        Phases = plan.Phases ?? [];
        _firstTasks = new int[Phases.Count + 1];
        for (var phase = 0; phase < Phases.Count; phase++)
        {
            _firstTasks[phase + 1] = _firstTasks[phase] + (Phases[phase]?.Tasks?.Count ?? 0);
        }

        _phases = new(Phases.Count, StringComparer.Ordinal);
        _tasks = new(TaskCount, StringComparer.Ordinal);
        _definitions = new TaskDefinition?[TaskCount];
        _phaseOfTask = new int[TaskCount];
        for (var phase = 0; phase < Phases.Count; phase++)
        {
            if (Phases[phase]?.Id is { } id)
            {
                _phases.TryAdd(id, phase);
            }

            AddTasks(phase);
        }

        _senders = Senders();
    }

    public IReadOnlyList<PhaseDefinition?> Phases { get; }

    public int PhaseCount => Phases.Count;

    public int TaskCount => _firstTasks[^1];

    public IEnumerable<string> PhaseIds => _phases.Keys;

    public IEnumerable<string> TaskIds => _tasks.Keys;

    public int FirstTask(int phase) => _firstTasks[phase];

    public int EndTask(int phase) => _firstTasks[phase + 1];

    public int PhaseOf(int task) => _phaseOfTask[task];

    public TaskDefinition? Task(int task) => _definitions[task];

    public bool TryGetPhase(string id, out int phase) => _phases.TryGetValue(id, out phase);

    public bool TryGetTask(string id, out int task) => _tasks.TryGetValue(id, out task);

    /// <summary>The task whose output a path reads.</summary>
    public bool TryGetSource([NotNullWhen(true)] DataPath? path, out int task)
    {
        task = -1;
        return path is { Root: PlanPaths.Tasks, Segments: [{ Key: { } id }, ..] } && _tasks.TryGetValue(id, out task);
    }

    /// <summary>The tasks that hand over to a task, and the ids of the handoffs, in the order of the plan.</summary>
    public IReadOnlyList<(int From, string Id)> SendersTo(int task) => _handoffs.Count > 0 && _senders.TryGetValue(task, out var senders) ? senders : [];

    public PlanPointer PointerTo(int task)
    {
        var phase = _phaseOfTask[task];
        return PlanPointer.Phase(phase).Task(task - _firstTasks[phase]);
    }

    private Dictionary<int, List<(int From, string Id)>> Senders()
    {
        var senders = new Dictionary<int, List<(int From, string Id)>>();
        foreach (var handoff in _handoffs)
        {
            if (handoff is { From: { } from, To: { } to } && TryGetTask(from, out var source) && TryGetTask(to, out var target))
            {
                if (!senders.TryGetValue(target, out var list))
                {
                    senders.Add(target, list = []);
                }

                list.Add((source, handoff.Id ?? string.Empty));
            }
        }

        return senders;
    }

    private void AddTasks(int phase)
    {
        for (var task = _firstTasks[phase]; task < _firstTasks[phase + 1]; task++)
        {
            var definition = Phases[phase]!.Tasks[task - _firstTasks[phase]];
            _definitions[task] = definition;
            _phaseOfTask[task] = phase;
            if (definition?.Id is { } id)
            {
                _tasks.TryAdd(id, task);
            }
        }
    }
}

/// <summary>The words with which a path into a run's data begins.</summary>
internal static class PlanPaths
{
    public const string Inputs = "inputs";
    public const string Tasks = "tasks";
    public const string Output = "output";
}
