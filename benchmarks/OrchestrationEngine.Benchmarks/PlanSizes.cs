using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Graphs;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Benchmarks;

/// <summary>
/// What verifying and compiling a plan costs beside a bare topological sort of the same graph, and what it takes of memory. The time of the processor is
/// given beside that of the clock, because only the former means something where others use the machine.
/// </summary>
internal static class PlanSizes
{
    private const int Times = 3;

    private static readonly PlanLimits Limits = new() { MaxEdges = int.MaxValue };

    public static int Run(bool isQuick)
    {
        Console.WriteLine("| plan | what | seconds | seconds of processor | bytes a task |");
        Console.WriteLine("|---|---|---:|---:|---:|");
        foreach (var tasks in isQuick ? [1_000] : new[] { 100_000, 1_000_000 })
        {
            Measure(FormattableString.Invariant($"{tasks:N0} plain tasks, 3 edges each"), Workload.Layers(tasks / 100, 100));
            Measure(FormattableString.Invariant($"{tasks:N0} tasks with joins, conditions and declarations, in a smart phase"), Rich(tasks));
        }

        return 0;
    }

    private static void Measure(string name, OrchestrationPlan plan)
    {
        if (PlanVerifier.Verify(plan, Limits) is { Count: > 0 } problems)
        {
            throw new InvalidOperationException($"The plan of the benchmark can't run: {problems[0]}");
        }

        var graph = PlanGraph.Compile(plan);
        var (sources, targets) = Edges(graph);
        var count = graph.TaskCount;
        graph = null!;
        Show(name, "bare topological sort", count, () => DirectedGraph.FromEdges(count, sources, targets).TopologicalSort());
        Show(name, "verify", count, () => PlanVerifier.Verify(plan, Limits));
        Show(name, "compile", count, () => PlanGraph.Compile(plan));
        Show(name, "verify and compile", count, () => (PlanVerifier.Verify(plan, Limits), PlanGraph.Compile(plan)));
        GC.KeepAlive(plan);
    }

    private static void Show(string name, string what, int tasks, Func<object> work)
    {
        var (clock, processor, kept) = (new double[Times], new double[Times], 0L);
        for (var time = 0; time < Times; time++)
        {
            (clock[time], processor[time], kept) = Once(work);
        }

        Array.Sort(clock);
        Array.Sort(processor);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {what} | {clock[Times / 2]:0.000} | {processor[Times / 2]:0.000} | {kept / (double)tasks:0} |"));
    }

    // Apart, so that the result of one time is gone before the next.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (double Clock, double Processor, long Kept) Once(Func<object> work)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var busy = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        var result = work();
        var clock = watch.Elapsed.TotalSeconds;
        var processor = (Process.GetCurrentProcess().TotalProcessorTime - busy).TotalSeconds;
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(result);
        return (clock, processor, kept);
    }

    private static (int[] Sources, int[] Targets) Edges(PlanGraph graph)
    {
        var (sources, targets) = (new List<int>(), new List<int>());
        for (var task = 0; task < graph.TaskCount; task++)
        {
            foreach (var dependent in (int[])[.. graph.JoinDependents(task), .. graph.OrderDependents(task)])
            {
                sources.Add(task);
                targets.Add(dependent);
            }
        }

        return ([.. sources], [.. targets]);
    }

    // Every task reads what some task of its layer's past wrote; one in ten has a join or a condition of its own, one in a hundred is a branch of a choice.
    private static OrchestrationPlan Rich(int tasks)
    {
        var plain = Workload.Layers(tasks / 100, 100);
        var condition = ConditionExpression.Parse("inputs.deep == true");
        var rich = plain.Phases[0].Tasks.Select((task, index) => task with
        {
            OnSkipped = OnSkipped.Run,
            FlowParts = new TaskFlow
            {
                Writes = index % 5 == 0 ? [$"document-{index % 1000}"] : [],
                Reads = index % 5 == 0 ? [] : [$"document-{index % 1000 / 5 * 5}"],
                Join = index % 10 == 3 && task.DependsOn.Count > 1 ? JoinDefinition.AtLeast(2) : JoinDefinition.All,
                When = index % 10 == 7 ? condition : null,
                Choice = index % 100 is 11 or 12 ? $"choice-{index / 100}" : null,
            },
        });
        return plain with
        {
            Inputs = [new PlanInput { Name = "deep" }],
            Phases = [plain.Phases[0] with { Mode = PhaseMode.Smart, Tasks = [.. rich] }],
        };
    }
}
