using System.Buffers;
using System.Text;
using System.Text.Json;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

/// <summary>
/// What every <see cref="IStateStore"/> must do; the precise form of that contract. Derive a class from it in a test project and override
/// <see cref="CreateEmptyAsync"/>: the tests are inherited.
/// </summary>
/// <remarks>A store that is disposable is disposed of after the test that made it.</remarks>
public abstract partial class StateStoreConformance : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero).AddTicks(1_234_567);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly List<IStateStore> _open = [];

    /// <summary>Makes a store without any runs, on a file or a schema of its own.</summary>
    protected abstract Task<IStateStore> CreateEmptyAsync();

    /// <summary>
    /// Closes a store and opens another on the same data, as the next process would. The default gives the same store back, which is right
    /// for one that keeps nothing beyond the process; a durable store must override it.
    /// </summary>
    /// <param name="store">A store of <see cref="CreateEmptyAsync"/>.</param>
    protected virtual Task<IStateStore> ReopenAsync(IStateStore store) => Task.FromResult(store);

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

    private static RecordedEvent[] Facts(long first, params RunEvent[] events)
        => [.. events.Select((fact, i) => new RecordedEvent(first + i, Start.AddTicks(first + i), fact))];

    private static RecordedEvent[] Notes(long first, int count)
        => Facts(first, [.. Enumerable.Range(0, count).Select(i => new RunPaused { Reason = $"fact {first + i}" })]);

    private static NewRun NewRun(string id, string? businessKey = null, string planId = "plan", int facts = 1) => new()
    {
        Id = new RunId(id),
        PlanId = planId,
        PlanVersion = "1",
        BusinessKey = businessKey,
        Events = Facts(1, [new RunCreated { Plan = EventSamples.Plan, Inputs = JsonData.Parse("{}"), BusinessKey = businessKey }, .. Enumerable.Repeat(new RunStarted(), facts - 1)]),
    };

    private static RunAppend Append(RunId run, long version, int count = 1, RunStatus status = RunStatus.Running)
        => new(run, version, Notes(version + 1, count), status);

    private static async Task<List<RecordedEvent>> ReadAllAsync(IStateStore store, RunId run, long after = 0)
    {
        var all = new List<RecordedEvent>();
        await foreach (var recorded in store.ReadAsync(run, after, CancellationToken.None))
        {
            all.Add(recorded);
        }

        return all;
    }

    /// <summary>A fact as its stored text, for facts that hold lists are not equal by value.</summary>
    private static string Text(RecordedEvent recorded)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            RunEventJson.Write(recorded.Event, writer);
        }

        return $"{recorded.Sequence} {recorded.Timestamp.UtcTicks} {recorded.Event.Type} {recorded.Event.SchemaVersion} {Encoding.UTF8.GetString(buffer.WrittenSpan)}";
    }

    private static void RequireSame(IEnumerable<RecordedEvent> expected, IEnumerable<RecordedEvent> actual)
        => Assert.Equal(expected.Select(Text), actual.Select(Text));

    private static void RequireNoGap(List<RecordedEvent> journal, long after = 0)
        => Assert.Equal(Enumerable.Range(1, journal.Count).Select(i => after + i), journal.Select(recorded => recorded.Sequence));

    private async Task<IStateStore> EmptyAsync()
    {
        var store = await CreateEmptyAsync();
        _open.Add(store);
        return store;
    }

    private async Task<(IStateStore Store, RunId Run)> WithRunAsync(int facts = 1)
    {
        var store = await EmptyAsync();
        var run = await store.CreateAsync(NewRun("run", facts: facts), CancellationToken.None);
        return (store, run);
    }

    /// <summary>What a store says about a run, to compare before and after something that must change nothing.</summary>
    private static async Task<string> DescribeAsync(IStateStore store, RunId run)
    {
        var journal = await ReadAllAsync(store, run);
        return $"{await store.FindAsync(run, CancellationToken.None)}\n{string.Join('\n', journal.Select(Text))}";
    }
}
