using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.Sqlite.Schema;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>The statements of the connection that writes. Used by one thread at a time, inside one transaction at a time.</summary>
internal sealed class JournalWriter : IDisposable
{
    // About 20 MB of runs that have not ended; a run that is looked up again costs one read of an index.
    private const int MostLiveRuns = 100_000;
    private readonly Database _database;
    private readonly string _file;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Statement _find;
    private readonly Statement _findByBusinessKey;
    private readonly Statement _create;
    private readonly Statement _move;
    private readonly Statement _moveToStatus;
    private readonly Statement _insertEvent;
    private readonly AttemptProjection _attempts;
    private readonly Dictionary<RunId, LiveRun> _live = [];
    private readonly List<RunId> _touched = [];

    public JournalWriter(Database database, string file)
    {
        _database = database;
        _file = file;
        _begin = database.Prepare("BEGIN IMMEDIATE");
        _commit = database.Prepare("COMMIT");
        _rollback = database.Prepare("ROLLBACK");
        _find = database.Prepare("SELECT run_key, version, status FROM runs WHERE run_id = ?1");
        _findByBusinessKey = database.Prepare("SELECT run_id FROM runs WHERE business_key = ?1");
        _create = database.Prepare("INSERT INTO runs (run_id, plan_id, plan_version, business_key, status, version, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (run_id) DO NOTHING");

        // Two statements, because one that names the status would rewrite the indexes on it at every append.
        _move = database.Prepare("UPDATE runs SET version = ?3, updated_at = ?4 WHERE run_key = ?1 AND version = ?2 AND status = ?5");
        _moveToStatus = database.Prepare("UPDATE runs SET version = ?3, updated_at = ?4, status = ?5 WHERE run_key = ?1 AND version = ?2");
        _insertEvent = database.Prepare("INSERT INTO run_events (run_key, sequence, timestamp, type, schema_version, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        _attempts = new AttemptProjection(database);
    }

    public void Begin()
    {
        _touched.Clear();
        _begin.Run();
    }

    public void Commit() => _commit.Run();

    /// <summary>Undoes the transaction, if SQLite has not done so itself, and forgets what was learned in it.</summary>
    public void Rollback()
    {
        foreach (var run in _touched)
        {
            _live.Remove(run);
        }

        if (_database.InTransaction)
        {
            _rollback.Run();
        }
    }

    /// <summary>Does one write inside the transaction, or refuses it before anything of it is written.</summary>
    public void Write(PendingWrite write)
    {
        _touched.Add(write.Run);
        if (write.Creation is { } creation)
        {
            Create(write, creation);
        }
        else
        {
            Append(write);
        }
    }

    public void Dispose() => _database.Dispose();

    private void Create(PendingWrite write, NewRun creation)
    {
        if (creation.BusinessKey is { } businessKey && FindHolder(businessKey) is { } holder)
        {
            write.AnswerWith(holder);
            return;
        }

        var rows = write.Batch.Rows;
        _create.Bind(1, creation.Id.Value);
        _create.Bind(2, creation.PlanId);
        _create.Bind(3, creation.PlanVersion);
        _create.Bind(4, creation.BusinessKey);
        _create.Bind(5, StoredStatus.From(write.Status));
        _create.Bind(6, rows[^1].Sequence);
        _create.Bind(7, rows[0].Timestamp);
        _create.Bind(8, rows[^1].Timestamp);
        _create.Run();
        if (_database.Changes == 0)
        {
            write.Refuse(new RunExistsException(creation.Id));
            return;
        }

        var run = new LiveRun(_database.LastInsertedKey) { Version = rows[^1].Sequence, Status = write.Status, OpenAttempts = new(StringComparer.Ordinal) };
        Remember(creation.Id, run);
        Insert(run, write.Batch);
    }

    private void Append(PendingWrite write)
    {
        if (Find(write.Run) is not { } run)
        {
            write.Refuse(new RunNotFoundException(write.Run));
            return;
        }

        if (run.Version != write.ExpectedVersion)
        {
            write.Refuse(new ConcurrentAppendException(write.Run, write.ExpectedVersion, run.Version));
            return;
        }

        var last = write.Batch.Rows[^1];
        var move = run.Status == write.Status ? _move : _moveToStatus;
        move.Bind(1, run.Key);
        move.Bind(2, write.ExpectedVersion);
        move.Bind(3, last.Sequence);
        move.Bind(4, last.Timestamp);
        move.Bind(5, StoredStatus.From(write.Status));
        move.Run();
        if (_database.Changes == 0)
        {
            // Another program has changed the row since it was read; what it says now is what counts.
            _live.Remove(write.Run);
            write.Refuse(Find(write.Run) is { } now
                ? new ConcurrentAppendException(write.Run, write.ExpectedVersion, now.Version)
                : new RunNotFoundException(write.Run));
            return;
        }

        run.Version = last.Sequence;
        run.Status = write.Status;
        if (write.Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Canceled or RunStatus.Quarantined)
        {
            _live.Remove(write.Run);
        }

        Insert(run, write.Batch);
    }

    private void Insert(LiveRun run, EventBatch batch)
    {
        _insertEvent.Bind(1, run.Key);
        foreach (ref readonly var row in batch.Rows)
        {
            _insertEvent.Bind(2, row.Sequence);
            _insertEvent.Bind(3, row.Timestamp);
            _insertEvent.Bind(4, row.Event.Type);
            _insertEvent.Bind(5, row.Event.SchemaVersion);
            _insertEvent.Bind(6, batch.Payload(row));
            _insertEvent.Run();
            _attempts.Apply(run, row, _database.LastInsertedKey);
        }
    }

    private RunId? FindHolder(string businessKey)
    {
        _findByBusinessKey.Bind(1, businessKey);
        if (!_findByBusinessKey.Step())
        {
            return null;
        }

        var holder = new RunId(_findByBusinessKey.Text(0));
        _findByBusinessKey.Reset();
        return holder;
    }

    private LiveRun? Find(RunId id)
    {
        if (_live.TryGetValue(id, out var known))
        {
            return known;
        }

        _find.Bind(1, id.Value);
        if (!_find.Step())
        {
            return null;
        }

        try
        {
            var found = new LiveRun(_find.Number(0)) { Version = _find.Number(1), Status = StoredStatus.To(_find.Utf8(2), _file) };
            Remember(id, found);
            return found;
        }
        finally
        {
            _find.Reset();
        }
    }

    private void Remember(RunId id, LiveRun run)
    {
        if (_live.Count == MostLiveRuns)
        {
            _live.Clear();
        }

        _live[id] = run;
    }
}
