using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

/// <summary>What the suites for stores have in common: how a store is made, opened again and disposed of, and how its clock goes on.</summary>
/// <remarks>A store that is disposable is disposed of after the test that made it.</remarks>
public abstract class StoreConformance : IAsyncDisposable
{
    private protected static readonly DateTimeOffset Start = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero).AddTicks(1_234_567);
    private protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Longer than any test.</summary>
    private protected static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>A lease that a test waits out where the store has the real clock.</summary>
    private protected static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    /// <summary>Enough for any store to tell two times apart.</summary>
    private protected static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(5);

    private readonly List<IStateStore> _open = [];

    /// <summary>Makes a store without any runs, on a file or a schema of its own.</summary>
    protected abstract Task<IStateStore> CreateEmptyAsync();

    /// <summary>
    /// Closes a store and opens another on the same data, as the next process would. The default gives the same store back, which is right
    /// for one that keeps nothing beyond the process; a durable store must override it.
    /// </summary>
    /// <param name="store">A store of <see cref="CreateEmptyAsync"/>.</param>
    protected virtual Task<IStateStore> ReopenAsync(IStateStore store) => Task.FromResult(store);

    /// <summary>
    /// Moves the clock of the stores on, where a test can. The default can't: the stores have the real clock, and the suite waits by asking the store
    /// until its clock has gone on, a fifth of a second at a time.
    /// </summary>
    /// <param name="by">How far.</param>
    /// <returns>Whether the clock was moved.</returns>
    protected virtual Task<bool> TryAdvanceAsync(TimeSpan by) => Task.FromResult(false);

    /// <summary>Disposes of the stores of the test. An override calls this first, then deletes its files.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        foreach (var store in _open)
        {
            await DisposeOfAsync(store);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes of a store, if it can be disposed of.</summary>
    /// <param name="store">The store.</param>
    protected static async Task DisposeOfAsync(IStateStore store)
    {
        switch (store)
        {
            case IAsyncDisposable disposable:
                await disposable.DisposeAsync();
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
            default:
                break;
        }
    }

    private protected static RecordedEvent[] Facts(long first, params RunEvent[] events)
        => [.. events.Select((fact, i) => new RecordedEvent(first + i, Start.AddTicks(first + i), fact))];

    private protected static RecordedEvent[] Notes(long first, int count)
        => Facts(first, [.. Enumerable.Range(0, count).Select(i => new RunPaused { Reason = $"fact {first + i}" })]);

    private protected static NewRun NewRun(string id, string? businessKey = null, string planId = "plan", int facts = 1) => new()
    {
        Id = new RunId(id),
        PlanId = planId,
        PlanVersion = "1",
        BusinessKey = businessKey,
        Events = Facts(1, [new RunCreated { Plan = EventSamples.Plan, Inputs = JsonData.Parse("{}"), BusinessKey = businessKey }, .. Enumerable.Repeat(new RunStarted(), facts - 1)]),
    };

    private protected static RunAppend Append(RunId run, long version, int count = 1, RunStatus status = RunStatus.Running)
        => new(run, version, Notes(version + 1, count), status);

    private protected static async Task<List<RecordedEvent>> ReadAllAsync(IStateStore store, RunId run, long after = 0)
    {
        var all = new List<RecordedEvent>();
        await foreach (var recorded in store.ReadAsync(run, after, CancellationToken.None))
        {
            all.Add(recorded);
        }

        return all;
    }

    /// <summary>A fact as its stored text, for facts that hold lists are not equal by value.</summary>
    private protected static string Text(RecordedEvent recorded)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            RunEventJson.Write(recorded.Event, writer);
        }

        return $"{recorded.Sequence} {recorded.Timestamp.UtcTicks} {recorded.Event.Type} {recorded.Event.SchemaVersion} {Encoding.UTF8.GetString(buffer.WrittenSpan)}";
    }

    private protected static void RequireSame(IEnumerable<RecordedEvent> expected, IEnumerable<RecordedEvent> actual)
        => Assert.Equal(expected.Select(Text), actual.Select(Text));

    private protected static void RequireNoGap(List<RecordedEvent> journal, long after = 0)
        => Assert.Equal(Enumerable.Range(1, journal.Count).Select(i => after + i), journal.Select(recorded => recorded.Sequence));

    private protected static Task<NodeId> JoinAsync(IStateStore store, string name, TimeSpan? duration = null)
        => store.JoinAsync(new NodeRegistration { Name = name, LeaseDuration = duration ?? Hour, MaxRuns = 100, MaxAttempts = 10 }, CancellationToken.None).AsTask();

    private protected static Task<LeasedRuns> AcquireAsync(IStateStore store, NodeId node, int maxRuns = 1000, params string[]? agents)
        => store.AcquireAsync(new LeaseRequest { Node = node, MaxRuns = maxRuns, Agents = agents is { Length: > 0 } ? agents : null }, CancellationToken.None).AsTask();

    private protected static async Task<RunSummary> RowAsync(IStateStore store, RunId run)
        => await store.FindAsync(run, CancellationToken.None) ?? throw new InvalidOperationException($"There is no run '{run}'.");

    private protected static async Task<NodeSummary?> NodeAsync(IStateStore store, NodeId node)
        => (await store.ListNodesAsync(CancellationToken.None)).SingleOrDefault(entered => entered.Id == node);

    private protected static InboxMessage Message(RunId run, string id, string payload = "{}")
        => new() { Id = id, Run = run, Kind = "signal", Payload = JsonData.Parse(payload) };

    /// <summary>What a store says about a run, to compare before and after something that must change nothing.</summary>
    private protected static async Task<string> DescribeAsync(IStateStore store, RunId run)
    {
        var journal = await ReadAllAsync(store, run);
        return $"{await store.FindAsync(run, CancellationToken.None)}\n{string.Join('\n', journal.Select(Text))}";
    }

    private protected async Task<IStateStore> EmptyAsync() => Keep(await CreateEmptyAsync());

    /// <summary>Disposes of a store after the test.</summary>
    private protected IStateStore Keep(IStateStore store)
    {
        if (!_open.Contains(store))
        {
            _open.Add(store);
        }

        return store;
    }

    private protected async Task<(IStateStore Store, RunId Run)> WithRunAsync(int facts = 1)
    {
        var store = await EmptyAsync();
        var run = await store.CreateAsync(NewRun("run", facts: facts), CancellationToken.None);
        return (store, run);
    }

    /// <summary>Lets time pass on the store's clock. Where it is the real one, a node that renews reads it.</summary>
    private protected async Task PassAsync(IStateStore store, TimeSpan by)
    {
        if (await TryAdvanceAsync(by))
        {
            return;
        }

        var clock = await JoinAsync(store, "the suite's clock");
        var end = (await NodeAsync(store, clock))!.RenewedAt + by;
        var waited = Stopwatch.StartNew();
        do
        {
            Assert.True(waited.Elapsed < Limit, $"The store's clock has not gone on by {by} in {waited.Elapsed}.");
            await Task.Delay(Moment, TimeProvider.System);
            Assert.True(await store.RenewAsync(new NodeHeartbeat(clock), CancellationToken.None));
        }
        while ((await NodeAsync(store, clock))!.RenewedAt < end);
        await store.LeaveAsync(clock, CancellationToken.None);
    }
}
