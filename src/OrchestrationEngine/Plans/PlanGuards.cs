using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>What the milestones of a plan look at: which tasks are to be asked again when a task, a phase or the signals change. Immutable.</summary>
internal sealed class PlanGuards
{
    private readonly Dictionary<int, List<int>> _byTask = [];
    private readonly Dictionary<int, List<int>> _byPhase = [];
    private readonly List<int> _bySignals = [];

    private PlanGuards()
    {
    }

    /// <summary>The tasks whose milestones look at signals.</summary>
    public IReadOnlyList<int> OfSignals => _bySignals;

    /// <summary>Compiles a plan.</summary>
    /// <returns>Null when no task has a milestone.</returns>
    public static PlanGuards? Of(PlanNames names)
    {
        PlanGuards? guards = null;
        for (var task = 0; task < names.TaskCount; task++)
        {
            if (names.Task(task) is { IsPlain: false, Guard: { } guard })
            {
                guards ??= new PlanGuards();
                foreach (var path in guard.References)
                {
                    guards.Add(names, task, path);
                }
            }
        }

        return guards;
    }

    /// <summary>The tasks whose milestones look at a task.</summary>
    public IReadOnlyList<int> OfTask(int task) => _byTask.TryGetValue(task, out var watching) ? watching : [];

    /// <summary>The tasks whose milestones look at a phase.</summary>
    public IReadOnlyList<int> OfPhase(int phase) => _byPhase.TryGetValue(phase, out var watching) ? watching : [];

    private void Add(PlanNames names, int guarded, DataPath path)
    {
        var id = path.Segments is [{ Key: { } key }, ..] ? key : null;
        if (path.Root == "signals")
        {
            Add(_bySignals, guarded);
        }
        else if (path.Root == "tasks" && id is not null && names.TryGetTask(id, out var task))
        {
            Add(Watching(_byTask, task), guarded);
        }
        else if (path.Root == "phases" && id is not null && names.TryGetPhase(id, out var phase))
        {
            Add(Watching(_byPhase, phase), guarded);
        }
    }

    private static List<int> Watching(Dictionary<int, List<int>> watching, int what)
    {
        if (!watching.TryGetValue(what, out var tasks))
        {
            watching[what] = tasks = [];
        }

        return tasks;
    }

    private static void Add(List<int> tasks, int task)
    {
        if (tasks.Count == 0 || tasks[^1] != task)
        {
            tasks.Add(task);
        }
    }
}
