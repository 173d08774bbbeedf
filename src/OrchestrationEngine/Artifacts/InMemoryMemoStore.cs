using System.Collections.Concurrent;

namespace OrchestrationEngine.Artifacts;

/// <summary>Keeps results of tasks in the memory of the process.</summary>
public sealed class InMemoryMemoStore : IMemoStore
{
    private readonly ConcurrentDictionary<string, MemoEntry> _entries = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<MemoEntry?> FindAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_entries.GetValueOrDefault(key));
    }

    /// <inheritdoc/>
    public ValueTask SaveAsync(string key, MemoEntry entry, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(entry);
        cancellationToken.ThrowIfCancellationRequested();
        _entries[key] = entry;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<int> PurgeAsync(DateTimeOffset before, int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        var removed = 0;
        foreach (var entry in _entries.Where(entry => entry.Value.At < before).Take(most))
        {
            // Not one that was saved anew meanwhile.
            removed += _entries.TryRemove(entry) ? 1 : 0;
        }

        return ValueTask.FromResult(removed);
    }
}
