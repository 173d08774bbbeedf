using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.Sqlite.Nodes;
using OrchestrationEngine.Sqlite.Schema;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>Who is entered. Used by the writer, inside a transaction.</summary>
internal sealed class NodeWriter
{
    private readonly Database _database;
    private readonly Bell _bell;
    private readonly Statement _enter;
    private readonly Statement _findByName;
    private readonly Statement _find;
    private readonly Statement _renew;
    private readonly Statement _expired;
    private readonly Statement _remove;
    private readonly Statement _endLeases;

    public NodeWriter(Database database, Bell bell)
    {
        _database = database;
        _bell = bell;
        _enter = database.Prepare("INSERT INTO nodes (name, lock_file, lease, joined_at, renewed_at, expires_at, max_runs, max_attempts) VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)");
        _findByName = database.Prepare("SELECT node_key FROM nodes WHERE name = ?1");
        _find = database.Prepare("SELECT lock_file FROM nodes WHERE node_key = ?1 AND name = ?2");
        _renew = database.Prepare($"UPDATE nodes SET renewed_at = ?3, expires_at = CASE WHEN lease > {StoredTime.Latest} - ?3 THEN {StoredTime.Latest} ELSE ?3 + lease END, attempts = ?4, is_draining = ?5 WHERE node_key = ?1 AND name = ?2");
        _expired = database.Prepare("SELECT 1 FROM nodes WHERE node_key = ?1 AND expires_at <= ?2");
        _remove = database.Prepare("DELETE FROM nodes WHERE node_key = ?1 RETURNING lock_file");
        _endLeases = database.Prepare($"""
            UPDATE runs INDEXED BY runs_by_node
            SET epoch = epoch + 1,
                node_key = NULL,
                due_at = CASE WHEN status IN ({StoredStatus.TerminalList}) AND NOT EXISTS (SELECT 1 FROM inbox i INDEXED BY inbox_open WHERE i.run_key = runs.run_key AND i.answered_at IS NULL) THEN NULL ELSE ?2 END
            WHERE node_key = ?1 AND node_key IS NOT NULL
            """);
    }

    /// <summary>Enters a node, in place of the one that has its name.</summary>
    /// <returns>Its stay, and the lock file of the one that was put out.</returns>
    public (Stay Stay, string? FormerLock) Enter(NodeRegistration node, string lockFile, long now)
    {
        string? formerLock = null;
        _findByName.Bind(1, node.Name);
        if (_findByName.Step())
        {
            var former = _findByName.Number(0);
            _findByName.Reset();
            formerLock = PutOut(former, now);
        }

        _enter.Bind(1, node.Name);
        _enter.Bind(2, lockFile);
        _enter.Bind(3, node.LeaseDuration.Ticks);
        _enter.Bind(4, now);
        _enter.Bind(5, node.LeaseDuration.Ticks > StoredTime.Latest - now ? StoredTime.Latest : now + node.LeaseDuration.Ticks);
        _enter.Bind(6, node.MaxRuns);
        _enter.Bind(7, node.MaxAttempts);
        _enter.Run();
        return (new Stay(node.Name, _database.LastInsertedKey), formerLock);
    }

    public bool IsEntered(Stay stay) => LockOf(stay) is not null;

    /// <summary>The lock file of a node; null when it is not entered.</summary>
    public string? LockOf(Stay stay)
    {
        _find.Bind(1, stay.Key);
        _find.Bind(2, stay.Name);
        if (!_find.Step())
        {
            return null;
        }

        var lockFile = _find.Text(0);
        _find.Reset();
        return lockFile;
    }

    public bool Renew(Stay stay, in NodeHeartbeat heartbeat, long now)
    {
        _renew.Bind(1, stay.Key);
        _renew.Bind(2, stay.Name);
        _renew.Bind(3, now);
        _renew.Bind(4, heartbeat.Attempts);
        _renew.Bind(5, heartbeat.IsDraining ? 1 : 0);
        _renew.Run();
        return _database.Changes > 0;
    }

    public bool IsExpired(long node, long now)
    {
        _expired.Bind(1, node);
        _expired.Bind(2, now);
        var expired = _expired.Step();
        _expired.Reset();
        return expired;
    }

    /// <summary>Takes a node out and ends its leases.</summary>
    /// <returns>Its lock file; null when it was not entered.</returns>
    public string? PutOut(long node, long now)
    {
        _remove.Bind(1, node);
        if (!_remove.Step())
        {
            return null;
        }

        var lockFile = _remove.Text(0);
        _remove.Run();
        _endLeases.Bind(1, node);
        _endLeases.Bind(2, now);
        _endLeases.Run();
        _bell.Want();
        return lockFile;
    }
}
