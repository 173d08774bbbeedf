using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Preflight;

/// <summary>What is to be expected of a run of a plan, from many simulated ones.</summary>
public sealed record PlanForecast
{
    /// <summary>How long the run takes.</summary>
    public required Spread<TimeSpan> Makespan { get; init; }

    /// <summary>What its attempts cost, by the plan's estimates; null when the plan has none.</summary>
    public required Spread<decimal>? Cost { get; init; }

    /// <summary>How many tokens its attempts use, by the plan's estimates; null when the plan has none.</summary>
    public required Spread<long>? Tokens { get; init; }

    /// <summary>The most attempts that run at the same time.</summary>
    public required Spread<int> PeakConcurrency { get; init; }

    /// <summary>How the run ends, and with which share of the rounds, from 0 to 1; the most frequent first.</summary>
    public required IReadOnlyList<ForecastOutcome> Outcomes { get; init; }

    /// <summary>The tasks, in the order of the plan.</summary>
    public required IReadOnlyList<ForecastTask> Tasks { get; init; }

    /// <summary>The chain of tasks that decides how long the run takes, in the round whose makespan is the median.</summary>
    public required IReadOnlyList<string> CriticalPath { get; init; }

    /// <summary>The limits that held tasks back which could have started, the one that did so for the longest first.</summary>
    public required IReadOnlyList<ForecastLimit> Limits { get; init; }

    /// <summary>The tasks that ran in no round, in the order of the plan.</summary>
    public required IReadOnlyList<string> NeverRun { get; init; }

    /// <summary>How long the run waits for signals, by task: these are what people and other systems must send.</summary>
    public required IReadOnlyList<ForecastWait> Waits { get; init; }

    /// <summary>What was assumed because the plan does not say it: tasks without an estimate, conditions that read what nobody knows before the run.</summary>
    public required IReadOnlyList<string> Assumptions { get; init; }
}

/// <summary>The middle and the upper end of what is to be expected.</summary>
/// <param name="P50">Half of the rounds have less, or the same.</param>
/// <param name="P90">Nine of ten have less, or the same.</param>
/// <typeparam name="T">What is measured.</typeparam>
public sealed record Spread<T>(T P50, T P90);

/// <summary>A way in which the run may end.</summary>
/// <param name="Status">How.</param>
/// <param name="Share">In which share of the rounds, from 0 to 1.</param>
public sealed record ForecastOutcome(RunStatus Status, double Share);

/// <summary>What is to be expected of one task.</summary>
/// <param name="Task">Its id.</param>
/// <param name="Runs">In which share of the rounds it was done at all, from 0 to 1.</param>
/// <param name="Critical">In which share of the rounds it was on the chain that decides how long the run takes, from 0 to 1.</param>
/// <param name="Start">When it starts, from the start of the run, in the rounds in which it does; null when it never does.</param>
/// <param name="End">When it ends.</param>
public sealed record ForecastTask(string Task, double Runs, double Critical, Spread<TimeSpan>? Start, Spread<TimeSpan>? End);

/// <summary>A limit that held tasks back.</summary>
/// <param name="Limit">Which: <c>engine</c>, <c>plan</c>, <c>phase ID</c>, <c>agent NAME</c>, <c>resource NAME</c>, <c>lock NAME</c>, <c>items of ID</c>.</param>
/// <param name="Share">For which share of the run's time, on average, from 0 to 1.</param>
public sealed record ForecastLimit(string Limit, double Share);

/// <summary>A wait for something from outside.</summary>
/// <param name="Task">The task that waits.</param>
/// <param name="Time">How long.</param>
public sealed record ForecastWait(string Task, Spread<TimeSpan> Time);
