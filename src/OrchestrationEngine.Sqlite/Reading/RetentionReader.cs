using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Reading;

/// <summary>Reads snapshots, and how much runs take. Part of a connection that reads.</summary>
internal sealed class RetentionReader
{
    private const long Incremental = 2;
    private readonly Database _database;
    private readonly Statement _snapshot;
    private readonly Statement _storage;

    public RetentionReader(Database database)
    {
        _database = database;
        _snapshot = database.Prepare("SELECT s.version, s.format, s.content FROM runs r JOIN snapshots s ON s.run_key = r.run_key WHERE r.run_id = ?1");
        _storage = database.Prepare("SELECT plan_id, count(*), sum(version), sum(payload_bytes) FROM runs NOT INDEXED GROUP BY plan_id ORDER BY plan_id");
    }

    /// <summary>Whether there are gaps in the file that can be given back in slices.</summary>
    public bool HasGaps => _database.QueryNumber("PRAGMA auto_vacuum") == Incremental && _database.QueryNumber("PRAGMA freelist_count") > 0;

    public StateSnapshot? FindSnapshot(RunId run)
    {
        _snapshot.Bind(1, run.Value);
        if (!_snapshot.Step())
        {
            return null;
        }

        var snapshot = new StateSnapshot(run, _snapshot.Number(0), (int)_snapshot.Number(1), _snapshot.Utf8(2).ToArray());
        _snapshot.Reset();
        return snapshot;
    }

    public IReadOnlyList<PlanStorage> GetStorage()
    {
        var plans = new List<PlanStorage>();
        while (_storage.Step())
        {
            plans.Add(new PlanStorage(_storage.Text(0), _storage.Number(1), _storage.Number(2), _storage.Number(3)));
        }

        return plans;
    }
}
