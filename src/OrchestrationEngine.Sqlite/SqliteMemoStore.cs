using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Sqlite.Schema;

namespace OrchestrationEngine.Sqlite;

/// <summary>Keeps remembered results in the file of a <see cref="SqliteStateStore"/>.</summary>
/// <param name="store">The store of runs, whose file and connections are used.</param>
public sealed class SqliteMemoStore(SqliteStateStore store) : IMemoStore
{
    private readonly SqliteStateStore _store = store ?? throw new ArgumentNullException(nameof(store));

    /// <inheritdoc/>
    public ValueTask<MemoEntry?> FindAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_store.Read(key, static (reader, key) => reader.Memos.Find(key)));
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(string key, MemoEntry entry, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(entry);
        cancellationToken.ThrowIfCancellationRequested();
        _ = await _store.Write(
            writer =>
            {
                writer.Memos.Save(key, entry);
                return true;
            },
            cancellationToken,
            entry.Output.Length).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<int> PurgeAsync(DateTimeOffset before, int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        return _store.Write(writer => writer.Memos.Purge(StoredTime.From(before), most), cancellationToken);
    }
}
