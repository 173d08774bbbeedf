using OrchestrationEngine.Graphs;

namespace OrchestrationEngine.Plans;

/// <summary>
/// A verified plan as execution sees it: phases and tasks are integers from 0, tasks numbered phase by phase in the order of the plan, so that
/// the tasks of a phase follow one another. Every question is answered from an array, without allocating. Immutable; safe to share between
/// threads and runs.
/// </summary>
internal sealed class PlanGraph
{
    private readonly PlanNames _names;
    private readonly PlanEdges _edges;
    private readonly DirectedGraph _joinDependents;
    private readonly DirectedGraph _orderDependents;
    private readonly DirectedGraph _phaseDependents;
    private readonly int[] _startOrder;
    private readonly Dictionary<string, string> _agents;

    private PlanGraph(OrchestrationPlan plan)
    {
        Plan = plan;
        _names = new PlanNames(plan);
        _edges = new PlanEdges(_names);
        _joinDependents = _edges.JoinDependents();
        _orderDependents = _edges.OrderDependents();
        _phaseDependents = _edges.PhaseDependents();
        _startOrder = StartOrders(_names, _edges);
        Flows = PlanFlows.Of(_names);
        Locks = PlanLocks.Of(_names);
        Guards = PlanGuards.Of(_names);
        _agents = plan.Agents.ToDictionary(agent => agent.Id, agent => agent.Uses ?? agent.Id, StringComparer.Ordinal);
        Demands = new TaskDemands(TaskCount, Task, AgentOf);
    }

    public OrchestrationPlan Plan { get; }

    /// <summary>What the tasks take of the engine.</summary>
    public TaskDemands Demands { get; }

    /// <summary>What the tasks say about flow; null when none says anything.</summary>
    public PlanFlows? Flows { get; }

    /// <summary>The locks of the plan; null when it has none.</summary>
    public PlanLocks? Locks { get; }

    /// <summary>What milestones look at; null when there are none.</summary>
    public PlanGuards? Guards { get; }

    public int TaskCount => _names.TaskCount;

    public int PhaseCount => _names.PhaseCount;

    /// <summary>Compiles a plan.</summary>
    /// <param name="plan">The plan; one in which <see cref="PlanVerifier.Verify"/> finds nothing.</param>
    /// <exception cref="CyclicGraphException">The plan was not verified and has a cycle.</exception>
    public static PlanGraph Compile(OrchestrationPlan plan) => new(plan);

    public TaskDefinition Task(int task) => _names.Task(task)!;

    /// <summary>Whether a task says anything about how it comes to be done: otherwise it is an agent's work once all that it depends on has arrived.</summary>
    public bool HasFlow(int task) => Flows is { } flows && flows.Has(task);

    public PhaseDefinition Phase(int phase) => _names.Phases[phase]!;

    public int FirstTask(int phase) => _names.FirstTask(phase);

    /// <summary>One more than the last task of a phase.</summary>
    public int EndTask(int phase) => _names.EndTask(phase);

    public int PhaseOf(int task) => _names.PhaseOf(task);

    public bool TryGetTask(string id, out int task) => _names.TryGetTask(id, out task);

    public bool TryGetPhase(string id, out int phase) => _names.TryGetPhase(id, out phase);

    /// <summary>The tasks whose joins count a task, each once, in their order.</summary>
    public ReadOnlySpan<int> JoinDependents(int task) => _joinDependents.Successors(task);

    /// <summary>The tasks that a task's join counts, each once: from <c>dependsOn</c> and from the bindings of its inputs.</summary>
    public ReadOnlySpan<int> JoinDependencies(int task) => _edges.JoinsOf(task);

    /// <summary>The tasks that wait only for a task's end, each once, in their order.</summary>
    public ReadOnlySpan<int> OrderDependents(int task) => _orderDependents.Successors(task);

    /// <summary>The tasks whose end a task waits for, whatever becomes of them, each once.</summary>
    public ReadOnlySpan<int> OrderDependencies(int task) => _edges.OrdersOf(task);

    /// <summary>Whether a task waits for another's end only because smart mode says so.</summary>
    public bool IsDerived(int from, int to) => _edges.IsDerived(from, to);

    /// <summary>Why a task comes before another, in words that go on from its name: <c>writes 'report.md' before 'b' reads it</c>. Null where there is no edge.</summary>
    public string? ReasonOf(int from, int to) => EdgeReasons.Of(_names, _edges, from, to);

    /// <summary>The phases that wait for a phase, each once, in their order.</summary>
    public ReadOnlySpan<int> PhaseDependents(int phase) => _phaseDependents.Successors(phase);

    public ReadOnlySpan<int> PhaseDependencies(int phase) => _edges.OfPhase(phase);

    /// <summary>
    /// Where a task stands among tasks that could start; the smaller number starts first. Higher priority comes first, then the longer
    /// remaining path to the end of the run by the estimates. Tasks that are equal in both have the same number.
    /// </summary>
    public int StartOrder(int task) => _startOrder[task];

    /// <summary>The name under which the application registered the task's agent; null where no agent does it.</summary>
    public string? AgentOf(int task) => Task(task).Agent is { } agent ? RegisteredNameOf(agent) : null;

    /// <summary>The name under which the application registered an agent that the plan names.</summary>
    public string RegisteredNameOf(string agent) => _agents.TryGetValue(agent, out var uses) ? uses : agent;

    /// <summary>Every contract of the plan, those in others included.</summary>
    public IEnumerable<PlacedContract> Contracts() => ContractPlaces.All(_names, Plan);

    private static int[] StartOrders(PlanNames names, PlanEdges edges)
    {
        var combined = new CombinedGraph(names, edges, withChoices: false);

        // Ticks are whole numbers, whose sums are exact as doubles for 28 years: paths of equal length compare as equal.
        var weights = new double[combined.VertexCount];
        for (var task = 0; task < names.TaskCount; task++)
        {
            weights[task] = (names.Task(task)!.Estimate ?? TimeSpan.FromSeconds(1)).Ticks;
        }

        var remaining = combined.Build().LongestPathsToSinks(weights);
        var keys = new StartKey[names.TaskCount];
        var tasks = new int[names.TaskCount];
        for (var task = 0; task < tasks.Length; task++)
        {
            keys[task] = new StartKey(names.Task(task)!.Priority, remaining[task]);
            tasks[task] = task;
        }

        Array.Sort(keys, tasks);
        var order = new int[tasks.Length];
        for (var position = 1; position < tasks.Length; position++)
        {
            order[tasks[position]] = order[tasks[position - 1]] + (keys[position].CompareTo(keys[position - 1]) == 0 ? 0 : 1);
        }

        return order;
    }

    private readonly record struct StartKey(int Priority, double Remaining) : IComparable<StartKey>
    {
        public int CompareTo(StartKey other)
        {
            var byPriority = other.Priority.CompareTo(Priority);
            return byPriority != 0 ? byPriority : other.Remaining.CompareTo(Remaining);
        }
    }
}
