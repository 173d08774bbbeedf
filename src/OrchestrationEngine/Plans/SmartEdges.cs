namespace OrchestrationEngine.Plans;

/// <summary>
/// What smart mode adds: an edge from one task to another where they conflict by what they declare, over all smart phases together, none where the phases
/// are ordered already. As few edges as keep each conflict in order: their number is linear in the declarations. For one thread.
/// </summary>
internal sealed class SmartEdges
{
    private readonly PlanNames _names;
    private readonly PlanEdges _edges;
    private readonly Dictionary<string, Uses> _things = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _holders = new(StringComparer.Ordinal);
    private readonly Dictionary<int, PhaseUse> _phases = [];
    private readonly Dictionary<int, bool[]> _before = [];
    private readonly IntList _sources = new(16);
    private readonly IntList _targets = new(16);

    private SmartEdges(PlanNames names, PlanEdges edges) => (_names, _edges) = (names, edges);

    /// <summary>Derives the edges; null when there are none.</summary>
    public static (IntList Sources, IntList Targets)? Derive(PlanNames names, PlanEdges edges)
    {
        if (!SmartOrder.SmartTasks(names).Any(task => names.Task(task) is { IsPlain: false }) || SmartOrder.Of(names, edges) is not { } order)
        {
            return null;
        }

        var smart = new SmartEdges(names, edges);
        foreach (var task in order)
        {
            if (names.Phases[names.PhaseOf(task)]!.Mode == PhaseMode.Smart && SmartOrder.IsWhole(names.Task(task)))
            {
                smart.Add(task, names.Task(task)!);
            }
        }

        return smart._sources.Count == 0 ? null : (smart._sources, smart._targets);
    }

    private void Add(int task, TaskDefinition definition)
    {
        foreach (var thing in definition.Writes)
        {
            Write(task, thing);
        }

        foreach (var thing in definition.Reads)
        {
            Read(task, thing);
        }

        foreach (var thing in definition.Exclusive)
        {
            if (_holders.TryGetValue(thing, out var holder))
            {
                Edge(holder, task);
            }

            _holders[thing] = task;
        }

        Phase(task, definition.Criticality == TaskCriticality.Critical);
    }

    private void Write(int task, string thing)
    {
        var uses = UsesOf(thing);
        foreach (var reader in uses.Readers)
        {
            Edge(reader, task);
        }

        if (uses.Readers.Count == 0 && uses.Writer >= 0)
        {
            Edge(uses.Writer, task);
        }

        uses.Readers.Clear();
        uses.Writer = task;
    }

    private void Read(int task, string thing)
    {
        var uses = UsesOf(thing);
        if (uses.Writer == task || (uses.Readers.Count > 0 && uses.Readers[^1] == task))
        {
            return;
        }

        if (uses.Writer >= 0)
        {
            Edge(uses.Writer, task);
        }

        uses.Readers.Add(task);
    }

    // A critical task comes after all of its phase before it and before all behind it.
    private void Phase(int task, bool isCritical)
    {
        var phase = _names.PhaseOf(task);
        if (!_phases.TryGetValue(phase, out var use))
        {
            _phases[phase] = use = new PhaseUse();
        }

        if (use.Critical >= 0 && (!isCritical || use.Since.Count == 0))
        {
            Edge(use.Critical, task);
        }

        if (!isCritical)
        {
            use.Since.Add(task);
            return;
        }

        foreach (var earlier in use.Since)
        {
            Edge(earlier, task);
        }

        use.Since.Clear();
        use.Critical = task;
    }

    private void Edge(int from, int to)
    {
        if (from != to && !AreOrdered(_names.PhaseOf(from), _names.PhaseOf(to)))
        {
            _sources.Add(from);
            _targets.Add(to);
        }
    }

    private bool AreOrdered(int earlier, int later)
    {
        if (earlier == later)
        {
            return false;
        }

        if (!_before.TryGetValue(later, out var before))
        {
            _before[later] = before = _edges.PhasesBefore(later);
        }

        return before[earlier];
    }

    private Uses UsesOf(string thing)
    {
        if (!_things.TryGetValue(thing, out var uses))
        {
            _things[thing] = uses = new Uses();
        }

        return uses;
    }

    private sealed class Uses
    {
        public List<int> Readers { get; } = [];

        public int Writer { get; set; } = -1;
    }

    private sealed class PhaseUse
    {
        public List<int> Since { get; } = [];

        public int Critical { get; set; } = -1;
    }
}
