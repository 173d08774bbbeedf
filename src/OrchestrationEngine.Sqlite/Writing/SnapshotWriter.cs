using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>Folded states of runs. Used by the writer, inside a transaction.</summary>
internal sealed class SnapshotWriter
{
    private readonly Database _database;
    private readonly Statement _save;

    public SnapshotWriter(Database database)
    {
        _database = database;
        _save = database.Prepare("INSERT INTO snapshots (run_key, version, format, content) SELECT run_key, ?2, ?3, ?4 FROM runs WHERE run_id = ?1 ON CONFLICT (run_key) DO UPDATE SET version = excluded.version, format = excluded.format, content = excluded.content WHERE excluded.version >= snapshots.version");
    }

    public void Save(StateSnapshot snapshot)
    {
        _save.Bind(1, snapshot.Run.Value);
        _save.Bind(2, snapshot.Version);
        _save.Bind(3, snapshot.Format);
        _save.BindBlob(4, snapshot.Content.Span);
        _save.Run();
        _save.BindNull(4);
    }

    public void DeleteAll() => _database.Execute("DELETE FROM snapshots");
}
