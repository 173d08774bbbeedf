using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Preflight;

/// <summary>The limits of an engine that has nothing else to do than one simulated run.</summary>
internal sealed class SimulatedEngine : IAdmission
{
    private const int Room = 0;

    private readonly List<(string Name, int Left)> _limits;
    private readonly Dictionary<string, int> _agents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _resources = new(StringComparer.Ordinal);

    public SimulatedEngine(SimulationOptions options)
    {
        _limits = [("engine", options.MaxConcurrentAttempts ?? int.MaxValue)];
        foreach (var (agent, limit) in options.AgentLimits)
        {
            _agents[agent] = _limits.Count;
            _limits.Add(($"agent {agent}", limit));
        }

        foreach (var (resource, capacity) in options.Resources)
        {
            _resources[resource] = _limits.Count;
            _limits.Add(($"resource {resource}", capacity));
        }
    }

    public string Name(Gate gate) => _limits[gate.Index].Name;

    public Gate? TryTake(RunState state, int task)
    {
        foreach (var (limit, weight) in DemandOf(state, task))
        {
            if (_limits[limit].Left < weight)
            {
                return new Gate(GateKind.EngineRoom, limit);
            }
        }

        Change(state, task, -1);
        return null;
    }

    /// <summary>An attempt gives back what it took.</summary>
    public void Release(RunState state, int task)
    {
        Change(state, task, +1);
        foreach (var (limit, _) in DemandOf(state, task))
        {
            state.Agenda.Open(state, new Gate(GateKind.EngineRoom, limit));
        }
    }

    public string Reason(Gate gate) => $"The task is ready; there is nothing left of {Name(gate)}.";

    private void Change(RunState state, int task, int sign)
    {
        foreach (var (limit, weight) in DemandOf(state, task))
        {
            var (name, left) = _limits[limit];
            _limits[limit] = (name, left == int.MaxValue ? left : left + (sign * weight));
        }
    }

    private IEnumerable<(int Limit, int Weight)> DemandOf(RunState state, int task)
    {
        yield return (Room, 1);
        var demand = state.Graph.Demands.All[state.Graph.Demands.Of(state.TaskOf(task))];
        if (demand.Agent is { } agent && _agents.TryGetValue(agent, out var ofAgent))
        {
            yield return (ofAgent, 1);
        }

        foreach (var use in demand.Resources)
        {
            if (_resources.TryGetValue(use.Name, out var ofResource))
            {
                // A task that takes more than there is would never start; the engine refuses such a plan, so it is taken to need all.
                yield return (ofResource, use.Weight);
            }
        }
    }
}
