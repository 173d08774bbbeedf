using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
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
    private readonly ConditionalWeakTable<OrchestrationPlan, PlanGraph> _graphs = [];
    private readonly ConditionalWeakTable<OrchestrationPlan, object> _verified = [];

    public EngineSettings Settings { get; } = settings;

    public IStateStore Store { get; } = store;

    public AgentRegistry Agents { get; } = agents;

    public TimeProvider Time { get; } = time;

    /// <summary>Numbers from [0, 1); called from many threads.</summary>
    public Func<double> Random { get; } = random;

    public IServiceProvider Services { get; } = services;

    public ILoggerFactory Loggers { get; } = loggers;

    public ILogger Log { get; } = loggers.CreateLogger("OrchestrationEngine.Execution");

    public AttemptSlots Slots { get; } = new(settings.MaxConcurrentAttempts);

    public RunObservers Observers { get; } = new();

    /// <summary>The compiled form of a plan that comes in, once it was found to be without problems.</summary>
    /// <exception cref="PlanInvalidException">It has problems.</exception>
    public PlanGraph VerifiedGraphOf(OrchestrationPlan plan)
    {
        if (!_verified.TryGetValue(plan, out _))
        {
            var problems = PlanVerifier.Verify(plan, Settings.PlanLimits, Agents.Names);
            if (problems.Count > 0)
            {
                throw new PlanInvalidException(plan.Id, problems);
            }

            _verified.AddOrUpdate(plan, this);
        }

        return GraphOf(plan);
    }

    /// <summary>The compiled form of a plan; runs that share a plan share it.</summary>
    public PlanGraph GraphOf(OrchestrationPlan plan) => _graphs.GetValue(plan, PlanGraph.Compile);
}
