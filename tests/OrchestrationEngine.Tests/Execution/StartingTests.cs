using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution;

public sealed class StartingTests
{
    [Fact]
    public async Task Starting_twice_with_one_business_key_gives_one_run()
    {
        await using var engine = new TestEngine();
        var options = new StartRunOptions { BusinessKey = "order 7" };
        var first = await engine.StartAsync(Single(), options);
        await EndOf(first);
        var second = await engine.StartAsync(plan => plan.Input("other").Phase("other"), options);
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(RunStatus.Succeeded, (await EndOf(second)).Status);
        Assert.Single(engine.Agent.Calls);
    }

    [Fact]
    public async Task Fifty_starts_at_once_with_one_business_key_give_one_run()
    {
        await using var engine = new TestEngine();
        var plan = Plan(Single());
        var handles = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => engine.Orchestrator.StartAsync(plan, new StartRunOptions { BusinessKey = "k" }, Ending)))).Soon();
        Assert.Single(handles.Select(handle => handle.Id).Distinct());
        Assert.All(await Task.WhenAll(handles.Select(EndOf)), end => Assert.Equal(RunStatus.Succeeded, end.Status));
        Assert.Single(engine.Agent.Calls);
        Assert.Single((await engine.Orchestrator.ListAsync(new RunQuery(), Ending).Soon()).Items);
    }

    [Fact]
    public async Task A_run_that_was_stored_though_its_start_failed_goes_on_when_it_is_started_again()
    {
        var time = new ManualTimeProvider();
        var store = new FaultyStateStore(new InMemoryStateStore(time)) { FailAfterCreate = true };
        await using var engine = new TestEngine(store, time: time);
        await store.RecoveredAsync(engine);
        var options = new StartRunOptions { BusinessKey = "k" };
        await Assert.ThrowsAsync<StateStoreException>(() => engine.StartAsync(Single(), options));
        store.FailAfterCreate = false;
        Assert.Equal(RunStatus.Succeeded, (await EndOf(await engine.StartAsync(Single(), options))).Status);
    }

    [Fact]
    public async Task A_run_that_was_stored_though_its_start_failed_goes_on_when_somebody_waits_for_it()
    {
        var time = new ManualTimeProvider();
        var store = new FaultyStateStore(new InMemoryStateStore(time)) { FailAfterCreate = true };
        await using var engine = new TestEngine(store, time: time);
        await store.RecoveredAsync(engine);
        var options = new StartRunOptions { Id = new RunId("mine") };
        await Assert.ThrowsAsync<StateStoreException>(() => engine.StartAsync(Single(), options));
        store.FailAfterCreate = false;
        await Assert.ThrowsAsync<RunExistsException>(() => engine.StartAsync(Single(), options));
        Assert.Equal(RunStatus.Succeeded, (await engine.Orchestrator.WaitAsync(new RunId("mine"), Ending).Soon()).Status);
    }

    [Fact]
    public async Task An_id_that_is_taken_is_refused()
    {
        await using var engine = new TestEngine();
        var options = new StartRunOptions { Id = new RunId("mine") };
        await EndOf(await engine.StartAsync(Single(), options));
        Assert.Equal("mine", (await Assert.ThrowsAsync<RunExistsException>(() => engine.StartAsync(Single(), options))).Run.Value);
    }

    [Fact]
    public async Task A_plan_that_names_agents_that_are_not_there_is_refused_with_all_of_them()
    {
        await using var engine = new TestEngine();
        var plan = Plan(each => each.Phase("one", phase => phase.Task("a", "y").Task("b", "x").Task("c", "z")));
        var invalid = await Assert.ThrowsAsync<PlanInvalidException>(() => engine.Orchestrator.StartAsync(plan, null, Ending).Soon());
        Assert.Equal(2, invalid.Problems.Count);
        Assert.Contains("'y'", invalid.Message, StringComparison.Ordinal);
        Assert.Contains("'z'", invalid.Message, StringComparison.Ordinal);
        Assert.Empty((await engine.Orchestrator.ListAsync(new RunQuery(), Ending).Soon()).Items);
    }

    [Fact]
    public async Task A_plan_that_uses_a_registered_agent_that_is_not_there_under_a_name_of_its_own_is_refused()
    {
        await using var engine = new TestEngine();
        var plan = Plan(each => each.Agent("writer", uses: "gone").Phase("one", phase => phase.Task("a", "writer")));
        await Assert.ThrowsAsync<PlanInvalidException>(() => engine.Orchestrator.StartAsync(plan, null, Ending).Soon());
    }

    [Fact]
    public async Task Agents_may_have_names_of_the_plans_own()
    {
        await using var engine = new TestEngine();
        var run = await engine.StartAsync(plan => plan.Agent("writer", uses: "x").Phase("one", phase => phase.Task("a", "writer")));
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        Assert.Equal("x", engine.Agent.Calls.Single().Agent);
    }

    [Fact]
    public async Task Inputs_that_are_missing_or_unknown_are_refused_all_at_once()
    {
        await using var engine = new TestEngine();
        var plan = Plan(each => each.Input("env", required: true).Input("size", required: true).Phase("one"));
        var options = new StartRunOptions { Inputs = new Dictionary<string, JsonData> { ["sise"] = default } };
        var invalid = await Assert.ThrowsAsync<PlanInvalidException>(() => engine.Orchestrator.StartAsync(plan, options, Ending).Soon());
        Assert.Equal(3, invalid.Problems.Count);
    }

    [Fact]
    public async Task A_start_that_was_canceled_before_leaves_nothing()
    {
        await using var engine = new TestEngine();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.Orchestrator.StartAsync(Plan(Single()), null, new CancellationToken(true)).Soon());
        Assert.Empty((await engine.Orchestrator.ListAsync(new RunQuery(), Ending).Soon()).Items);
    }

    [Fact]
    public async Task The_engine_makes_ids_that_are_all_different()
    {
        await using var engine = new TestEngine();
        var plan = Plan(each => each.Phase("one"));
        var runs = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => engine.Orchestrator.StartAsync(plan, null, Ending))).Soon();
        Assert.Equal(100, runs.Select(run => run.Id).Distinct().Count());
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused_all_at_once()
    {
        var services = new ServiceCollection();
        services.AddOrchestration(options =>
        {
            options.MaxConcurrentAttempts = 0;
            options.StopGracePeriod = TimeSpan.FromSeconds(-1);
            options.ShutdownGracePeriod = Timeout.InfiniteTimeSpan;
            options.UnloadWaitingRunsAfter = TimeSpan.FromSeconds(-1);
            options.MaxOutputBytes = 1;
            options.NodeName = "";
            options.LeaseDuration = TimeSpan.FromSeconds(0.5);
            options.PollInterval = TimeSpan.Zero;
            options.MaxRuns = 0;
            options.WorkScheduler = null!;
            options.PlanLimits = null!;
            options.Randomizer = null!;
            options.RunIdGenerator = null!;
        }).UseInMemoryStore();
        using var provider = services.BuildServiceProvider();
        var wrong = Assert.Throws<OrchestrationConfigurationException>(() => provider.GetRequiredService<IOrchestrator>());
        Assert.Equal(13, wrong.Problems.Count);
        Assert.Equal("MaxConcurrentAttempts is 0; expected at least 1.", wrong.Problems[0]);
    }

    [Fact]
    public void Without_a_store_the_error_says_how_to_add_one()
    {
        var services = new ServiceCollection();
        services.AddOrchestration();
        using var provider = services.BuildServiceProvider();
        var wrong = Assert.Throws<OrchestrationConfigurationException>(() => provider.GetRequiredService<IOrchestrator>());
        Assert.Contains("No store is registered.", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("UseInMemoryStore()", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_agents_of_one_name_are_refused()
    {
        var services = new ServiceCollection();
        services.AddOrchestration().UseInMemoryStore().AddAgent("x", new ScriptedAgent()).AddAgent("x", new ScriptedAgent());
        using var provider = services.BuildServiceProvider();
        Assert.Contains("'x' is registered twice", Assert.Throws<OrchestrationConfigurationException>(() => provider.GetRequiredService<IOrchestrator>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_that_change_later_change_nothing()
    {
        OrchestrationOptions? kept = null;
        await using var engine = new TestEngine(configure: options => kept = options);
        kept!.MaxConcurrentAttempts = -5;
        kept.RunIdGenerator = null!;
        Assert.Equal(RunStatus.Succeeded, (await EndOf(await engine.StartAsync(Single()))).Status);
    }
}
