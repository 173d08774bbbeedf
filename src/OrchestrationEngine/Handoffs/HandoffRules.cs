using System.Collections.Concurrent;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Handoffs;

/// <summary>
/// The contracts and handoffs of a plan as the gate needs them, by task. What a task needs is compiled when it is asked for the first time. Safe for
/// many threads.
/// </summary>
internal sealed class HandoffRules
{
    private readonly PlanGraph _graph;
    private readonly HandoffRegistry _registry;
    private readonly ContractCompiler _compiler;
    private readonly Dictionary<int, List<HandoffDefinition>> _from = [];
    private readonly Dictionary<int, List<HandoffDefinition>> _to = [];
    private readonly ConcurrentDictionary<int, TaskHandoffs> _tasks = new();

    private HandoffRules(PlanGraph graph, HandoffRegistry registry)
    {
        _graph = graph;
        _registry = registry;
        _compiler = new ContractCompiler(graph, registry);
        foreach (var handoff in graph.Plan.Handoffs)
        {
            Add(_from, handoff.From, handoff);
            if (handoff.ExpectsInReturn.Count > 0)
            {
                Add(_to, handoff.To, handoff);
            }
        }
    }

    /// <summary>Makes the rules of a plan.</summary>
    /// <param name="graph">The plan; one that was verified.</param>
    /// <param name="registry">What the application registered.</param>
    public static HandoffRules Of(PlanGraph graph, HandoffRegistry registry) => new(graph, registry);

    /// <summary>What is checked of what a task makes; null for nothing.</summary>
    /// <param name="task">The number of the task in the graph.</param>
    /// <exception cref="Schemas.SchemaException">A schema of the plan can't be used here.</exception>
    /// <exception cref="InvalidOperationException">A contract or a transformation is not registered here.</exception>
    public TaskHandoffs? Of(int task)
    {
        var definition = _graph.Task(task);
        return definition.Contract is null && !_from.ContainsKey(task) && !_to.ContainsKey(task)
            ? null
            : _tasks.GetOrAdd(task, static (number, rules) => rules.Compile(number), this);
    }

    /// <summary>The registered names of the agents that judge and transform.</summary>
    public static IEnumerable<string> AgentsOf(PlanGraph graph)
    {
        var judges = graph.Contracts().Select(placed => placed.Contract.Judge?.Agent);
        return judges.Concat(graph.Plan.Handoffs.SelectMany(handoff => handoff.Transforms).Select(transform => transform.Agent)).OfType<string>().Select(graph.RegisteredNameOf);
    }

    private TaskHandoffs Compile(int task)
    {
        var definition = _graph.Task(task);
        return new TaskHandoffs
        {
            Contract = _compiler.Compile(definition.Contract, $"output of '{definition.Id}'"),
            OnViolation = definition.OnViolation,
            Outgoing = [.. _from.GetValueOrDefault(task, []).Select(Outgoing)],
            Owed = [.. _to.GetValueOrDefault(task, []).Select(handoff => new OwedHandoff(handoff.Id, handoff.From, Parts(handoff, handoff.ExpectsInReturn, "in return")))],
        };
    }

    private OutgoingHandoff Outgoing(HandoffDefinition handoff)
    {
        _graph.TryGetTask(handoff.To, out var to);
        return new OutgoingHandoff(
            handoff.Id,
            handoff.To,
            to,
            Parts(handoff, handoff.Sends, "sends"),
            [.. handoff.Transforms.Select(Transform)],
            _compiler.Compile(handoff.Contract, $"handoff '{handoff.Id}'"));
    }

    private PartContract[] Parts(HandoffDefinition handoff, IReadOnlyList<HandoffPart> parts, string side)
        => [.. parts.Select(part => new PartContract(part.Name, _compiler.Compile(part.Contract, $"handoff '{handoff.Id}' {side} '{part.Name}'"), part.Critical, part.IfMissing))];

    private IHandoffTransform Transform(TransformDefinition transform)
        => transform.Uses is { } registered ? _registry.Transform(registered)
            : transform.Agent is { } agent ? new AgentTransform(_graph.RegisteredNameOf(agent))
            : transform.Map is { } map ? new MapTransform(map, _registry.Settings)
            : transform.Text is { } text ? new TextTransform(text, _registry.Settings)
            : transform.Rename.Count > 0 ? new RenameTransform(transform.Rename, _registry.Settings)
            : new SelectTransform(transform.Select, _registry.Settings);

    private void Add(Dictionary<int, List<HandoffDefinition>> handoffs, string id, HandoffDefinition handoff)
    {
        if (!_graph.TryGetTask(id, out var task))
        {
            throw new InvalidOperationException($"The handoff '{handoff.Id}' names the task '{id}', which the plan '{_graph.Plan.Id}' does not have. It was not verified.");
        }

        if (!handoffs.TryGetValue(task, out var list))
        {
            handoffs.Add(task, list = []);
        }

        list.Add(handoff);
    }
}
