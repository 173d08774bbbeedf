using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Benchmarks;

/// <summary>One of the standard workloads: how many runs of which plan.</summary>
/// <param name="Name">Its short name.</param>
/// <param name="What">What it is, for the report.</param>
/// <param name="Runs">How many runs at once.</param>
/// <param name="Plan">The plan of each run.</param>
internal sealed record Workload(string Name, string What, int Runs, OrchestrationPlan Plan)
{
    /// <summary>How many items its tasks have besides, all of a run together.</summary>
    public int Items { get; init; }

    public int Steps => Runs * (Plan.Phases.Sum(phase => phase.Tasks.Count) + Items);

    public static IReadOnlyList<Workload> Standard(int divisor) =>
    [
        new("W1", $"1 run, a chain of {1000 / divisor:N0}", 1, Chain(1000 / divisor)),
        new("W2", $"{1000 / divisor:N0} runs at once, 10 each", 1000 / divisor, Chain(10)),
        new("W3", $"1 run, a fan-out of {1000 / divisor:N0} and a join", 1, FanOut(1000 / divisor)),
        new("W4", $"1 run, {100 / divisor} layers of 100, three random parents each", 1, Layers(100 / divisor, 100)),
        new("W5", $"1 run, one task for each of {100_000 / divisor:N0} items of a list", 1, ForEach(100_000 / divisor)) { Items = 100_000 / divisor },
    ];

    /// <summary>The layered graph from a thousand tasks on, to see whether the cost of a step stays the same.</summary>
    public static IEnumerable<Workload> Scale(int largest)
    {
        for (var tasks = 1_000; tasks <= largest; tasks *= 10)
        {
            yield return new($"W4/{tasks:N0}", $"1 run, {tasks / 100:N0} layers of 100, three random parents each", 1, Layers(tasks / 100, 100));
        }
    }

    /// <summary>Layers of tasks, each with three random parents in the layer before it; the seed is fixed.</summary>
    public static OrchestrationPlan Layers(int layers, int width)
    {
        var random = new Random(4);
        var tasks = new List<TaskDefinition>(layers * width);
        for (var layer = 0; layer < layers; layer++)
        {
            for (var i = 0; i < width; i++)
            {
                tasks.Add(Step(layer * width + i, layer == 0 ? [] : Parents(random, (layer - 1) * width, width)));
            }
        }

        return OnePhase("layers", tasks);
    }

    private static OrchestrationPlan Chain(int length) => OnePhase("chain", Enumerable.Range(0, length).Select(i => Step(i, i == 0 ? [] : [Id(i - 1)])));

    private static OrchestrationPlan FanOut(int width)
        => OnePhase("fan", Enumerable.Range(0, width).Select(i => Step(i, [])).Append(Step(width, [.. Enumerable.Range(0, width).Select(Id)])));

    private static OrchestrationPlan ForEach(int items)
        => OnePhase("items", [Step(0, []) with { ForEach = new ForEachDefinition { Items = ValueExpression.Parse("inputs.list") } }]) with
        {
            Inputs = [new PlanInput { Name = "list", Default = JsonData.Parse($"[{string.Join(',', Enumerable.Range(0, items))}]") }],
        };

    private static OrchestrationPlan OnePhase(string id, IEnumerable<TaskDefinition> tasks)
        => new() { Id = id, Phases = [new PhaseDefinition { Id = "work", Mode = PhaseMode.Parallel, Tasks = [.. tasks] }] };

    private static TaskDefinition Step(int number, IReadOnlyList<string> parents) => new() { Id = Id(number), Agent = "step", DependsOn = parents };

    private static string[] Parents(Random random, int first, int width)
    {
        var chosen = new HashSet<int>();
        while (chosen.Count < Math.Min(3, width))
        {
            chosen.Add(first + random.Next(width));
        }

        return [.. chosen.Select(Id)];
    }

    private static string Id(int number) => $"t{number}";
}
