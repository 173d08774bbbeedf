using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Artifacts;
using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.Sqlite.Schema;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Reading;

/// <summary>One connection that reads, with its statements. Used by one thread at a time; never in the way of the writer.</summary>
internal sealed class RunReader : IDisposable
{
    // A slow consumer must not hold a snapshot open, for the write-ahead log can't be reset under it: so a journal is read in pieces.
    private const int MostRows = 1024;
    private const int MostBytes = 1024 * 1024;
    private const string SummaryColumns = "run_id, plan_id, plan_version, business_key, status, version, created_at, updated_at, run_key, epoch, (SELECT name || '/' || node_key FROM nodes n WHERE n.node_key = runs.node_key)";

    private readonly Database _database;
    private readonly string _file;
    private readonly Statement _find;
    private readonly Statement _events;
    private readonly Lazy<LeaseReader> _leases;
    private readonly Lazy<RetentionReader> _retention;
    private readonly Lazy<ContentReader> _contents;
    private readonly Lazy<MemoReader> _memos;
    private readonly Dictionary<string, Statement> _lists = new(StringComparer.Ordinal);

    public RunReader(string file, TimeSpan busyTimeout)
    {
        _file = file;
        _database = Database.Open(file, create: false, busyTimeout);
        _retention = new Lazy<RetentionReader>(() => new RetentionReader(_database), LazyThreadSafetyMode.None);
        _contents = new Lazy<ContentReader>(() => new ContentReader(_database), LazyThreadSafetyMode.None);
        _memos = new Lazy<MemoReader>(() => new MemoReader(_database), LazyThreadSafetyMode.None);
        _leases = new Lazy<LeaseReader>(() => new LeaseReader(_database), LazyThreadSafetyMode.None);
        try
        {
            _database.Execute("PRAGMA query_only = 1");
            _find = _database.Prepare($"SELECT {SummaryColumns} FROM runs WHERE run_id = ?1");
            _events = _database.Prepare("SELECT sequence, timestamp, type, schema_version, payload FROM run_events WHERE run_key = (SELECT run_key FROM runs WHERE run_id = ?1) AND sequence > ?2 ORDER BY sequence LIMIT ?3");
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    /// <summary>Nodes, leases and messages.</summary>
    public LeaseReader Leases => _leases.Value;

    /// <summary>Snapshots, and what runs take.</summary>
    public RetentionReader Retention => _retention.Value;

    /// <summary>Contents and which runs need them.</summary>
    public ContentReader Contents => _contents.Value;

    /// <summary>Remembered results.</summary>
    public MemoReader Memos => _memos.Value;

    public RunSummary? Find(RunId run)
    {
        _find.Bind(1, run.Value);
        try
        {
            return _find.Step() ? Summary(_find) : null;
        }
        finally
        {
            _find.Reset();
        }
    }

    /// <summary>Reads the next piece of a journal.</summary>
    /// <returns>Whether there may be more.</returns>
    public bool ReadPiece(RunId run, long afterSequence, List<StoredEvent> rows)
    {
        _events.Bind(1, run.Value);
        _events.Bind(2, afterSequence);
        _events.Bind(3, MostRows);
        var bytes = 0L;
        try
        {
            while (_events.Step())
            {
                var payload = _events.Utf8(4).ToArray();
                rows.Add(new StoredEvent(_events.Number(0), _events.Number(1), _events.Text(2), (int)_events.Number(3), payload));
                bytes += payload.Length;
                if (bytes >= MostBytes)
                {
                    return true;
                }
            }

            return rows.Count == MostRows;
        }
        finally
        {
            _events.Reset();
        }
    }

    /// <summary>Lists runs, the newest first.</summary>
    /// <param name="query">Which runs.</param>
    /// <param name="beforeKey">Only runs that were created before the one with this key.</param>
    public Page<RunSummary> List(RunQuery query, long beforeKey)
    {
        var list = new RunListStatement(query, SummaryColumns);
        if (!_lists.TryGetValue(list.Sql, out var statement))
        {
            _lists[list.Sql] = statement = _database.Prepare(list.Sql);
        }

        // One row more than the page has tells whether there is another page.
        list.Bind(statement, beforeKey, query.PageSize + 1);
        var items = new List<RunSummary>();
        var lastKey = 0L;
        try
        {
            while (statement.Step())
            {
                if (items.Count == query.PageSize)
                {
                    return new Page<RunSummary>(items, ListPosition.Format(lastKey));
                }

                items.Add(Summary(statement));
                lastKey = statement.Number(8);
            }

            return new Page<RunSummary>(items, null);
        }
        finally
        {
            statement.Reset();
        }
    }

    public void Dispose() => _database.Dispose();

    private RunSummary Summary(Statement row) => new()
    {
        Id = new RunId(row.Text(0)),
        PlanId = row.Text(1),
        PlanVersion = row.Text(2),
        BusinessKey = row.TextOrNull(3),
        Status = StoredStatus.To(row.Utf8(4), _file),
        Version = row.Number(5),
        CreatedAt = StoredTime.To(row.Number(6)),
        UpdatedAt = StoredTime.To(row.Number(7)),
        Epoch = row.Number(9),
        Node = row.TextOrNull(10) is { } node ? new NodeId(node) : null,
    };
}
