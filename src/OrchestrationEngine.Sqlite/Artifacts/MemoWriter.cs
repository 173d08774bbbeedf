using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.Sqlite.Schema;

namespace OrchestrationEngine.Sqlite.Artifacts;

/// <summary>Writes remembered results. Used by the writer, inside a transaction.</summary>
internal sealed class MemoWriter
{
    private readonly Database _database;
    private readonly Statement _save;
    private readonly Statement _purge;

    public MemoWriter(Database database)
    {
        _database = database;
        _save = database.Prepare("INSERT OR REPLACE INTO memos (memo_key, run_id, task, item, attempt, agent, output, artifacts, made_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
        _purge = database.Prepare("DELETE FROM memos WHERE memo_key IN (SELECT memo_key FROM memos WHERE made_at < ?1 ORDER BY made_at LIMIT ?2)");
    }

    public void Save(string key, MemoEntry entry)
    {
        _save.Bind(1, key);
        _save.Bind(2, entry.Run.Value);
        _save.Bind(3, entry.Task);
        _save.Bind(4, (long?)entry.Item);
        _save.Bind(5, entry.Attempt);
        _save.Bind(6, entry.Agent);
        _save.Bind(7, entry.Output.Utf8.Span);
        _save.Bind(8, $"[{string.Join(',', entry.Artifacts.Select(static artifact => artifact.ToJson()))}]");
        _save.Bind(9, StoredTime.From(entry.At));
        _save.Run();
        _save.BindNull(7);
    }

    /// <returns>How many were removed.</returns>
    public int Purge(long before, int most)
    {
        _purge.Bind(1, before);
        _purge.Bind(2, most);
        _purge.Run();
        return _database.Changes;
    }
}
