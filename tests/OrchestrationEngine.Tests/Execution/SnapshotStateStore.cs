using System.Collections.Concurrent;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>A store in front of another that keeps states in memory, counts what is read and fails as it is told to.</summary>
internal sealed class SnapshotStateStore(IStateStore inner) : DelegatingStateStore(inner), ISnapshotStore
{
    private readonly ConcurrentDictionary<RunId, StateSnapshot> _kept = new();

    /// <summary>The versions that were kept, in their order.</summary>
    public ConcurrentQueue<long> Saved { get; } = new();

    /// <summary>After which fact each reading of a journal began.</summary>
    public ConcurrentQueue<long> Readings { get; } = new();

    public int Loads { get; private set; }

    public Func<StateSnapshot, StateSnapshot>? OnLoad { get; set; }

    public Exception? FailSaving { get; set; }

    public override IAsyncEnumerable<RecordedEvent> ReadAsync(RunId run, long afterSequence, CancellationToken cancellationToken)
    {
        Readings.Enqueue(afterSequence);
        return base.ReadAsync(run, afterSequence, cancellationToken);
    }

    public ValueTask SaveSnapshotAsync(StateSnapshot snapshot, CancellationToken cancellationToken)
    {
        Saved.Enqueue(snapshot.Version);
        if (FailSaving is not null)
        {
            throw FailSaving;
        }

        _kept[snapshot.Run] = snapshot with { Content = snapshot.Content.ToArray() };
        return ValueTask.CompletedTask;
    }

    public ValueTask<StateSnapshot?> LoadSnapshotAsync(RunId run, CancellationToken cancellationToken)
    {
        Loads++;
        var kept = _kept.GetValueOrDefault(run);
        return ValueTask.FromResult(kept is not null && OnLoad is not null ? OnLoad(kept) : kept);
    }

    public ValueTask DeleteSnapshotsAsync(CancellationToken cancellationToken)
    {
        _kept.Clear();
        return ValueTask.CompletedTask;
    }
}
