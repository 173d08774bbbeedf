using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Scenarios.Memory;

/// <summary>What <see cref="MemoryTests"/> has measured in a process of its own. Each writes lines of a name and a number into the file that it is given.</summary>
public sealed class MemoryProbes
{
    [Fact(Explicit = true)]
    public async Task A_million_tasks()
    {
        var ending = TestContext.Current.CancellationToken;
        var watch = Stopwatch.StartNew();
        var limits = new PlanLimits { MaxBytes = 1L << 30 };
        OrchestrationPlan plan;
        await using (var file = File.OpenRead(Given("PROBE_PLAN")))
        {
            plan = PlanJson.Read(file, new PlanReadOptions { Limits = limits });
        }

        Note("load and verify, ms", watch.ElapsedMilliseconds);
        Note("peak after loading, MiB", Peak());
        watch.Restart();
        var services = new ServiceCollection();
        services.AddOrchestration(options => options.PlanLimits = limits)
            .UseInMemoryStore()
            .AddAgent("x", (_, _, _) => Task.FromResult(AgentResult.Succeeded()));
        await using var provider = services.BuildServiceProvider();
        var run = await provider.GetRequiredService<IOrchestrator>().StartAsync(plan, cancellationToken: ending);
        Note("verify again and start, ms", watch.ElapsedMilliseconds);
        watch.Restart();
        var end = await run.WaitAsync(ending);
        Assert.Equal(RunStatus.Succeeded, end.Status);
        Note("run, ms", watch.ElapsedMilliseconds);
        var summary = await provider.GetRequiredService<IStateStore>().FindAsync(run.Id, ending);
        Note("facts", summary!.Version);
        Note("peak, MiB", Peak());
    }

    [Fact(Explicit = true)]
    public async Task Ten_thousand_runs_that_wait()
    {
        const int Runs = 10_000;
        var ending = TestContext.Current.CancellationToken;
        var time = new ManualTimeProvider();
        var services = new ServiceCollection();
        var due = false;
        services.AddOrchestration(options => options.TimeProvider = time)
            .UseInMemoryStore()
            .AddAgent("x", (_, _, _) => Task.FromResult(due ? AgentResult.Succeeded() : AgentResult.Failed(FailureClass.Unavailable, "Not now.", retryAfter: TimeSpan.FromHours(1))));
        await using var provider = services.BuildServiceProvider();
        var orchestrator = provider.GetRequiredService<IOrchestrator>();
        var plan = new PlanBuilder("waits").Phase("one", phase => phase.Task("a", "x", task => task.Retry(2))).Build();

        // The first ones make all that is made once.
        var ids = new RunId[Runs];
        await StartAsync(100);
        var before = Memory();
        for (var i = 0; i < Runs; i++)
        {
            ids[i] = (await orchestrator.StartAsync(plan, cancellationToken: ending)).Id;
        }

        await WaitingAsync();
        Note("bytes a run", (Memory() - before) / Runs);
        due = true;
        time.Advance(TimeSpan.FromHours(1));
        var ends = Task.WhenAll(ids.Select(id => orchestrator.WaitAsync(id, ending)));

        // The store counts from when a lease is given back: for one on its way there during the leap, the hour begins after it.
        while (!ends.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.All(await ends, end => Assert.Equal(RunStatus.Succeeded, end.Status));

        async Task StartAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                ids[i] = (await orchestrator.StartAsync(plan, cancellationToken: ending)).Id;
            }

            await WaitingAsync();
        }

        // Each has scheduled its retry; then it is asked for once more, which ends after the step that did.
        async Task WaitingAsync()
        {
            foreach (var id in ids.Where(id => id != default))
            {
                await foreach (var recorded in orchestrator.WatchAsync(id, 0, ending))
                {
                    if (recorded.Event is TaskRetryScheduled)
                    {
                        break;
                    }
                }

                await orchestrator.ExplainAsync(id, ending);
            }
        }
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static long Peak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / (1024 * 1024);
    }

    private static void Note(string name, long number)
        => File.AppendAllText(Given("PROBE_NOTES"), string.Create(CultureInfo.InvariantCulture, $"{name}: {number}\n"));

    private static string Given(string name)
        => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set; this test is run by {nameof(MemoryTests)}.");
}
