using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.Sqlite.Nodes;
using OrchestrationEngine.Sqlite.Reading;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>Who has which run. Used by the writer, inside a transaction.</summary>
internal sealed class LeaseWriter
{
    private readonly Database _database;
    private readonly NodeWriter _nodes;
    private readonly InboxWriter _inbox;
    private readonly Bell _bell;
    private readonly DueRuns _due;
    private readonly Statement _give;
    private readonly Statement _release;

    public LeaseWriter(Database database, NodeWriter nodes, InboxWriter inbox, Bell bell)
    {
        _database = database;
        _nodes = nodes;
        _inbox = inbox;
        _bell = bell;
        _due = new DueRuns(database);
        _give = database.Prepare("UPDATE runs SET epoch = epoch + 1, node_key = ?2, due_at = NULL WHERE run_key = ?1 RETURNING run_id, epoch");
        _release = database.Prepare("""
            UPDATE runs
            SET epoch = epoch + 1,
                node_key = NULL,
                due_at = CASE WHEN EXISTS (SELECT 1 FROM inbox i INDEXED BY inbox_open WHERE i.run_key = runs.run_key AND i.answered_at IS NULL) THEN ?3 ELSE ?4 END
            WHERE run_id = ?1 AND epoch = ?2 AND node_key IS NOT NULL
            """);
    }

    /// <summary>Puts out the nodes that are gone, then gives a node leases on due runs.</summary>
    /// <param name="order">What is wanted, and who may be gone.</param>
    /// <param name="now">The store's time.</param>
    /// <returns>The leases, and the lock files of those who were put out.</returns>
    /// <exception cref="NodeExpiredException">The node is not entered; nothing was written.</exception>
    public (LeasedRuns Leased, IReadOnlyList<string> FreedLocks) Acquire(AcquireOrder order, long now)
    {
        if (!_nodes.IsEntered(order.Node))
        {
            throw new NodeExpiredException(order.Node.ToId());
        }

        var locks = new List<string>();
        foreach (var gone in order.Gone)
        {
            // A dead process stays dead; one whose time was over may have renewed since somebody looked.
            if ((gone.IsDead || _nodes.IsExpired(gone.Node, now)) && _nodes.PutOut(gone.Node, now) is { } lockFile)
            {
                locks.Add(lockFile);
            }
        }

        _inbox.DropOldAnswers(now);
        var found = _due.Find(now, order.Agents, order.MaxRuns);
        var runs = new List<LeasedRun>(found.Runs.Count);
        foreach (var key in found.Runs)
        {
            _give.Bind(1, key);
            _give.Bind(2, order.Node.Key);
            _give.Step();
            runs.Add(new LeasedRun(new RunId(_give.Text(0)), _give.Number(1)));
            _give.Run();
        }

        return (new LeasedRuns(runs, found.MoreDue, found.NextDue), locks);
    }

    /// <summary>Ends a lease.</summary>
    /// <returns>False when it had ended before.</returns>
    public bool Release(in LeaseRelease release, long now)
    {
        _release.Bind(1, release.Run.Value);
        _release.Bind(2, release.Epoch);
        _release.Bind(3, now);
        _release.Bind(4, release.WakeAfter is { } wait ? now + Math.Min(wait.Ticks, Schema.StoredTime.Latest - now) : null);
        _release.Run();
        if (_database.Changes == 0)
        {
            return false;
        }

        _bell.Want();
        return true;
    }

    /// <summary>The transaction was undone.</summary>
    public void Forget() => _due.Forget();
}

/// <summary>What is wanted of <see cref="LeaseWriter.Acquire"/>.</summary>
/// <param name="Node">Who wants it.</param>
/// <param name="Agents">The agents it has; null for all runs.</param>
/// <param name="MaxRuns">How many runs at most.</param>
/// <param name="Gone">Nodes that were found to be gone.</param>
internal sealed record AcquireOrder(Stay Node, IReadOnlySet<string>? Agents, int MaxRuns, IReadOnlyList<GoneNode> Gone);

/// <summary>A node that was found to be gone.</summary>
/// <param name="Node">Its key.</param>
/// <param name="IsDead">Whether its process is dead; else its time is over.</param>
internal readonly record struct GoneNode(long Node, bool IsDead);
