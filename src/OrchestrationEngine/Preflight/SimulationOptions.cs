using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Preflight;

/// <summary>What is assumed when a plan is simulated.</summary>
public sealed record SimulationOptions
{
    /// <summary>Decides everything that is drawn: the same seed, plan and options give the same forecast. The default is 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How often the plan is gone through; from 1 to 100,000. The default is 500.</summary>
    public int Rounds { get; init; } = 500;

    /// <summary>The inputs of the run. Those that are missing have their defaults.</summary>
    public IReadOnlyDictionary<string, JsonData> Inputs { get; init; } = new Dictionary<string, JsonData>();

    /// <summary>How many attempts the engine has room for; null for no limit.</summary>
    public int? MaxConcurrentAttempts { get; init; }

    /// <summary>How many attempts of an agent may run at the same time, by the registered name. Agents that are not named have no limit.</summary>
    public IReadOnlyDictionary<string, int> AgentLimits { get; init; } = new Dictionary<string, int>();

    /// <summary>The capacities of the engine's named resources. Resources that are not named have no limit.</summary>
    public IReadOnlyDictionary<string, int> Resources { get; init; } = new Dictionary<string, int>();

    /// <summary>How long tasks take, by their id: what was learned from earlier runs (<see cref="LearnedDurations"/>) or is known otherwise. They go before the estimates of the plan.</summary>
    public IReadOnlyDictionary<string, DurationDistribution> Durations { get; init; } = new Dictionary<string, DurationDistribution>();

    /// <summary>How long a task takes of which nobody knows anything. The default is 1 minute, always.</summary>
    public DurationDistribution Unknown { get; init; } = DurationDistribution.Of(TimeSpan.FromMinutes(1));

    /// <summary>How long it takes until a signal comes, by its name. Signals are what people and other systems send.</summary>
    public IReadOnlyDictionary<string, DurationDistribution> Signals { get; init; } = new Dictionary<string, DurationDistribution>();

    /// <summary>How long it takes until a signal comes that is not named. The default is a median of 4 hours with nine of ten within a day.</summary>
    public DurationDistribution UnknownSignal { get; init; } = DurationDistribution.LogNormal(TimeSpan.FromHours(4), TimeSpan.FromDays(1));

    /// <summary>How probable it is that an attempt fails, by the id of the task; from 0 to 1. Tasks that are not named don't fail.</summary>
    public IReadOnlyDictionary<string, double> FailureRates { get; init; } = new Dictionary<string, double>();

    /// <summary>What tasks give, by their id, for the conditions and lists that read it.</summary>
    public IReadOnlyDictionary<string, JsonData> Outputs { get; init; } = new Dictionary<string, JsonData>();

    /// <summary>How probable it is that a condition holds that reads what nobody knows before the run; from 0 to 1. The default is 0.5.</summary>
    public double UnknownCondition { get; init; } = 0.5;

    /// <summary>How many items a list has that nobody knows before the run; from 0 to 100,000. The default is 5.</summary>
    public int UnknownItems { get; init; } = 5;

    /// <summary>The plans that sub-plans name, by their id. A sub-plan that is not here takes the time of its task's estimate.</summary>
    public IReadOnlyDictionary<string, OrchestrationPlan> Plans { get; init; } = new Dictionary<string, OrchestrationPlan>();

    internal void Require()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Rounds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Rounds, 100_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConcurrentAttempts ?? 1, 1, nameof(MaxConcurrentAttempts));
        ArgumentOutOfRangeException.ThrowIfLessThan(UnknownItems, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(UnknownItems, 100_000);
        foreach (var probability in FailureRates.Values.Append(UnknownCondition))
        {
            if (probability is not (>= 0 and <= 1))
            {
                throw new ArgumentOutOfRangeException(nameof(FailureRates), probability, "A probability is from 0 to 1.");
            }
        }

        foreach (var limit in AgentLimits.Values.Concat(Resources.Values))
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, nameof(AgentLimits));
        }
    }
}
