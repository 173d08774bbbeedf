using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Registry;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Tests.Execution;

namespace OrchestrationEngine.Tests.Registry;

public sealed class PlanRegistryTests
{
    private static CancellationToken Ending => TestEngine.Ending;

    [Fact]
    public async Task A_plan_is_found_by_its_version_and_without_one_the_latest()
    {
        var registry = new InMemoryPlanRegistry();
        foreach (var version in new[] { "1.9", "1.10", "1.2" })
        {
            await registry.AddAsync(Plan("p", version), Ending);
        }

        await registry.AddAsync(Plan("a", "1"), Ending);
        Assert.Equal("1.10", (await registry.FindAsync("p", null, Ending))!.Version);
        Assert.Equal("1.2", (await registry.FindAsync("p", "1.2", Ending))!.Version);
        Assert.Null(await registry.FindAsync("p", "1.3", Ending));
        Assert.Null(await registry.FindAsync("q", null, Ending));
        Assert.Equal(["a@1", "p@1.2", "p@1.9", "p@1.10"], (await registry.ListAsync(null, Ending)).Select(plan => plan.ToString()));
        Assert.Equal(3, (await registry.ListAsync("p", Ending)).Count);
    }

    [Fact]
    public void A_version_never_changes_its_content()
    {
        var registry = new InMemoryPlanRegistry();
        registry.Add(Plan("p", "1"));
        registry.Add(Plan("p", "1"));
        var error = Assert.Throws<PlanExistsException>(() => registry.Add(Plan("p", "1", "other")));
        Assert.Equal(new PlanReference("p", "1"), error.Plan);
        Assert.Contains("another version", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_can_not_run_is_not_taken()
        => Assert.Throws<PlanInvalidException>(() => new InMemoryPlanRegistry().Add(new OrchestrationPlan { Id = "p", Phases = [] }));

    [Fact]
    public async Task Runs_are_started_by_the_id_of_a_plan_that_was_added()
    {
        await using var engine = new TestEngine(build: builder => builder.AddPlans([Plan("p", "1"), Plan("p", "2", "other")]));
        engine.Agent.On("work").Succeeds();
        engine.Agent.On("other").Succeeds();
        var latest = await engine.Orchestrator.StartAsync("p", cancellationToken: Ending).Soon();
        var first = await engine.Orchestrator.StartAsync("p", "1", cancellationToken: Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(latest)).Status);
        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(first)).Status);
        Assert.NotNull((await engine.Orchestrator.GetAsync(latest.Id, Ending).Soon())!.FindTask("other"));
        Assert.NotNull((await engine.Orchestrator.GetAsync(first.Id, Ending).Soon())!.FindTask("work"));
    }

    [Fact]
    public async Task A_plan_that_is_not_there_is_told_with_what_is()
    {
        await using var engine = new TestEngine(build: builder => builder.AddPlan(Plan("review", "1")));
        var unknown = await Assert.ThrowsAsync<PlanNotFoundException>(() => engine.Orchestrator.StartAsync("reveiw", cancellationToken: Ending));
        Assert.Equal("There is no plan 'reveiw'. The registry has: 'review'. Add plans with AddPlan to AddOrchestration(). Did you mean 'review'?", unknown.Message);
        var version = await Assert.ThrowsAsync<PlanNotFoundException>(() => engine.Orchestrator.StartAsync("review", "2", cancellationToken: Ending));
        Assert.Equal("There is no plan 'review' of version '2'. Its versions are: '1'.", version.Message);
    }

    [Fact]
    public void All_that_is_wrong_with_added_plans_is_said_at_once()
    {
        var error = Assert.Throws<OrchestrationConfigurationException>(
            () => new TestEngine(build: builder => builder.AddPlans([Plan("p", "1"), Plan("p", "1", "other"), new OrchestrationPlan { Id = "q", Phases = [] }])));
        Assert.Contains("'p'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'q'", error.Message, StringComparison.Ordinal);
    }

    private static OrchestrationPlan Plan(string id, string version, string task = "work") => new PlanBuilder(id).Version(version).Phase("one", phase => phase.Task(task, "x")).Build();
}
