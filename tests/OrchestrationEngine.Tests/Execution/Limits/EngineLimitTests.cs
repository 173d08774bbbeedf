using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using static OrchestrationEngine.Tests.Execution.Bounded;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution.Limits;

public sealed class EngineLimitTests
{
    [Fact]
    public async Task Whatever_is_done_with_runs_no_limit_is_broken_and_none_is_left_behind()
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var random = new Random(seed);
            var plans = Enumerable.Range(0, 3).Select(number => RandomPlan(random, number)).ToList();
            var agent = new CountingAgent(request => Takes(plans, request));
            var (a, gpu, disk, p0, all) = (random.Next(1, 4), 4, random.Next(3, 9), random.Next(1, 5), random.Next(1, 10));
            await using var engine = new TestEngine(
                configure: options =>
                {
                    options.MaxConcurrentAttempts = all;
                    options.MaxConcurrentPerPlan["p0"] = p0;
                    options.Resources["gpu"] = gpu;
                    options.Resources["disk"] = disk;
                },
                build: builder => builder.AddAgent("a", agent, options => options.MaxConcurrent = a).AddAgent("b", agent));
            var runs = new List<RunHandle>();
            for (var i = 0; i < 12; i++)
            {
                runs.Add(await engine.Orchestrator.StartAsync(plans[random.Next(3)], new StartRunOptions { Priority = random.Next(-2, 3) }, Ending).Soon());
            }

