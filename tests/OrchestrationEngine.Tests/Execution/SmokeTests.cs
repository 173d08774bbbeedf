using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Execution;

public sealed class SmokeTests
{
    [Fact]
    public async Task A_plan_runs()
    {
        var services = new ServiceCollection();
        services.AddOrchestration().UseInMemoryStore().AddAgent("echo", (request, context, ct) => Task.FromResult(AgentResult.Succeeded(request.Task)));
        await using var provider = services.BuildServiceProvider();
        var orchestrator = provider.GetRequiredService<IOrchestrator>();
        var plan = new PlanBuilder("p").Phase("one", p => p.Parallel().Task("a", "echo").Task("b", "echo", t => t.After("a"))).Phase("two", p => p.Task("c", "echo")).Build();
        var run = await orchestrator.StartAsync(plan, cancellationToken: TestContext.Current.CancellationToken);
        var result = await run.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(RunStatus.Succeeded, result.Status);
        var types = new List<string>();
        await foreach (var e in orchestrator.WatchAsync(run.Id, 0, TestContext.Current.CancellationToken))
        {
            types.Add(e.Event.Type);
        }

        Assert.Equal(
            ["run.created", "run.started", "phase.started", "attempt.started", "attempt.succeeded", "attempt.started", "attempt.succeeded", "phase.completed", "phase.started", "attempt.started", "attempt.succeeded", "phase.completed", "run.completed"],
            types);
    }
}
