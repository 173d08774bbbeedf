using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Execution;

/// <summary>All limits of the engine, and the lines that there can be before them. For the <see cref="EngineRoom"/> alone, under its lock.</summary>
internal sealed class RoomPools
{
    private readonly Dictionary<(RoomKind Kind, string Name), RoomPool> _named = [];
    private readonly Dictionary<string, RoomLine> _lines = new(StringComparer.Ordinal);

    public RoomPools(EngineLimits limits)
    {
        Total = new RoomPool(RoomKind.Engine, null, limits.Attempts);
        Add(RoomKind.Plan, limits.PerPlan);
        Add(RoomKind.Agent, limits.PerAgent);
        Add(RoomKind.Resource, limits.Resources);
    }

    /// <summary>The limit of all attempts.</summary>
    public RoomPool Total { get; }

    /// <summary>The limits that the application has set, the engine's own first.</summary>
    public IEnumerable<RoomPool> All => _named.Values.Where(pool => pool.Capacity > 0).Prepend(Total);

    /// <summary>The lines for the tasks of a plan.</summary>
    public RoomLines LinesOf(PlanGraph graph)
    {
        var lines = new List<RoomLine>();
        var ofDemand = new int[graph.Demands.All.Count];
        for (var demand = 0; demand < ofDemand.Length; demand++)
        {
            var line = LineFor(graph.Plan.Id, graph.Demands.All[demand]);
            ofDemand[demand] = lines.IndexOf(line);
            if (ofDemand[demand] < 0)
            {
                ofDemand[demand] = lines.Count;
                lines.Add(line);
            }
        }

        return new RoomLines(graph, lines, ofDemand);
    }

    private void Add(RoomKind kind, IReadOnlyDictionary<string, int> limits)
    {
        foreach (var (name, capacity) in limits.OrderBy(limit => limit.Key, StringComparer.Ordinal))
        {
            _named[(kind, name)] = new RoomPool(kind, name, capacity);
        }
    }

    private RoomLine LineFor(string plan, TaskDemand demand)
    {
        var needs = new List<RoomNeed> { new(Total, 1) };
        if (_named.TryGetValue((RoomKind.Plan, plan), out var ofPlan))
        {
            needs.Add(new RoomNeed(ofPlan, 1));
        }

        if (demand.Agent is not null && _named.TryGetValue((RoomKind.Agent, demand.Agent), out var ofAgent))
        {
            needs.Add(new RoomNeed(ofAgent, 1));
        }

        foreach (var use in demand.Resources)
        {
            if (!_named.TryGetValue((RoomKind.Resource, use.Name), out var resource))
            {
                // A run that needs it is held, for another process to go on with; should its tasks be asked for, they wait and say for what.
                _named[(RoomKind.Resource, use.Name)] = resource = new RoomPool(RoomKind.Resource, use.Name, 0);
            }

            needs.Add(new RoomNeed(resource, Math.Max(1, use.Weight)));
        }

        // No name can be taken for another's end: each comes with its length.
        var key = string.Join('\n', needs.Select(need => $"{need.Pool.Kind} {need.Weight} {need.Pool.Name?.Length} {need.Pool.Name}"));
        if (!_lines.TryGetValue(key, out var line))
        {
            _lines[key] = line = new RoomLine([.. needs]);
        }

        return line;
    }
}
