using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Artifacts;

public sealed class ArtifactSweepTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_collects_from_time_to_time_and_goes_on_after_a_failure()
    {
        var collection = new Counted();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var sweep = new ArtifactSweep(collection, TimeSpan.FromHours(1), _time, () => 0.5, NullLogger.Instance).RunAsync(stopping.Token);
        for (var i = 1; i <= 3; i++)
        {
            Assert.True(_time.Pending == 1 && collection.Count == i - 1);
            collection.Done = new TaskCompletionSource();
            _time.Advance(TimeSpan.FromMinutes(59));
            Assert.Equal(i - 1, collection.Count);
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(i, collection.Count);
            if (i == 2)
            {
                collection.Done.SetException(new InvalidOperationException("no luck"));
            }
            else
            {
                collection.Done.SetResult();
            }
        }

        await stopping.CancelAsync();
        await sweep.WaitAsync(Patience, Ct);
    }

    [Fact]
    public async Task A_node_that_has_started_collects_what_no_run_needs()
    {
        await using var provider = new ServiceCollection()
            .AddOrchestration(options => (options.TimeProvider, options.ArtifactGracePeriod, options.Randomizer) = (_time, TimeSpan.FromHours(2), () => 0.5))
            .UseInMemoryStore().AddAgent("x", (_, _, _) => Task.FromResult(AgentResult.Succeeded())).Services.BuildServiceProvider();
        var store = provider.GetRequiredService<IArtifactStore>();
        var orphan = (await store.PutAsync(new RunId("gone"), new MemoryStream([1]), 10, Ct)).Digest;
        var run = await provider.GetRequiredService<IOrchestrator>().StartAsync(new PlanBuilder("p").Phase("one", phase => phase.Task("a", "x")).Build(), cancellationToken: Ct);
        await run.WaitAsync(Ct).WaitAsync(Patience, Ct);

        // Two hours until it is old, and the collection after them takes it.
        for (var hours = 0; await store.FindAsync(orphan, Ct) is not null; hours++)
        {
            Assert.True(hours < 4, "It was not collected.");
            _time.Advance(TimeSpan.FromHours(1));
        }
    }

    [Fact]
    public async Task Collecting_without_a_store_of_contents_is_a_mistake_that_is_explained()
    {
        await using var provider = new ServiceCollection().AddOrchestration().Services.AddSingleton<IStateStore>(new InMemoryStateStore()).BuildServiceProvider();
        var e = Assert.Throws<OrchestrationConfigurationException>(provider.GetRequiredService<IArtifactCollection>);
        Assert.Contains("UseFileArtifacts", e.Message, StringComparison.Ordinal);
    }

    private sealed class Counted : IArtifactCollection
    {
        public int Count { get; private set; }

        public TaskCompletionSource Done { get; set; } = new();

        public async Task<CollectionReport> CollectAsync(CancellationToken cancellationToken)
        {
            Count++;
            await Done.Task;
            return new CollectionReport { Contents = 1 };
        }
    }
}
