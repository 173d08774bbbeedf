using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>Agents that do what they must not. Each fails clearly, leaves a journal that can be read, and the engine goes on.</summary>
public sealed class BadAgentTests
{
    [Fact]
    public async Task An_agent_that_throws_has_crashed_and_is_not_tried_again()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Throws(new InvalidOperationException("I am broken."));
        await FailsAsync(engine, FailureClass.Crashed, "Agent 'x' threw InvalidOperationException: I am broken.", attempts: 1);
    }

    [Fact]
    public async Task An_agent_that_throws_before_its_first_await_has_crashed_too()
    {
        await using var engine = new TestEngine(build: builder => builder.AddAgent("sync", (_, _, _) => throw new NotSupportedException("Not me.")));
        await FailsAsync(engine, FailureClass.Crashed, "Agent 'sync' threw NotSupportedException: Not me.", attempts: 1, agent: "sync");
    }

    [Fact]
    public async Task An_agent_that_is_canceled_by_itself_has_crashed()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Throws(new TaskCanceledException("My own timeout."));
        await FailsAsync(engine, FailureClass.Crashed, "Agent 'x' threw TaskCanceledException: My own timeout.", attempts: 1);
    }

    [Fact]
    public async Task An_exception_that_throws_when_it_is_read_is_a_crash_like_any_other()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Throws(new UnreadableException());
        await FailsAsync(engine, FailureClass.Crashed, "Agent 'x' threw UnreadableException: ", attempts: 1);
    }

    [Fact]
    public async Task A_message_that_is_too_long_is_cut()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Throws(new InvalidOperationException(new string('m', 10_000_000)));
        await FailsAsync(engine, FailureClass.Crashed, "Agent 'x' threw InvalidOperationException: mmm", attempts: 1);
    }

    [Fact]
    public async Task An_agent_that_returns_nothing_says_nothing_usable()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").ReturnsNull();
        await FailsAsync(engine, FailureClass.InvalidOutput, "Agent 'x' returned null instead of an AgentResult.", attempts: 1);
    }

    [Fact]
    public async Task An_agent_that_returns_no_task_says_nothing_usable()
    {
        await using var engine = new TestEngine(build: builder => builder.AddAgent("null", (_, _, _) => null!));
        await FailsAsync(engine, FailureClass.InvalidOutput, "Agent 'null' returned null instead of a task.", attempts: 1, agent: "null");
    }

    [Fact]
    public async Task An_output_that_is_too_large_is_refused_and_may_be_tried_again()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Succeeds(JsonData.String(new string('x', 50_000_000)));
        await FailsAsync(engine, FailureClass.InvalidOutput, "The output has 50,000,002 bytes; at most 4,194,304 are kept in the journal.", attempts: 2);
    }

    [Fact]
    public async Task An_output_without_a_declared_member_is_refused_and_may_be_tried_again()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Succeeds(JsonData.Parse("""{"one":1,"nested":{"two":2}}""")).Succeeds("text").Succeeds(JsonData.Parse("""{"two":null,"one":[]}"""));
        var run = await engine.StartAsync(Single(task => task.Output("one", "two").Retry(3, TimeSpan.Zero)));
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        Assert.Equal(
            [
                "The output lacks two; task 'a' declares the outputs one, two.",
                "The output is no JSON object; task 'a' declares the outputs one, two.",
            ],
            (await engine.FactsOf(run.Id)).Select(fact => fact.Event).OfType<AttemptFailed>().Select(fact => fact.Failure.Message));
    }

    [Fact]
    public async Task An_agent_that_never_returns_holds_up_no_other_run()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Hangs(ignoreCancellation: true);
        var hanging = await engine.StartAsync(Single());
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(await engine.StartAsync(Together("b", "c")))).Status);
        Assert.Equal(RunStatus.Running, (await engine.Orchestrator.GetAsync(hanging.Id, Ending).Soon())!.Status);
    }

    [Fact]
    public async Task An_agent_that_holds_its_thread_holds_up_neither_its_run_nor_others()
    {
        await using var engine = new TestEngine(configure: options => options.StopGracePeriod = TimeSpan.FromSeconds(1));
        using var release = new ManualResetEventSlim();
        engine.Agent.On("a").Does((_, _, _) =>
        {
            release.Wait(TimeSpan.FromSeconds(30), CancellationToken.None);
            return Task.FromResult(AgentResult.Succeeded());
        });
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Parallel().Task("a", "x", task => task.Timeout(TimeSpan.FromSeconds(10))).Task("b", "x")));
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        await engine.SeenAsync(run.Id, "attempt.succeeded b#1");
        await engine.PassAsync(run.Id, TimeSpan.FromSeconds(10));
        await engine.SeenAsync(run.Id, "attempt.stopping a#1");
        await engine.PassAsync(run.Id, TimeSpan.FromSeconds(1));
        Assert.Equal(RunStatus.Failed, (await EndOf(run)).Status);
        release.Set();
    }

    [Fact]
    public async Task An_agent_that_throws_when_it_is_told_to_stop_is_stopped_all_the_same()
    {
        await using var engine = new TestEngine(configure: options => options.StopGracePeriod = TimeSpan.FromSeconds(1));
        engine.Agent.On("a").Does(async (_, _, cancellationToken) =>
        {
            cancellationToken.Register(() => throw new InvalidOperationException("From the callback."));
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return AgentResult.Succeeded();
        });
        var run = await engine.StartAsync(Single());
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        await engine.Orchestrator.CancelAsync(run.Id, "No more.", Ending).Soon();
        Assert.Equal(RunStatus.Canceled, (await EndOf(run)).Status);
        Assert.Equal(RunStatus.Succeeded, (await EndOf(await engine.StartAsync(Together("b")))).Status);
    }

    [Fact]
    public async Task A_callback_that_never_returns_holds_up_nothing()
    {
        await using var engine = new TestEngine(configure: options => options.StopGracePeriod = TimeSpan.FromSeconds(1));
        using var release = new ManualResetEventSlim();
        engine.Agent.On("a").Does(async (_, _, cancellationToken) =>
        {
            cancellationToken.Register(() => release.Wait(TimeSpan.FromSeconds(30)));
            await new TaskCompletionSource().Task;
            return AgentResult.Succeeded();
        });
        var run = await engine.StartAsync(Single());
        await engine.Agent.WaitForCallAsync("a", 1, Ending).Soon();
        await engine.Orchestrator.CancelAsync(run.Id, "No more.", Ending).Soon();
        await engine.PassAsync(run.Id, TimeSpan.FromSeconds(1));
        Assert.Equal(RunStatus.Canceled, (await EndOf(run)).Status);
        release.Set();
    }

    [Fact]
    public async Task A_service_that_throws_when_it_is_disposed_of_changes_nothing_about_the_outcome()
    {
        await using var engine = new TestEngine(build: builder =>
        {
            builder.Services.AddScoped<ThrowingService>();
            builder.AddAgent("scoped", (_, context, _) =>
            {
                context.Services.GetRequiredService<ThrowingService>();
                return Task.FromResult(AgentResult.Succeeded("done"));
            });
        });
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "scoped").Task("b", "scoped")));
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
    }

    [Fact]
    public async Task An_agent_class_has_a_scope_for_each_attempt_and_is_disposed_of_with_it()
    {
        var log = new AgentLog();
        await using var engine = new TestEngine(build: builder =>
        {
            builder.Services.AddSingleton(log);
            builder.Services.AddScoped<ScopedService>();
            builder.AddAgent<ScopedAgent>("class");
        });
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "class", task => task.Retry(2, TimeSpan.Zero)).Task("b", "class")));
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        Assert.Equal((3, 3, 3), (log.Made.Count, log.Made.Distinct().Count(), log.Disposed.Count));
        Assert.Equal(log.Made, log.Disposed);
    }

    [Fact]
    public async Task An_agent_class_that_can_not_be_made_has_crashed_and_says_what_is_missing()
    {
        await using var engine = new TestEngine(build: builder => builder.AddAgent<ScopedAgent>("class"));
        await FailsAsync(engine, FailureClass.Crashed, "Agent 'class' threw InvalidOperationException: Unable to resolve service for type", attempts: 1, agent: "class");
    }

    private static async Task FailsAsync(TestEngine engine, FailureClass kind, string message, int attempts, string agent = "x")
    {
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", agent, task => task.Retry(2, TimeSpan.Zero))));
        Assert.Equal(RunStatus.Failed, (await EndOf(run)).Status);
        var task = await engine.TaskAsync(run.Id, "a");
        Assert.Equal((RunTaskStatus.Failed, kind, attempts), (task.Status, task.Failure!.Class, task.Attempts));
        Assert.StartsWith(message, task.Failure.Message, StringComparison.Ordinal);
        Assert.True(task.Failure.Message.Length <= Failure.MaxMessageLength);

        // The engine goes on.
        Assert.Equal(RunStatus.Succeeded, (await EndOf(await engine.StartAsync(Together("fine")))).Status);
    }

    private sealed class UnreadableException : Exception
    {
        public override string Message => throw new InvalidOperationException("No message.");
    }

    private sealed class ThrowingService : IDisposable
    {
        public void Dispose() => throw new InvalidOperationException("Not disposable.");
    }

    private sealed class AgentLog
    {
        public List<ScopedService> Made { get; } = [];

        public List<ScopedService> Disposed { get; } = [];
    }

    private sealed class ScopedService;

    private sealed class ScopedAgent(ScopedService service, AgentLog log) : IAgentAdapter, IAsyncDisposable
    {
        public Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
        {
            Assert.Same(service, context.Services.GetRequiredService<ScopedService>());
            lock (log)
            {
                log.Made.Add(service);
            }

            return Task.FromResult(request is { Task: "a", Attempt: 1 } ? AgentResult.Failed(FailureClass.Unavailable, "Once more.") : AgentResult.Succeeded());
        }

        public ValueTask DisposeAsync()
        {
            lock (log)
            {
                log.Disposed.Add(service);
            }

            return ValueTask.CompletedTask;
        }
    }
}
