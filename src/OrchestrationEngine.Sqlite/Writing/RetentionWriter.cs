using System.Diagnostics;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.Sqlite.Schema;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>Removes runs and gives space back, in slices. Used by the writer, inside a transaction.</summary>
/// <remarks>
/// A run vanishes with its narrow row, through which everything else is found; its key is kept until its rows are gone, so that what a crash leaves behind goes
/// with the next slice, whoever asks for it.
/// </remarks>
internal sealed class RetentionWriter
{
    // Few enough that their pages are a small part of a slice, wherever they lie.
    private const int RowsAtATime = 64;
    private const int PagesAtATime = 16;
    private readonly Database _database;
    private readonly Statement _find;
    private readonly Statement _remove;
    private readonly Statement _begin;
    private readonly Statement _next;
    private readonly Statement _end;
    private readonly Statement _attempts;
    private readonly Statement _events;
    private readonly Statement _messages;
    private readonly Statement _snapshot;

    public RetentionWriter(Database database)
    {
        _database = database;
        _find = database.Prepare($"SELECT run_key FROM runs WHERE run_id = ?1 AND node_key IS NULL AND status IN ({StoredStatus.TerminalList})");
        _remove = database.Prepare("DELETE FROM runs WHERE run_key = ?1");
        _begin = database.Prepare("INSERT INTO purges (run_key) VALUES (?1)");
        _next = database.Prepare("SELECT run_key FROM purges ORDER BY run_key LIMIT 1");
        _end = database.Prepare("DELETE FROM purges WHERE run_key = ?1");
        const string Facts = "SELECT position FROM run_events INDEXED BY run_events_by_run WHERE run_key = ?1 ORDER BY sequence LIMIT ?2";
        _attempts = database.Prepare($"DELETE FROM step_attempts WHERE position IN ({Facts})");
        _events = database.Prepare($"DELETE FROM run_events WHERE position IN ({Facts})");
        _messages = database.Prepare("DELETE FROM inbox WHERE message_key IN (SELECT message_key FROM inbox INDEXED BY inbox_by_run WHERE run_key = ?1 LIMIT ?2)");
        _snapshot = database.Prepare("DELETE FROM snapshots WHERE run_key = ?1");
    }

    /// <summary>Removes what it can in the time given; at least a few rows, so that each slice gets further.</summary>
    public PurgeSlice Purge(IReadOnlyList<RunId> runs, TimeSpan budget)
    {
        var slice = new Slice(budget);
        var vanished = 0;
        var rows = 0L;
        var looked = 0;
        for (; looked < runs.Count && (vanished == 0 || !slice.IsOver); looked++)
        {
            if (Vanish(runs[looked]))
            {
                vanished++;
                rows++;
            }
        }

        var hasProgress = vanished > 0;
        var next = Next();
        while (next is { } run && (!slice.IsOver || !hasProgress))
        {
            var (removed, isLast) = RemoveRows(run);
            rows += removed;
            hasProgress = true;
            next = isLast ? Next() : next;
        }

        return new PurgeSlice(vanished, rows, IsDone: looked == runs.Count && next is null);
    }

    /// <summary>Moves pages from the end of the file into its gaps and cuts it off, as far as the time given goes.</summary>
    /// <returns>Whether there are more gaps.</returns>
    public bool Compact(TimeSpan budget)
    {
        var slice = new Slice(budget);
        long gaps;
        do
        {
            _database.Execute($"PRAGMA incremental_vacuum({PagesAtATime})");
            gaps = _database.QueryNumber("PRAGMA freelist_count");
        }
        while (gaps > 0 && !slice.IsOver);
        return gaps > 0;
    }

    private bool Vanish(RunId id)
    {
        _find.Bind(1, id.Value);
        if (!_find.Step())
        {
            return false;
        }

        var key = _find.Number(0);
        _find.Reset();
        Run(_remove, key);
        Run(_begin, key);
        return true;
    }

    private long? Next()
    {
        if (!_next.Step())
        {
            return null;
        }

        var key = _next.Number(0);
        _next.Reset();
        return key;
    }

    /// <summary>Removes some rows of a run that has vanished.</summary>
    /// <returns>How many, and whether they were the last.</returns>
    private (long Rows, bool IsLast) RemoveRows(long run)
    {
        // The attempts are found by the facts, so they go first.
        var rows = RunSome(_attempts, run);
        var facts = RunSome(_events, run);
        rows += facts;
        if (facts == RowsAtATime)
        {
            return (rows, false);
        }

        var messages = RunSome(_messages, run);
        rows += messages;
        if (messages == RowsAtATime)
        {
            return (rows, false);
        }

        rows += Run(_snapshot, run);
        Run(_end, run);
        return (rows, true);
    }

    private long RunSome(Statement statement, long run)
    {
        statement.Bind(2, RowsAtATime);
        return Run(statement, run);
    }

    private long Run(Statement statement, long run)
    {
        statement.Bind(1, run);
        statement.Run();
        return _database.Changes;
    }

    /// <summary>The time of a slice. Its commit has to write what the slice has changed, which takes about as long again.</summary>
    private readonly struct Slice(TimeSpan budget)
    {
        private readonly long _started = Stopwatch.GetTimestamp();
        private readonly TimeSpan _work = budget / 2;

        public bool IsOver => Stopwatch.GetElapsedTime(_started) >= _work;
    }
}
