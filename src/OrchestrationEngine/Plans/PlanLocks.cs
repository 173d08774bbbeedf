namespace OrchestrationEngine.Plans;

/// <summary>
/// The locks of a plan, numbered. A lock that a phase holds is for the tasks within it a lock of their own, so that nobody waits for what its own phase
/// has. A phase that does its tasks one at a time has a lock for them that takes no line: the order of those that are ready decides. Immutable.
/// </summary>
internal sealed class PlanLocks
{
    private readonly List<string> _names = [];
    private readonly int[]?[] _ofTask;
    private readonly int[]?[] _ofPhase;

    private PlanLocks(PlanNames names)
    {
        _ofTask = new int[]?[names.TaskCount];
        _ofPhase = new int[]?[names.PhaseCount];
        var numbers = new Dictionary<(string Name, int Phase), int>();
        for (var phase = 0; phase < names.PhaseCount; phase++)
        {
            if (names.Phases[phase] is not { } definition)
            {
                continue;
            }

            _ofPhase[phase] = NumbersOf(definition.Locks, _ => -1);
            var turns = definition.Mode == PhaseMode.OneAtATime ? Number("", phase) : -1;
            for (var task = names.FirstTask(phase); task < names.EndTask(phase); task++)
            {
                var own = names.Task(task) is { Locks.Count: > 0 } locked ? NumbersOf(locked.Locks, name => definition.Locks.Contains(name) ? phase : -1) : null;
                _ofTask[task] = turns < 0 ? own : [.. own ?? [], turns];
            }

            int[]? NumbersOf(IReadOnlyList<string> wanted, Func<string, int> within)
                => wanted.Count == 0 ? null : [.. wanted.Select(name => Number(name, within(name))).Distinct()];
        }

        int Number(string name, int phase)
        {
            if (!numbers.TryGetValue((name, phase), out var number))
            {
                numbers[(name, phase)] = number = _names.Count;
                _names.Add(name);
            }

            return number;
        }
    }

    public int Count => _names.Count;

    /// <summary>Compiles a plan.</summary>
    /// <returns>Null when nothing in it has a lock.</returns>
    public static PlanLocks? Of(PlanNames names)
    {
        for (var phase = 0; phase < names.PhaseCount; phase++)
        {
            if (names.Phases[phase] is { Mode: PhaseMode.OneAtATime } or { Locks.Count: > 0 })
            {
                return new PlanLocks(names);
            }

            for (var task = names.FirstTask(phase); task < names.EndTask(phase); task++)
            {
                if (names.Task(task) is { IsPlain: false, Locks.Count: > 0 })
                {
                    return new PlanLocks(names);
                }
            }
        }

        return null;
    }

    /// <summary>What a lock is called.</summary>
    public string Name(int number) => _names[number];

    /// <summary>Whether those who want a lock stand in line for it.</summary>
    public bool HasLine(int number) => _names[number].Length > 0;

    /// <summary>The locks that a task needs.</summary>
    public ReadOnlySpan<int> OfTask(int task) => _ofTask[task];

    /// <summary>The locks that a phase needs.</summary>
    public ReadOnlySpan<int> OfPhase(int phase) => _ofPhase[phase];
}
