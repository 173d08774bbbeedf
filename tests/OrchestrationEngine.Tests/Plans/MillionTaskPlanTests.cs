using System.Text;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

/// <summary>Measures the memory of the process, so nothing else may run at the same time.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class MeasuredAlone;

[Collection<MeasuredAlone>]
public sealed class MillionTaskPlanTests
{
    private const int Layers = 1_000;
    private const int Width = 1_000;
    private const int Dependencies = 3;

    [Fact]
    public void A_plan_of_a_million_tasks_loads_verifies_and_compiles_within_bounded_memory()
    {
        using var file = LayeredPlan();
        var options = new PlanReadOptions { Limits = new PlanLimits { MaxBytes = 512L * 1024 * 1024 } };
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var plan = PlanJson.Read(file, options);
        var loaded = GC.GetTotalMemory(forceFullCollection: true) - before;
        var graph = PlanGraph.Compile(plan);
        var compiled = GC.GetTotalMemory(forceFullCollection: true) - before;

        TestContext.Current.TestOutputHelper?.WriteLine($"{file.Length:N0} bytes of JSON, plan {loaded:N0} bytes, with its graph {compiled:N0} bytes");
        Assert.Equal(Layers * Width, graph.TaskCount);
        Assert.Equal(Dependencies, graph.JoinDependencies(graph.TaskCount - 1).Length);
        Assert.Equal(0, graph.StartOrder(0));
        Assert.Equal(Layers - 1, graph.StartOrder(graph.TaskCount - 1));
        Assert.InRange(loaded, 0, 350L * 1024 * 1024);
        Assert.InRange(compiled, 0, 500L * 1024 * 1024);
        GC.KeepAlive(plan);
    }

    /// <summary>Layers of tasks in one parallel phase, each task waiting for three of the layer before.</summary>
    private static MemoryStream LayeredPlan()
    {
        var stream = new MemoryStream(192 * 1024 * 1024);
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 64 * 1024, leaveOpen: true);
        writer.Write("""{"id":"million","phases":[{"id":"all","mode":"parallel","tasks":[""");
        for (var task = 0; task < Layers * Width; task++)
        {
            var (layer, place) = (task / Width, task % Width);
            writer.Write(task == 0 ? "\n" : ",\n");
            writer.Write($$"""    { "id": "layer-{{layer}}-task-{{place}}", "agent": "worker", "dependsOn": [""");
            for (var edge = 0; edge < Dependencies && layer > 0; edge++)
            {
                writer.Write($"{(edge == 0 ? " " : ", ")}\"layer-{layer - 1}-task-{(place + (edge * 331)) % Width}\"");
            }

            writer.Write(" ] }");
        }

        writer.Write("\n]}]}");
        writer.Flush();
        stream.Position = 0;
        return stream;
    }
}
