using System.Text;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Artifacts;

/// <summary>Runs, contents and a collector on a clock that the test moves. Journals are written straight into the store.</summary>
internal sealed class CollectionWorld
{
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    public CollectionWorld()
    {
        Runs = new InMemoryStateStore(Time);
        Contents = new InMemoryArtifactStore(Time);
    }

    public ManualTimeProvider Time { get; } = new();

    public InMemoryStateStore Runs { get; }

    public InMemoryArtifactStore Contents { get; }

    public InMemoryMemoStore Memos { get; } = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ArtifactCollector Collector(IStateStore? runs = null) => new(Contents, runs ?? Runs, Memos, Time, Grace, TimeSpan.FromDays(30));

    public Task<CollectionReport> CollectAsync() => Collector().CollectAsync(Ct);

    /// <summary>Collects when everything is older than the grace period.</summary>
    public async Task CollectAllAsync()
    {
        Time.Advance(Grace + TimeSpan.FromSeconds(1));
        await CollectAsync();
    }

    public async Task<ContentDigest> PutAsync(RunId run, string content)
        => (await Contents.PutAsync(run, new MemoryStream(Encoding.UTF8.GetBytes(content)), long.MaxValue, Ct)).Digest;

    public async Task<bool> HasAsync(ContentDigest digest) => await Contents.FindAsync(digest, Ct) is not null;

    public async Task<RunId> CreateAsync(string id, string inputs = "{}", IStateStore? runs = null)
    {
        var plan = new PlanBuilder("plan").Version("1").Phase("one", phase => phase.Task("a", "x")).Build();
        RecordedEvent[] facts = [new(1, Time.GetUtcNow(), new RunCreated { Plan = plan, Inputs = JsonData.Parse(inputs) })];
        return await (runs ?? Runs).CreateAsync(new NewRun { Id = new RunId(id), PlanId = "plan", PlanVersion = "1", Events = facts }, Ct);
    }

    public async Task AppendAsync(RunId run, RunEvent fact, RunStatus status = RunStatus.Running, IStateStore? runs = null)
    {
        var version = (await Runs.FindAsync(run, Ct))!.Version;
        RecordedEvent[] facts = [new(version + 1, Time.GetUtcNow(), fact)];
        await (runs ?? Runs).AppendAsync(new RunAppend(run, version, facts, status), Ct);
    }

    public Task SucceedAsync(RunId run, string output, IStateStore? runs = null)
        => AppendAsync(run, new AttemptSucceeded { Task = "a", Attempt = 1, Output = JsonData.Parse(output) }, runs: runs);

    public async Task PurgeAsync(RunId run)
    {
        await AppendAsync(run, new RunCompleted { Status = RunStatus.Succeeded }, RunStatus.Succeeded);
        Assert.Equal(1, (await Runs.PurgeAsync(new PurgeRequest([run], TimeSpan.FromMinutes(1)), Ct)).Runs);
    }
}
