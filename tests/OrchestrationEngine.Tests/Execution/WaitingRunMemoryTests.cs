using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Tests.Plans;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>What runs cost that only wait. Alone in the process, because the memory of all of it is measured.</summary>
[Collection<MeasuredAlone>]
public sealed class WaitingRunMemoryTests
{
    [Fact]
    public async Task Ten_thousand_runs_that_wait_for_a_timer_cost_less_than_two_kilobytes_each()
    {
        const int Runs = 10_000;
        await using var engine = new TestEngine();
        engine.Agent.On("a").Fails(FailureClass.Unavailable);
        var plan = TestEngine.Plan(TestEngine.Single(task => task.Retry(maxAttempts: 2, initialDelay: TimeSpan.FromHours(1), maxDelay: TimeSpan.FromHours(1))));
        await WaitingAsync(engine, plan, 100);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await WaitingAsync(engine, plan, Runs);

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Runs;
        Assert.InRange(each, 1, 2047);
        var page = await engine.Orchestrator.ListAsync(new RunQuery { Statuses = [RunStatus.Running], PageSize = 1 }, TestEngine.Ending).Soon();
        var waits = await engine.Orchestrator.ExplainAsync(page.Items[0].Id, TestEngine.Ending).Soon();
        Assert.Equal(engine.Time.GetUtcNow() + TimeSpan.FromHours(1), Assert.Single(waits, wait => wait.Task == "a").Until);
    }

    private static async Task WaitingAsync(TestEngine engine, OrchestrationPlan plan, int runs)
    {
        for (var i = 0; i < runs; i++)
        {
            var run = await engine.Orchestrator.StartAsync(plan, cancellationToken: TestEngine.Ending).Soon();
            await engine.SeenAsync(run.Id, "task.retry_scheduled a +3600s");
        }
    }
}
