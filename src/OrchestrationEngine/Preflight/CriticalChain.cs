using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Preflight;

/// <summary>
/// Which chain of tasks decided how long a simulated run took: from the last that ended backwards, each time to what ended at the moment at which it could
/// begin. That is what it depends on, where such a one ended then; otherwise its own attempt before, or whoever gave it room.
/// </summary>
internal static class CriticalChain
{
    public static IReadOnlyList<int> Of(PlanGraph graph, IReadOnlyList<Interval> intervals)
    {
        var byEnd = intervals.ToLookup(interval => interval.End);
        var ends = intervals.Select(interval => interval.End).Distinct().Order().ToArray();
        var chain = new List<int>();
        var seen = new HashSet<Interval>();
        Interval? current = intervals.Count == 0 ? null : intervals.MaxBy(interval => interval.End);
        while (current is { } interval && seen.Add(interval))
        {
            if (chain.Count == 0 || chain[^1] != interval.Task)
            {
                chain.Add(interval.Task);
            }

            current = interval.Start == 0 ? null : Before(graph, interval, byEnd, ends);
        }

        chain.Reverse();
        return chain;
    }

    private static Interval? Before(PlanGraph graph, Interval interval, ILookup<long, Interval> byEnd, long[] ends)
    {
        var place = Array.BinarySearch(ends, interval.Start);
        place = place >= 0 ? place : ~place - 1;
        if (place < 0)
        {
            return null;
        }

        var candidates = byEnd[ends[place]].Where(other => other.Start < interval.Start).ToList();
        return candidates.Count == 0 ? null : candidates.MaxBy(other => Closeness(graph, other.Task, interval.Task));
    }

    private static int Closeness(PlanGraph graph, int earlier, int later)
        => graph.JoinDependencies(later).Contains(earlier) ? 3
            : graph.OrderDependencies(later).Contains(earlier) || earlier == later ? 2
            : graph.PhaseOf(earlier) == graph.PhaseOf(later) ? 1 : 0;
}
