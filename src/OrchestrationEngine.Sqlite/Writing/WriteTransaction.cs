using System.Diagnostics;
using OrchestrationEngine.Sqlite.Native;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>Begins and ends the transactions of the connection that writes, and waits for its turn among the processes that write to the file.</summary>
/// <remarks>
/// SQLite's own wait sleeps for longer and longer, up to 100 ms, between its tries. Against a process that commits without a pause it comes too late again
/// and again; a try every millisecond finds a gap between two commits.
/// </remarks>
internal sealed class WriteTransaction
{
    private readonly Database _database;
    private readonly TimeSpan _busyTimeout;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;

    public WriteTransaction(Database database, TimeSpan busyTimeout)
    {
        _database = database;
        _busyTimeout = busyTimeout;
        _begin = database.Prepare("BEGIN IMMEDIATE");
        _commit = database.Prepare("COMMIT");
        _rollback = database.Prepare("ROLLBACK");
    }

    public void Begin()
    {
        if (_begin.TryRun() is not { } busy)
        {
            return;
        }

        var started = Stopwatch.GetTimestamp();
        var wait = default(SpinWait);
        while (Stopwatch.GetElapsedTime(started) < _busyTimeout)
        {
            // As SQLite's own wait, this holds the calling thread: a few turns, then a millisecond each time.
            wait.SpinOnce();
            if (_begin.TryRun() is null)
            {
                return;
            }
        }

        throw busy;
    }

    public void Commit() => _commit.Run();

    public void Rollback()
    {
        if (_database.InTransaction)
        {
            _rollback.Run();
        }
    }
}
