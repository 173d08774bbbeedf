using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Runs;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>A whole engine on a clock that the test moves; the agent "x" is scripted. Two of them on one store are two lives of a process.</summary>
internal sealed class TestEngine : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public TestEngine(
        IStateStore? store = null,
        ScriptedAgent? agent = null,
        ManualTimeProvider? time = null,
        Action<OrchestrationOptions>? configure = null,
        Action<IOrchestrationBuilder>? build = null)
    {
        Agent = agent ?? new ScriptedAgent();
        Time = time ?? new ManualTimeProvider();
        Store = store ?? new InMemoryStateStore(Time);
        var services = new ServiceCollection();
        services.AddSingleton(Store);
        var builder = services.AddOrchestration(options =>
        {
            options.TimeProvider = Time;
            options.Randomizer = () => 0.5;

            // A second engine on the store is the next life of the first, and takes over at once; tests that jump the clock put nobody out.
            options.NodeName = "test";
            options.LeaseDuration = TimeSpan.FromDays(30);

            // Virtual time does not pass while a test ends.
            options.ShutdownGracePeriod = TimeSpan.Zero;
            configure?.Invoke(options);
        });
        builder.AddAgent("x", Agent);
        build?.Invoke(builder);
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
        Orchestrator = _services.GetRequiredService<IOrchestrator>();
    }

    /// <summary>A store, an agent and the clock of both.</summary>
    public static (InMemoryStateStore Store, ScriptedAgent Agent, ManualTimeProvider Time) Parts()
    {
        var time = new ManualTimeProvider();
        return (new InMemoryStateStore(time), new ScriptedAgent(), time);
    }

    public static CancellationToken Ending => TestContext.Current.CancellationToken;

    public IStateStore Store { get; }

    public ScriptedAgent Agent { get; }

    public ManualTimeProvider Time { get; }

    public IOrchestrator Orchestrator { get; }

    public IServiceProvider Services => _services;

    public async Task<RunHandle> StartAsync(Action<PlanBuilder> write, StartRunOptions? options = null)
        => await Orchestrator.StartAsync(Plan(write), options, Ending).Soon();

    public static OrchestrationPlan Plan(Action<PlanBuilder> write)
    {
        var builder = new PlanBuilder("plan");
        write(builder);
        return builder.Build();
    }

    /// <summary>One phase of independent tasks.</summary>
    public static Action<PlanBuilder> Together(params string[] tasks) => plan => plan.Phase("one", phase =>
    {
        phase.Parallel();
        foreach (var task in tasks)
        {
            phase.Task(task, "x");
        }
    });

    /// <summary>One task.</summary>
    public static Action<PlanBuilder> Single(Action<TaskBuilder>? configure = null) => plan => plan.Phase("one", phase => phase.Task("a", "x", configure));

    public static async Task<RunResult> EndOf(RunHandle run) => await run.WaitAsync(Ending).Soon();

    public async Task<IReadOnlyList<string>> JournalOf(RunId run) => [.. (await FactsOf(run)).Select(FactText.Of)];

    public async Task<List<RecordedEvent>> FactsOf(RunId run) => await Store.ReadAsync(run, 0, Ending).ToListAsync(Ending).AsTask().Soon();

    /// <summary>Waits until the journal of a run has a fact, in the words of <see cref="FactText.Of"/>.</summary>
    public async Task SeenAsync(RunId run, string fact, int times = 1)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Ending);
        enough.CancelAfter(TimeSpan.FromSeconds(20));
        var seen = new List<string>();
        await foreach (var recorded in Orchestrator.WatchAsync(run, 0, enough.Token))
        {
            seen.Add(FactText.Of(recorded));
            if (seen[^1] == fact && --times == 0)
            {
                return;
            }
        }

        Assert.Fail($"The run ended without '{fact}':\n{string.Join('\n', seen)}");
    }

    /// <summary>Waits until the run is at rest, then moves the clock.</summary>
    public async Task PassAsync(RunId run, TimeSpan time)
    {
        // The answer comes after the step before it has set the timers.
        await Orchestrator.GetAsync(run, Ending).Soon();
        Time.Advance(time);
    }

    public async Task<RunTask> TaskAsync(RunId run, string task) => (await Orchestrator.GetAsync(run, Ending).Soon())!.FindTask(task)!;

    public async ValueTask DisposeAsync() => await _services.DisposeAsync().AsTask().Soon();

    public void DisposeAtOnce() => _services.Dispose();
}

internal static class Bounded
{
    /// <summary>Fails instead of hanging.</summary>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

    /// <summary>Fails instead of hanging.</summary>
    public static Task Soon(this Task task) => task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

    /// <summary>Waits for what other threads are about to bring about.</summary>
    public static async Task Eventually(Func<bool> condition)
    {
        for (var since = Environment.TickCount64; !condition(); await Task.Yield())
        {
            Assert.True(Environment.TickCount64 - since < 20_000, "It does not come to be.");
        }
    }

    /// <summary>Moves the clock on until a task has ended. Whoever waits may not have come to set its timer yet, so once is not enough.</summary>
    public static async Task AdvanceUntilAsync(this ManualTimeProvider time, Task task)
    {
        var since = Environment.TickCount64;
        while (!task.IsCompleted)
        {
            Assert.True(Environment.TickCount64 - since < 20_000, "It does not end.");
            time.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        await task;
    }
}
