using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// Who holds the locks of a run, and who stands in line for them. Held is what has started and not ended, so that it follows from the facts; the lines
/// are formed by who becomes ready first, and are not kept. Who needs several stands in all lines at once and takes all or none, so nobody holds one
/// while waiting for another, and nobody is overtaken.
/// </summary>
/// <remarks>A task is its number; a phase is told from it by <see cref="OfPhase"/>.</remarks>
internal sealed class RunLocks
{
    private const int Nobody = int.MinValue;

    private readonly PlanLocks _plan;
    private readonly int[] _holders;
    private readonly Queue<(int Who, int Arrival)>[] _lines;
    private readonly Dictionary<int, int> _waiting = [];
    private int _lastArrival;

    public RunLocks(PlanLocks plan)
    {
        _plan = plan;
        _holders = new int[plan.Count];
        _holders.AsSpan().Fill(Nobody);
        _lines = new Queue<(int, int)>[plan.Count];
        for (var number = 0; number < _lines.Length; number++)
        {
            _lines[number] = new();
        }
    }

    /// <summary>A phase among those who hold locks and wait for them.</summary>
    public static int OfPhase(int phase) => -1 - phase;

    /// <summary>Whether anybody needs no lock, or has those that it needs.</summary>
    public bool HasAll(int who)
    {
        var locks = LocksOf(who);
        return locks.IsEmpty || _holders[locks[0]] == who;
    }

    /// <summary>Gets in line, unless it stands there or needs no lock.</summary>
    public void Join(int who)
    {
        if (HasAll(who) || _waiting.ContainsKey(who))
        {
            return;
        }

        _waiting[who] = ++_lastArrival;
        foreach (var number in LocksOf(who))
        {
            if (_plan.HasLine(number))
            {
                _lines[number].Enqueue((who, _lastArrival));
            }
        }
    }

    /// <summary>The lock that keeps somebody from starting, or -1: one that is held, or for which another stands before it.</summary>
    public int Missing(int who)
    {
        if (HasAll(who))
        {
            return -1;
        }

        foreach (var number in LocksOf(who))
        {
            if (_holders[number] != Nobody || (_plan.HasLine(number) && FirstInLine(number) is var first && first != who && first != Nobody))
            {
                return number;
            }
        }

        return -1;
    }

    /// <summary>Whether a lock is one that takes no line.</summary>
    public bool TakesTurns(int number) => !_plan.HasLine(number);

    /// <summary>It has started: what it needs is its own.</summary>
    public void Take(int who)
    {
        _waiting.Remove(who);
        foreach (var number in LocksOf(who))
        {
            _holders[number] = who;
        }
    }

    /// <summary>It has ended, or stands in line no more: others may have their turn.</summary>
    public void Leave(int who, RunState state)
    {
        var locks = LocksOf(who);
        if (locks.IsEmpty || (!_waiting.Remove(who) && _holders[locks[0]] != who))
        {
            return;
        }

        foreach (var number in locks)
        {
            _holders[number] = _holders[number] == who ? Nobody : _holders[number];
        }

        foreach (var number in locks)
        {
            Wake(number, state);
        }
    }

    /// <summary>Has those looked at who may have a lock now, where it is free.</summary>
    public void Wake(int number, RunState state)
    {
        if (_holders[number] != Nobody)
        {
            return;
        }

        if (!_plan.HasLine(number))
        {
            state.Agenda.Open(state, new Gate(GateKind.Turns, number), most: 1);
        }
        else if (FirstInLine(number) is var first && first >= 0)
        {
            state.Agenda.Open(state, new Gate(GateKind.Lock, first));
        }
        else if (first != Nobody)
        {
            state.Agenda.LookAtPhase(OfPhase(first));
        }
    }

    /// <summary>Why somebody can't start, for the person who asks; null when no lock keeps it.</summary>
    public string? Reason(int who, RunState state)
    {
        var number = Missing(who);
        return number < 0 ? null : ReasonOf(number, state);
    }

    /// <summary>Why a lock is not to be had.</summary>
    public string ReasonOf(int number, RunState state)
    {
        var holder = _holders[number] != Nobody ? _holders[number] : FirstInLine(number);
        if (holder == Nobody)
        {
            return "it is its turn";
        }

        var whom = holder >= 0 ? $"task '{state.Definition(holder).Id}'" : $"phase '{state.Graph.Phase(OfPhase(holder)).Id}'";
        if (!_plan.HasLine(number))
        {
            return $"the tasks of its phase run one at a time, and {whom} runs";
        }

        return _holders[number] != Nobody ? $"lock '{_plan.Name(number)}' is held by {whom}" : $"{whom} stands before it in the line for lock '{_plan.Name(number)}'";
    }

    private ReadOnlySpan<int> LocksOf(int who) => who >= 0 ? _plan.OfTask(who) : _plan.OfPhase(OfPhase(who));

    // Those who have left are passed over when they come up.
    private int FirstInLine(int number)
    {
        var line = _lines[number];
        while (line.TryPeek(out var first))
        {
            if (_waiting.TryGetValue(first.Who, out var arrival) && arrival == first.Arrival)
            {
                return first.Who;
            }

            line.Dequeue();
        }

        return Nobody;
    }
}
