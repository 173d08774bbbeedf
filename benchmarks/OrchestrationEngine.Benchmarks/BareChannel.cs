using System.Diagnostics;
using System.Threading.Channels;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Benchmarks;

/// <summary>The floor: the same graphs driven by a bare channel with two workers and a counter per task. No journal, no failure, no limit.</summary>
internal static class BareChannel
{
    private const int Item = -1;
    private static readonly Task<string> Done = Task.FromResult("done");

    public static async Task<TimeSpan> RunAsync(Workload workload)
    {
        var graph = PlanGraph.Compile(workload.Plan);
        var clock = Stopwatch.StartNew();
        var remaining = new int[workload.Runs][];
        var channel = Channel.CreateUnbounded<(int Run, int Task)>();
        for (var run = 0; run < workload.Runs; run++)
        {
            remaining[run] = new int[graph.TaskCount];
            for (var task = 0; task < graph.TaskCount; task++)
            {
                remaining[run][task] = graph.JoinDependencies(task).Length + graph.OrderDependencies(task).Length;
                if (remaining[run][task] == 0)
                {
                    channel.Writer.TryWrite((run, task));
                }
            }
        }

        // Items wait for nothing: each is one more thing to do.
        for (var item = 0; item < workload.Items; item++)
        {
            channel.Writer.TryWrite((0, Item));
        }

        var left = workload.Steps;
        await Task.WhenAll(Task.Run(WorkAsync), Task.Run(WorkAsync));
        return clock.Elapsed;

        void Arrive(int run, ReadOnlySpan<int> dependents)
        {
            foreach (var dependent in dependents)
            {
                if (Interlocked.Decrement(ref remaining[run][dependent]) == 0)
                {
                    channel.Writer.TryWrite((run, dependent));
                }
            }
        }

        async Task WorkAsync()
        {
            await foreach (var (run, task) in channel.Reader.ReadAllAsync())
            {
                await Done;
                if (task != Item)
                {
                    Arrive(run, graph.JoinDependents(task));
                    Arrive(run, graph.OrderDependents(task));
                }

                if (Interlocked.Decrement(ref left) == 0)
                {
                    channel.Writer.Complete();
                }
            }
        }
    }
}
