using System.Runtime.CompilerServices;
using OrchestrationEngine.Plans;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Execution;

public sealed class NodeLifetimeTests
{
    [Fact]
    public async Task A_node_that_has_stopped_is_let_go_though_the_plans_that_it_ran_live_on()
    {
        var plan = TestEngine.Plan(TestEngine.Single());

        var store = await RunAsync(plan);

        // What a stopped node leaves to the thread pool may still hold it for a moment.
        for (var i = 0; i < 50 && store.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        Assert.False(store.IsAlive);
        GC.KeepAlive(plan);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> RunAsync(OrchestrationPlan plan)
    {
        var time = new ManualTimeProvider();
        var store = new InMemoryStateStore(time);
        await using var engine = new TestEngine(store, time: time);
        var run = await engine.Orchestrator.StartAsync(plan, cancellationToken: TestEngine.Ending).Soon();
        await TestEngine.EndOf(run);
        return new WeakReference(store);
    }
}
