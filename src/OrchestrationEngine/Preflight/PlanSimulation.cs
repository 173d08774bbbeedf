using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Preflight;

/// <summary>A plan made ready to be simulated again and again. For one thread.</summary>
internal sealed class PlanSimulation
{
    // Deeper ones take the time of their task's estimate.
    private const int DeepestSubPlan = 16;

    private readonly PlanGuess _guess;
    private readonly PlanGraph? _certain;
    private readonly int _depth;
    private readonly Dictionary<OrchestrationPlan, PlanSimulation> _children = new(ReferenceEqualityComparer.Instance);

    public PlanSimulation(OrchestrationPlan plan, SimulationOptions options, int depth)
    {
        (Options, _depth) = (options, depth);
        _guess = new PlanGuess(plan, options);
        Certain = PlanGraph.Compile(_guess.Draw(new SeededRandom(0)));
        _certain = _guess.IsUncertain ? null : Certain;
    }

    public SimulationOptions Options { get; }

    /// <summary>The plan with its tasks in the numbers that all rounds use.</summary>
    public PlanGraph Certain { get; }

    public IEnumerable<string> Assumptions => _guess.Assumptions;

    public RoundResult Round(SeededRandom random)
        => new SimulatedRun(_certain ?? PlanGraph.Compile(_guess.Draw(random)), this, random).Go();

    /// <summary>The plan that a task runs, or null when it is not known.</summary>
    public PlanSimulation? ChildOf(TaskDefinition task)
    {
        var plan = task.SubPlan?.Inline ?? (task.SubPlan?.Id is { } id ? Options.Plans.GetValueOrDefault(id) : null);
        if (plan is null || _depth >= DeepestSubPlan)
        {
            return null;
        }

        if (!_children.TryGetValue(plan, out var child))
        {
            _children[plan] = child = new PlanSimulation(plan, Options with { Inputs = new Dictionary<string, JsonData>() }, _depth + 1);
        }

        return child;
    }

    /// <summary>How long a task is thought to take.</summary>
    public DurationDistribution DurationOf(TaskDefinition task)
        => Options.Durations.GetValueOrDefault(task.Id) ?? DurationDistribution.Of(task) ?? Options.Unknown;
}
