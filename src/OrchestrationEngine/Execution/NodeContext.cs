using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Handoffs;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Registry;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>What all runs of a node share.</summary>
internal sealed class NodeContext(
    EngineSettings settings,
    IStateStore store,
    AgentRegistry agents,
    TimeProvider time,
    Func<double> random,
    IServiceProvider services,
    ILoggerFactory loggers)
{
    // A mark that refers to nothing: were it the node, a plan that lives on would keep every node alive that ran it.
    private static readonly object Verified = new();

    private readonly ConditionalWeakTable<OrchestrationPlan, PlanGraph> _graphs = [];
    private readonly ConditionalWeakTable<OrchestrationPlan, object> _verified = [];
    private readonly ConditionalWeakTable<OrchestrationPlan, object> _verifiedForAny = [];
    private readonly ConditionalWeakTable<PlanGraph, string[]> _agents = [];
    private readonly ConditionalWeakTable<PlanGraph, HandoffRules> _handoffs = [];
    private readonly ConditionalWeakTable<PlanGraph, StrongBox<string?>> _held = [];
    private readonly ConditionalWeakTable<PlanGraph, KeptMembers> _kept = [];

    public EngineSettings Settings { get; } = settings;

    public IStateStore Store { get; } = store;

    public AgentRegistry Agents { get; } = agents;

    /// <summary>The contracts, transformations and schemas of the application.</summary>
    public HandoffRegistry Handoffs { get; init; } = HandoffRegistry.Empty;

    public TimeProvider Time { get; } = time;

    /// <summary>Numbers from [0, 1); called from many threads.</summary>
    public Func<double> Random { get; } = random;

    public IServiceProvider Services { get; } = services;

    /// <summary>Where plans come from that tasks name by their ids; null where the application has none.</summary>
    public IPlanSource? Plans { get; } = services.GetService(typeof(IPlanSource)) as IPlanSource;

    /// <summary>Where contents are kept beside the journals; null where the application has none.</summary>
    public IArtifactStore? Artifacts { get; } = services.GetService(typeof(IArtifactStore)) as IArtifactStore;

    /// <summary>Checks documents of workspaces.</summary>
    public DocumentContracts Documents => field ??= new DocumentContracts(this);

    /// <summary>Creates runs. Set once, by the node that this is the context of.</summary>
    public RunCreation Creation { get; set; } = null!;

    /// <summary>The contents that runs name; null where there is no artifact store.</summary>
    public RunContents? Contents { get; } = services.GetService(typeof(IArtifactStore)) is IArtifactStore artifacts ? new RunContents(artifacts, settings) : null;

    /// <summary>The results that tasks take over; null where there is no store for them.</summary>
    public IMemoStore? Memos { get; } = services.GetService(typeof(IMemoStore)) as IMemoStore;

    /// <summary>The largest output that an agent may return. What is large of it is moved, where there is an artifact store.</summary>
    public int MostOutputBytes => Contents is null ? Settings.MaxOutputBytes : (int)Math.Min(Array.MaxLength, Math.Max(Settings.MaxOutputBytes, Settings.MaxArtifactBytes));

    public ILoggerFactory Loggers { get; } = loggers;

    public ILogger Log { get; } = loggers.CreateLogger("OrchestrationEngine.Execution");

    public WorkScheduler Work { get; } = settings.Work;

    public EngineRoom Room { get; } = new(settings.Limits, settings.Work);

    /// <summary>Tells when it is time to look into the store again.</summary>
    public StoreNews News { get; } = new(settings.Work);

    /// <summary>How the store does.</summary>
    public StoreHealth Health { get; } = new(time);

    /// <summary>Who waits here for answers that may be given here.</summary>
    public LocalAnswers Answers { get; } = new(settings.Work);

    public RunObservers Observers { get; } = new(settings.Work);

    /// <summary>The compiled form of a plan that comes in, once it was found to be without problems.</summary>
    /// <exception cref="PlanInvalidException">It has problems.</exception>
    public PlanGraph VerifiedGraphOf(OrchestrationPlan plan)
    {
        if (!_verified.TryGetValue(plan, out _))
        {
            var problems = ProblemsOf(plan);
            if (problems.Count > 0)
            {
                throw new PlanInvalidException(plan.Id, problems);
            }

            _verified.AddOrUpdate(plan, Verified);
        }

        return GraphOf(plan);
    }

    /// <summary>
    /// The compiled form of a plan for a run that any node may have, once it was found to be without problems: whether its agents are registered is
    /// for the nodes to know that have them.
    /// </summary>
    /// <exception cref="PlanInvalidException">It has problems.</exception>
    public PlanGraph VerifiedGraphForAnyNode(OrchestrationPlan plan)
    {
        if (!_verified.TryGetValue(plan, out _) && !_verifiedForAny.TryGetValue(plan, out _))
        {
            var problems = PlanVerifier.Verify(plan, Settings.PlanLimits);
            if (problems.Count > 0)
            {
                throw new PlanInvalidException(plan.Id, problems);
            }

            _verifiedForAny.AddOrUpdate(plan, Verified);
        }

        return GraphOf(plan);
    }

    /// <summary>Everything that keeps a plan from being carried out here.</summary>
    public IReadOnlyList<PlanProblem> ProblemsOf(OrchestrationPlan plan)
        => PlanVerifier.Verify(plan, Settings.PlanLimits, Agents.Names) is { Count: > 0 } problems
            ? problems
            : [.. HandoffRegistrations.Problems(GraphOf(plan), Handoffs, Settings.PlanLimits), .. ProbeRules.Check(GraphOf(plan), Agents, Settings.PlanLimits), .. ResourceRules.Check(GraphOf(plan), Settings.Limits, Settings.PlanLimits)];

    /// <summary>The compiled form of a plan; runs that share a plan share it.</summary>
    public PlanGraph GraphOf(OrchestrationPlan plan) => _graphs.GetValue(plan, PlanGraph.Compile);

    /// <summary>What is checked and transformed between the tasks of a plan; runs that share a plan share it.</summary>
    public HandoffRules HandoffsOf(PlanGraph graph) => _handoffs.GetValue(graph, found => HandoffRules.Of(found, Handoffs));

    /// <summary>What of the outputs of a plan's tasks stays in the journal, however large it is.</summary>
    public KeptMembers KeptOf(PlanGraph graph) => _kept.GetValue(graph, KeptMembers.Of);

    /// <summary>The agents that a plan needs.</summary>
    public IReadOnlyList<string> AgentsOf(PlanGraph graph)
        => _agents.GetValue(graph, static graph => [.. Enumerable.Range(0, graph.TaskCount).Select(graph.AgentOf).OfType<string>().Concat(HandoffRules.AgentsOf(graph)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);

    /// <summary>Why a run that another process began can't go on in this one, or null: an agent of its plan is not registered here, or a resource is too small.</summary>
    public string? WhyHeld(PlanGraph graph)
    {
        var missing = AgentsOf(graph).Where(agent => Agents.Find(agent) is null).ToList();
        return missing.Count == 0
            ? _held.GetValue(graph, found => new StrongBox<string?>(HandoffRegistrations.WhyHeld(found, Handoffs))).Value ?? ResourceRules.WhyHeld(graph, Settings.Limits)
            : $"The run waits for a process that has its agents: {string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} not registered here. Registered are: {string.Join(", ", Agents.Names)}.";
    }
}
