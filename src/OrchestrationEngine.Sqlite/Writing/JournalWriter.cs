using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.Sqlite.Nodes;
using OrchestrationEngine.Sqlite.Schema;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>Runs and their facts. Used by the writer, inside a transaction.</summary>
/// <remarks>
/// Other processes write to the same file. So what is remembered of a run is a guess that saves a look-up: the statement that moves the run has its
/// version and its epoch as a condition, and nothing is refused before the row itself was read.
/// </remarks>
internal sealed class JournalWriter
{
    // About 20 MB of runs that have not ended; a run that is looked up again costs one read of an index.
    private const int MostLiveRuns = 100_000;
    private readonly StoreWriter _store;
    private readonly Database _database;
    private readonly string _file;
    private readonly Statement _find;
    private readonly Statement _findByBusinessKey;
    private readonly Statement _create;
    private readonly Statement _move;
    private readonly Statement _moveToStatus;
    private readonly Statement _end;
    private readonly Statement _insertEvent;
    private readonly AttemptProjection _attempts;
    private readonly Dictionary<RunId, LiveRun> _live = [];
    private readonly List<RunId> _touched = [];

    public JournalWriter(StoreWriter store, string file)
    {
        var database = store.Database;
        _store = store;
        _database = database;
        _file = file;
        _find = database.Prepare("SELECT run_key, version, epoch, status FROM runs WHERE run_id = ?1");
        _findByBusinessKey = database.Prepare("SELECT run_id FROM runs WHERE business_key = ?1");
        _create = database.Prepare("INSERT INTO runs (run_id, plan_id, plan_version, business_key, status, version, created_at, updated_at, payload_bytes, epoch, node_key, due_at, agent_set) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT (run_id) DO NOTHING");

        // Three statements, because one that names a column rewrites the indexes on it at every append.
        _move = database.Prepare("UPDATE runs SET version = ?3, updated_at = COALESCE(?4, updated_at), payload_bytes = payload_bytes + ?5 WHERE run_key = ?1 AND version = ?2 AND epoch = ?6 AND status = ?7");
        _moveToStatus = database.Prepare("UPDATE runs SET version = ?3, updated_at = COALESCE(?4, updated_at), payload_bytes = payload_bytes + ?5, status = ?7 WHERE run_key = ?1 AND version = ?2 AND epoch = ?6");
        _end = database.Prepare("UPDATE runs SET version = ?3, updated_at = COALESCE(?4, updated_at), payload_bytes = payload_bytes + ?5, status = ?7, epoch = epoch + (node_key IS NOT NULL), node_key = NULL, due_at = ?8 WHERE run_key = ?1 AND version = ?2 AND epoch = ?6");
        _insertEvent = database.Prepare("INSERT INTO run_events (run_key, sequence, timestamp, type, schema_version, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        _attempts = new AttemptProjection(database);
    }

    public void Begin() => _touched.Clear();

    /// <summary>The transaction was undone: forgets what was learned in it.</summary>
    public void Forget()
    {
        foreach (var run in _touched)
        {
            _live.Remove(run);
        }
    }

    /// <summary>Does one write, or refuses it before anything of it is written.</summary>
    public void Write(RunWrite write)
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

    private void Create(RunWrite write, NewRun creation)
    {
        if (creation.BusinessKey is { } businessKey && FindHolder(businessKey) is { } holder)
        {
            write.AnswerWith(holder);
            return;
        }

        var isDue = creation.Owner is null && !write.Status.IsTerminal();
        Stay? owner = creation.Owner is { } node ? Stay.Of(node) : null;
        if (owner is { } stay && !_store.Nodes.IsEntered(stay))
        {
            write.Refuse(Read(creation.Id) is null ? new NodeExpiredException(stay.ToId()) : new RunExistsException(creation.Id));
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
        _create.Bind(9, write.Batch.Size);
        _create.Bind(10, owner is null ? 0 : 1);
        _create.Bind(11, owner?.Key);
        _create.Bind(12, isDue ? _store.Now : null);
        _create.Bind(13, _store.AgentSets.KeyOf(write.Agents));
        _create.Run();
        if (_database.Changes == 0)
        {
            write.Refuse(new RunExistsException(creation.Id));
            return;
        }

        var run = new LiveRun(_database.LastInsertedKey) { Version = rows[^1].Sequence, Epoch = owner is null ? 0 : 1, Status = write.Status, OpenAttempts = new(StringComparer.Ordinal) };
        if (isDue)
        {
            _store.Bell.Want();
        }

        if (!write.Status.IsTerminal())
        {
            Remember(creation.Id, run);
        }

        Insert(run, write.Batch);
    }

    private void Append(RunWrite write)
    {
        // An answer is written before the run is moved, so the row must be known and not guessed.
        var isGuess = write.Answers is null && _live.ContainsKey(write.Run);
        var run = isGuess ? _live[write.Run] : Read(write.Run);
        while (true)
        {
            if (!isGuess && Check(write, run) is { } refusal)
            {
                write.Refuse(refusal);
                return;
            }

            if (run!.Version == write.ExpectedVersion && run.Epoch == write.Epoch)
            {
                if (write.Answers is { } answers)
                {
                    _store.Inbox.Answer(answers, _store.Now);
                }

                if (Move(run, write))
                {
                    break;
                }
            }

            if (!isGuess)
            {
                throw new StateStoreException($"The row of run '{write.Run}' in '{_file}' changed while its transaction was open. Nothing was written; report this.", isTransient: true);
            }

            // Another process has changed the row since, or the caller knows less than it thinks: what the row says now is what counts.
            isGuess = false;
            run = Read(write.Run);
        }

        if (write.Status.IsTerminal())
        {
            _live.Remove(write.Run);
        }

        Insert(run, write.Batch);
        foreach (var message in write.Messages)
        {
            _store.Inbox.PostToLive(message, _store.Now);
        }
    }

    private OrchestrationException? Check(RunWrite write, LiveRun? run) => run switch
    {
        null => new RunNotFoundException(write.Run),
        _ when run.Epoch != write.Epoch => new LeaseLostException(write.Run, write.Epoch, run.Epoch),
        _ when run.Version != write.ExpectedVersion => new ConcurrentAppendException(write.Run, write.ExpectedVersion, run.Version),
        _ when write.Answers is { } answers && _store.Inbox.FindAnswered(run.Key, answers) is { } message => new InboxAnsweredException(write.Run, message),
        _ => null,
    };

    private bool Move(LiveRun run, RunWrite write)
    {
        var rows = write.Batch.Rows;
        var version = write.ExpectedVersion + rows.Length;
        var ends = write.Status.IsTerminal();
        var move = ends ? _end : run.Status == write.Status ? _move : _moveToStatus;
        move.Bind(1, run.Key);
        move.Bind(2, write.ExpectedVersion);
        move.Bind(3, version);
        if (rows.IsEmpty)
        {
            move.BindNull(4);
        }
        else
        {
            move.Bind(4, rows[^1].Timestamp);
        }

        move.Bind(5, write.Batch.Size);
        move.Bind(6, write.Epoch);
        move.Bind(7, StoredStatus.From(write.Status));
        if (ends)
        {
            BindDue(run);
        }

        move.Run();
        if (_database.Changes == 0)
        {
            return false;
        }

        run.Version = version;
        run.Status = write.Status;
        return true;
    }

    // A run that has ended is due only where somebody waits for an answer.
    private void BindDue(LiveRun run)
    {
        if (_store.Inbox.HasMail(run.Key))
        {
            _end.Bind(8, _store.Now);
            _store.Bell.Want();
        }
        else
        {
            _end.BindNull(8);
        }
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

    /// <summary>Reads the row of a run. Where it is at the version that is remembered, its journal is the same, and with it the open attempts.</summary>
    private LiveRun? Read(RunId id)
    {
        _find.Bind(1, id.Value);
        if (!_find.Step())
        {
            _live.Remove(id);
            return null;
        }

        try
        {
            var (key, version) = (_find.Number(0), _find.Number(1));
            if (!_live.TryGetValue(id, out var run) || run.Key != key || run.Version != version)
            {
                run = new LiveRun(key) { Version = version };
                Remember(id, run);
            }

            run.Epoch = _find.Number(2);
            run.Status = StoredStatus.To(_find.Utf8(3), _file);
            return run;
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
