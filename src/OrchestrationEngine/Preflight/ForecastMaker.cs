using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Preflight;

/// <summary>Sums simulated runs up.</summary>
internal sealed class ForecastMaker(OrchestrationPlan plan, PlanSimulation simulation, List<RoundResult> rounds)
{
    public PlanForecast Make()
    {
        var graph = simulation.Certain;
        var chains = rounds.Select(round => CriticalChain.Of(graph, round.Intervals)).ToList();
        var tasks = plan.Phases.SelectMany(phase => phase.Tasks).ToList();
        var median = rounds.Index().OrderBy(round => round.Item.Makespan).ElementAt((rounds.Count - 1) / 2).Index;
        var critical = Shares(chains.Select(chain => chain.Distinct()), tasks.Count);
        var ran = Shares(rounds.Select(round => round.Intervals.Select(interval => interval.Task).Distinct()), tasks.Count);
        var (starts, ends) = Times(tasks.Count);
        return new PlanForecast
        {
            Makespan = Of(rounds.Select(round => TimeSpan.FromTicks(round.Makespan)))!,
            Cost = tasks.Exists(task => task.EstimatedCost is not null) ? Of(rounds.Select(round => round.Cost)) : null,
            Tokens = tasks.Exists(task => task.EstimatedTokens is not null) ? Of(rounds.Select(round => round.Tokens)) : null,
            PeakConcurrency = Of(rounds.Select(round => round.Peak))!,
            Outcomes = [.. rounds.CountBy(round => round.Status).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Select(pair => new ForecastOutcome(pair.Key, (double)pair.Value / rounds.Count))],
            Tasks = [.. tasks.Select((task, index) => new ForecastTask(task.Id, ran[index], critical[index], Of(starts[index]), Of(ends[index])))],
            CriticalPath = [.. chains[median].Select(task => tasks[task].Id)],
            Limits = Limits(),
            NeverRun = [.. tasks.Where((task, index) => ran[index].Equals(0d) && task.End is null).Select(task => task.Id)],
            Waits = Waits(tasks),
            Assumptions = [.. simulation.Assumptions, .. WithoutEstimate(tasks)],
        };
    }

    private static Spread<T>? Of<T>(IEnumerable<T> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? null : new Spread<T>(At(50), At(90));

        // The nearest rank: the least value that so many percent are not above.
        T At(int percent) => sorted[((sorted.Count * percent) + 99) / 100 - 1];
    }

    private double[] Shares(IEnumerable<IEnumerable<int>> perRound, int count)
    {
        var shares = new double[count];
        foreach (var task in perRound.SelectMany(tasks => tasks))
        {
            shares[task] += 1.0 / rounds.Count;
        }

        return shares;
    }

    private (List<TimeSpan>[] Starts, List<TimeSpan>[] Ends) Times(int count)
    {
        var starts = Enumerable.Range(0, count).Select(_ => new List<TimeSpan>()).ToArray();
        var ends = Enumerable.Range(0, count).Select(_ => new List<TimeSpan>()).ToArray();
        foreach (var task in rounds.SelectMany(round => round.Intervals.GroupBy(interval => interval.Task)))
        {
            starts[task.Key].Add(TimeSpan.FromTicks(task.Min(interval => interval.Start)));
            ends[task.Key].Add(TimeSpan.FromTicks(task.Max(interval => interval.End)));
        }

        return (starts, ends);
    }

    private List<ForecastLimit> Limits()
        => [.. rounds.SelectMany(round => round.Held.Select(held => (held.Key, Share: round.Makespan == 0 ? 0 : (double)held.Value / round.Makespan)))
            .GroupBy(held => held.Key, held => held.Share, StringComparer.Ordinal)
            .Select(limit => new ForecastLimit(limit.Key, limit.Sum() / rounds.Count))
            .Where(limit => limit.Share > 0)
            .OrderByDescending(limit => limit.Share)
            .ThenBy(limit => limit.Limit, StringComparer.Ordinal)];

    private List<ForecastWait> Waits(List<TaskDefinition> tasks)
        => [.. rounds.SelectMany(round => round.Intervals)
            .Where(interval => interval.IsSignal)
            .GroupBy(interval => interval.Task, interval => TimeSpan.FromTicks(interval.End - interval.Start))
            .OrderBy(wait => wait.Key)
            .Select(wait => new ForecastWait(tasks[wait.Key].Id, Of(wait)!))];

    private IEnumerable<string> WithoutEstimate(List<TaskDefinition> tasks)
    {
        var without = tasks.Where(task => task is { Estimate: null, Wait: null, End: null, SubPlan: null } && !simulation.Options.Durations.ContainsKey(task.Id)).Select(task => $"'{task.Id}'").ToList();
        if (without.Count > 0)
        {
            var more = without.Count > 10 ? FormattableString.Invariant($" and {without.Count - 10:N0} more") : "";
            yield return $"Nobody says how long these tasks take: {string.Join(", ", without.Take(10))}{more}; they are taken to take the time that is set for such tasks.";
        }
    }
}
