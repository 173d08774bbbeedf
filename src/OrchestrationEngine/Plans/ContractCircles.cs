using OrchestrationEngine.Graphs;

namespace OrchestrationEngine.Plans;

/// <summary>That no contract stands in itself, and not too many in one another.</summary>
internal static class ContractCircles
{
    private const int LongestShown = 16;

    public static void Check(PlanCheck check)
    {
        var contracts = ContractPlaces.Named(check.Plan).DistinctBy(placed => placed.At).ToList();
        var names = (check.Plan.Contracts ?? []).Where(contract => contract is { Name: not null, Contract: not null }).Select(contract => contract.Name).Distinct(StringComparer.Ordinal).ToList();
        var indices = names.Select((name, index) => (name, index)).ToDictionary(pair => pair.name, pair => pair.index, StringComparer.Ordinal);
        var (sources, targets) = (new List<int>(), new List<int>());
        for (var index = 0; index < contracts.Count; index++)
        {
            foreach (var name in NamesIn(contracts[index]).Distinct(StringComparer.Ordinal))
            {
                if (indices.TryGetValue(name, out var inner))
                {
                    sources.Add(index);
                    targets.Add(inner);
                }
            }
        }

        var graph = DirectedGraph.FromEdges(names.Count, sources.ToArray(), targets.ToArray());
        if (graph.FindCycle() is { } cycle)
        {
            var steps = cycle.Length > LongestShown ? [.. cycle.Take(LongestShown - 1).Select(step => $"'{names[step]}'"), "..."] : cycle.Select(step => $"'{names[step]}'");
            check.Problem(PlanProblemKinds.ContractCircle, contracts[cycle[0]].At, $"The contract '{names[cycle[0]]}' stands in itself: {string.Join(" -> ", steps)}.", names[cycle[0]]);
        }
        else if (names.Count > 0)
        {
            CheckDepth(check, graph, contracts, names);
        }
    }

    private static void CheckDepth(PlanCheck check, DirectedGraph graph, List<PlacedContract> contracts, List<string> names)
    {
        var ones = new double[names.Count];
        ones.AsSpan().Fill(1);
        var depths = graph.LongestPathsToSinks(ones);
        var deepest = Array.IndexOf(depths, depths.Max());
        if (depths[deepest] > ContractPlaces.MaxDepth)
        {
            check.Problem(
                PlanProblemKinds.ContractCircle,
                contracts[deepest].At,
                FormattableString.Invariant($"In the contract '{names[deepest]}' stand {depths[deepest] - 1:N0} others, one in another; at most {ContractPlaces.MaxDepth} may."),
                names[deepest]);
        }
    }

    // Without recursion, and down to where the contracts that stand in each other are refused themselves.
    private static IEnumerable<string> NamesIn(PlacedContract outer)
    {
        var open = new Stack<PlacedContract>([outer]);
        while (open.TryPop(out var placed))
        {
            foreach (var (at, use, depth, _) in ContractPlaces.Combined(placed))
            {
                if (use?.Name is { } name)
                {
                    yield return name;
                }
                else if (use?.Inline is { } inner && depth <= ContractPlaces.MaxDepth)
                {
                    open.Push(new PlacedContract(at, inner, depth));
                }
            }
        }
    }
}