            await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => (Run: runs[random.Next(runs.Count)], Act: random.Next(10))).Select(async each =>
            {
                await Task.Yield();
                await IgnoringRefusalAsync(each.Act switch
                {
                    0 => engine.Orchestrator.CancelAsync(each.Run.Id, "No more.", Ending),
                    < 6 => engine.Orchestrator.PauseAsync(each.Run.Id, "Held.", Ending),
                    _ => engine.Orchestrator.ResumeAsync(each.Run.Id, "Goes on.", Ending),
                });
            })).Soon();
            foreach (var run in runs)
            {
                await IgnoringRefusalAsync(engine.Orchestrator.ResumeAsync(run.Id, "Goes on.", Ending).Soon());
            }

            try
            {
                await Task.WhenAll(runs.Select(EndOf));
            }
            catch (TimeoutException)
            {
                var open = await engine.Orchestrator.ListAsync(new RunQuery { Statuses = [RunStatus.Running, RunStatus.Paused] }, Ending).Soon();
                Assert.Fail($"Seed {seed}: {string.Join(", ", open.Items)}\n{string.Join('\n', engine.Orchestrator.DescribeNode().Limits)}");
            }

            Assert.InRange(agent.Most("all"), 1, all);
            Assert.InRange(agent.Most("plan p0"), 0, p0);
            Assert.InRange(agent.Most("agent a"), 0, a);
            Assert.InRange(agent.Most("gpu"), 0, gpu);
            Assert.InRange(agent.Most("disk"), 0, disk);

            // A run's end may be known before the attempt that brought it has given its room back.
            await Eventually(() => engine.Orchestrator.DescribeNode().Limits.All(limit => (limit.Used, limit.Waiting) == (0, 0)));
        }
    }

    [Fact]
    public async Task Each_limit_says_what_it_is_how_much_is_taken_and_who_stands_before()
    {
        await using var engine = new TestEngine(
            configure: options =>
            {
                options.MaxConcurrentPerPlan["narrow"] = 1;
                options.Resources["gpu"] = 4;
            },
            build: builder => builder.AddAgent("slow", new CountingAgent(_ => [], Hangs), options => options.MaxConcurrent = 1));
        engine.Agent.On("busy").Hangs();
        engine.Agent.On("more").Hangs();
        var narrow = Plan("narrow", new TaskDefinition { Id = "busy", Agent = "x", Resources = [new ResourceUse("gpu", 3)] });
        await engine.Orchestrator.StartAsync(narrow, null, Ending).Soon();
        await engine.Agent.WaitForCallAsync("busy", 1, Ending).Soon();
        await StartedAsync(engine, Plan("first", new TaskDefinition { Id = "a", Agent = "slow" }));
        var byPlan = await StartedAsync(engine, narrow);
        var byAgent = await StartedAsync(engine, Plan("second", new TaskDefinition { Id = "b", Agent = "slow" }));
        var byAgentToo = await StartedAsync(engine, Plan("third", new TaskDefinition { Id = "c", Agent = "slow" }));
        var byResource = await StartedAsync(engine, Plan("fourth", new TaskDefinition { Id = "d", Agent = "x", Resources = [new ResourceUse("gpu", 2)] }));
        Assert.Equal(
            "The task is ready; the engine has as many attempts of plan 'narrow' under way as it may (1 of 1); it needs 3 of resource 'gpu', of which 3 of 4 are taken. Its run is the next.",
            await WhyAsync(engine, byPlan));
        Assert.Equal("The task is ready; agent 'slow' has as many attempts under way as it may (1 of 1). Its run is the next.", await WhyAsync(engine, byAgent));
        Assert.Equal("The task is ready; agent 'slow' has as many attempts under way as it may (1 of 1). One run stands before its own.", await WhyAsync(engine, byAgentToo));
        Assert.Equal("The task is ready; it needs 2 of resource 'gpu', of which 3 of 4 are taken. Its run is the next.", await WhyAsync(engine, byResource));
        Assert.Equal(
            [
                new NodeLimit(NodeLimitKind.Attempts, null, 2, 256, 0),
                new NodeLimit(NodeLimitKind.Plan, "narrow", 1, 1, 1),
                new NodeLimit(NodeLimitKind.Agent, "slow", 1, 1, 2),
                new NodeLimit(NodeLimitKind.Resource, "gpu", 3, 4, 2),
            ],
            engine.Orchestrator.DescribeNode().Limits);
    }

    [Fact]
    public async Task A_held_or_stopping_run_gives_that_as_the_reason_and_not_a_limit()
    {
        await using var engine = new TestEngine(build: builder => builder.AddAgent("slow", new CountingAgent(_ => [], Hangs), options => options.MaxConcurrent = 1));
        await StartedAsync(engine, Plan("first", new TaskDefinition { Id = "a", Agent = "slow" }));
        var run = await StartedAsync(engine, Plan("second", new TaskDefinition { Id = "b", Agent = "slow" }));
        await engine.Orchestrator.PauseAsync(run, "Held.", Ending).Soon();
        Assert.Equal("The task is ready; it starts when the run is resumed.", await WhyAsync(engine, run));
        Assert.Equal(0, engine.Orchestrator.DescribeNode().Limits[1].Waiting);
        await engine.Orchestrator.ResumeAsync(run, "Goes on.", Ending).Soon();
        Assert.Equal("The task is ready; agent 'slow' has as many attempts under way as it may (1 of 1). Its run is the next.", await WhyAsync(engine, run));
    }

    [Fact]
    public async Task A_task_that_waits_for_its_agent_holds_back_nobody_else_of_its_phase()
    {
        var hold = new TaskCompletionSource();
        await using var engine = new TestEngine(build: builder => builder.AddAgent("slow", new CountingAgent(_ => [], (_, _) => hold.Task), options => options.MaxConcurrent = 1));
        await StartedAsync(engine, Plan("first", new TaskDefinition { Id = "a", Agent = "slow" }));
        var plan = Plan("second", new TaskDefinition { Id = "waits", Agent = "slow", Priority = 1 }, new TaskDefinition { Id = "goes on", Agent = "x" }, new TaskDefinition { Id = "then", Agent = "x" });
        var run = await engine.Orchestrator.StartAsync(plan with { Phases = [plan.Phases[0] with { MaxParallelTasks = 1 }] }, null, Ending).Soon();
        await engine.SeenAsync(run.Id, "attempt.succeeded then#1");
        hold.SetResult();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
    }

    [Fact]
    public async Task A_plan_that_takes_what_the_engine_has_not_is_refused_with_the_place_and_the_nearest_name()
    {
        await using var engine = new TestEngine(configure: options => options.Resources["gpu"] = 4);
        var plan = Plan(
            "p",
            new TaskDefinition { Id = "a", Agent = "x", Resources = [new ResourceUse("gpu", 4)] },
            new TaskDefinition { Id = "b", Agent = "x", Resources = [new ResourceUse("gpus")] },
            new TaskDefinition { Id = "c", Agent = "x", Resources = [new ResourceUse("gpu", 5)] });
        var refused = await Assert.ThrowsAsync<PlanInvalidException>(() => engine.Orchestrator.StartAsync(plan, null, Ending));
        Assert.Equal(
            [
                ("/phases/0/tasks/1/resources/gpus", "Task 'b' takes of resource 'gpus', which the engine has not (OrchestrationOptions.Resources). It has: 'gpu'.", "gpu"),
                ("/phases/0/tasks/2/resources/gpu", "Task 'c' takes 5 of resource 'gpu', of which the engine has 4. Take less, or give the engine more (OrchestrationOptions.Resources).", null),
            ],
            refused.Problems.Select(problem => (problem.Pointer, problem.Message, problem.Nearest)));
    }

    [Fact]
    public async Task A_run_whose_resources_are_not_here_waits_with_the_reason_and_goes_on_where_they_are()
    {
        var (store, agent, time) = Parts();
        RunId run;
        await using (var first = new TestEngine(store, agent, time, options => options.Resources["gpu"] = 4))
        {
            agent.On("a").Hangs().Succeeds();
            run = await StartedAsync(first, Plan("p", new TaskDefinition { Id = "a", Agent = "x", Resources = [new ResourceUse("gpu", 2)] }));
            await agent.WaitForCallAsync("a", 1, Ending).Soon();
        }

        await using (var without = new TestEngine(store, agent, time, options => options.Resources["gpu"] = 1))
        {
            Assert.Contains(
                await without.Orchestrator.ExplainAsync(run, Ending).Soon(),
                wait => wait.Reason == "The run waits for a process that has its resources: it takes 2 of 'gpu', of which 1 are here.");
            Assert.Single(agent.Calls);
        }

        await using var second = new TestEngine(store, agent, time, options => options.Resources["gpu"] = 2);
        var end = second.Orchestrator.WaitAsync(run, Ending);
        await time.AdvanceUntilAsync(end);
        Assert.Equal(RunStatus.Succeeded, (await end).Status);
    }

    [Fact]
    public void Limits_that_make_no_sense_are_refused_with_all_else_that_is_wrong()
    {
        var services = new ServiceCollection();
        services.AddOrchestration(options =>
        {
            options.MaxConcurrentAttempts = 0;
            options.MaxConcurrentPerPlan["p"] = 0;
            options.MaxConcurrentPerPlan[" "] = 1;
            options.Resources["gpu"] = -1;
        }).UseInMemoryStore()
            .AddAgent("x", new CountingAgent(_ => []), options => options.MaxConcurrent = 0)
            .AddAgent("y", new CountingAgent(_ => []))
            .AddAgent("y", new CountingAgent(_ => []));
        using var provider = services.BuildServiceProvider();
        Assert.Equal(
            [
                "MaxConcurrentAttempts is 0; expected at least 1.",
                "A key of MaxConcurrentPerPlan is ' '; expected a name.",
                "MaxConcurrentPerPlan['p'] is 0; expected at least 1.",
                "Resources['gpu'] is -1; expected at least 1.",
                "Agent 'y' is registered twice; give each agent a name of its own.",
                "Agent 'x': MaxConcurrent is 0; expected at least 1, or null for no limit.",
            ],
            Assert.Throws<OrchestrationConfigurationException>(() => provider.GetRequiredService<IOrchestrator>()).Problems);
    }

    [Fact]
    public async Task A_priority_that_is_none_is_refused()
    {
        await using var engine = new TestEngine();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => engine.Orchestrator.StartAsync(TestEngine.Plan(Together("a")), new StartRunOptions { Priority = 1001 }, Ending));
    }

    private static async Task<RunId> StartedAsync(TestEngine engine, OrchestrationPlan plan)
    {
        var run = await engine.Orchestrator.StartAsync(plan, null, Ending).Soon();
        await engine.Orchestrator.GetAsync(run.Id, Ending).Soon();
        return run.Id;
    }

    private static async Task<string> WhyAsync(TestEngine engine, RunId run)
        => (await engine.Orchestrator.ExplainAsync(run, Ending).Soon()).Single(wait => wait.Task is not null).Reason;

    private static async Task IgnoringRefusalAsync(Task act)
    {
        try
        {
            await act;
        }
        catch (RunRefusedException)
        {
            // It has ended already.
        }
    }

    private static Task Hangs(AgentRequest request, CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);

    private static OrchestrationPlan Plan(string id, params TaskDefinition[] tasks)
        => new() { Id = id, Phases = [new PhaseDefinition { Id = "one", Mode = PhaseMode.Parallel, Tasks = tasks }] };

    private static IEnumerable<ResourceUse> Takes(List<OrchestrationPlan> plans, AgentRequest request)
    {
        var task = plans.Single(plan => plan.Id == request.Plan).Phases.SelectMany(phase => phase.Tasks).Single(task => task.Id == request.Task);
        return [new ResourceUse("all"), new ResourceUse($"plan {request.Plan}"), new ResourceUse($"agent {request.Agent}"), .. task.Resources];
    }

    private static OrchestrationPlan RandomPlan(Random random, int number) => new()
    {
        Id = $"p{number}",
        MaxParallelTasks = random.Next(3) == 0 ? random.Next(1, 4) : null,
        Phases = [.. Enumerable.Range(0, 2).Select(phase => new PhaseDefinition
        {
            Id = $"p{phase}",
            Mode = PhaseMode.Parallel,
            MaxParallelTasks = random.Next(2) == 0 ? random.Next(1, 4) : null,
            DependsOn = [],
            Tasks = [.. Enumerable.Range(0, random.Next(1, 12)).Select(task => new TaskDefinition
            {
                Id = $"p{phase}t{task}",
                Agent = random.Next(2) == 0 ? "a" : "b",
                Priority = random.Next(3),
                DependsOn = task > 0 && random.Next(3) == 0 ? [$"p{phase}t{random.Next(task)}"] : [],
                Resources = [.. new[] { new ResourceUse("gpu", random.Next(1, 5)), new ResourceUse("disk", random.Next(1, 4)) }.Where(_ => random.Next(3) == 0)],
            })],
        })],
    };
}
