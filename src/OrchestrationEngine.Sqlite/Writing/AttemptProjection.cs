using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Native;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>Keeps <c>step_attempts</c> in step with the journal, in the transaction of the facts themselves.</summary>
/// <remarks>
/// Which attempts are open is remembered with the run: an index on them would be a page more in every commit. Where it is not known,
/// after a restart, the journal of the run says it, once.
/// </remarks>
internal sealed class AttemptProjection
{
    private readonly Statement _start;
    private readonly Statement _end;
    private readonly Statement _findOpen;

    public AttemptProjection(Database database)
    {
        _start = database.Prepare("INSERT INTO step_attempts (position, run_key, task, attempt, agent, started_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        _end = database.Prepare("UPDATE step_attempts SET ended_at = ?2, outcome = ?3, error = ?4 WHERE position = ?1");
        _findOpen = database.Prepare("SELECT a.task, a.attempt, a.position FROM run_events e CROSS JOIN step_attempts a ON a.position = e.position WHERE e.run_key = ?1 AND a.outcome IS NULL ORDER BY e.sequence");
    }

    /// <summary>Records what a fact says about attempts.</summary>
    /// <param name="run">The run.</param>
    /// <param name="row">The fact.</param>
    /// <param name="position">Where it lies in the journal.</param>
    public void Apply(LiveRun run, in EventBatch.Row row, long position)
    {
        switch (row.Event)
        {
            case AttemptStarted started:
                Start(run, started, row.Timestamp, position);
                break;
            case AttemptSucceeded succeeded:
                End(run, row.Timestamp, succeeded.Task, succeeded.Attempt, "succeeded"u8, null);
                break;
            case AttemptFailed failed:
                End(run, row.Timestamp, failed.Task, failed.Attempt, "failed"u8, $"{failed.Failure.Class}: {failed.Failure.Message}");
                break;
            case AttemptAbandoned abandoned:
                End(run, row.Timestamp, abandoned.Task, abandoned.Attempt, "abandoned"u8, abandoned.Reason);
                break;
            case TaskCanceled canceled:
                End(run, row.Timestamp, canceled.Task, null, "canceled"u8, canceled.Reason);
                break;
            default:
                break;
        }
    }

    private void Start(LiveRun run, AttemptStarted started, long timestamp, long position)
    {
        var open = OpenAttemptsOf(run);
        _start.Bind(1, position);
        _start.Bind(2, run.Key);
        _start.Bind(3, started.Task);
        _start.Bind(4, started.Attempt);
        _start.Bind(5, started.Agent);
        _start.Bind(6, timestamp);
        _start.Run();
        open[started.Task] = new LiveRun.OpenAttempt(started.Attempt, position);
    }

    private void End(LiveRun run, long timestamp, string task, int? attempt, ReadOnlySpan<byte> outcome, string? error)
    {
        var open = OpenAttemptsOf(run);
        if (!open.TryGetValue(task, out var ended) || (attempt is not null && attempt != ended.Attempt))
        {
            return;
        }

        _end.Bind(1, ended.Position);
        _end.Bind(2, timestamp);
        _end.Bind(3, outcome);
        _end.Bind(4, error);
        _end.Run();
        open.Remove(task);
    }

    private Dictionary<string, LiveRun.OpenAttempt> OpenAttemptsOf(LiveRun run)
    {
        if (run.OpenAttempts is { } known)
        {
            return known;
        }

        var open = new Dictionary<string, LiveRun.OpenAttempt>(StringComparer.Ordinal);
        _findOpen.Bind(1, run.Key);
        while (_findOpen.Step())
        {
            open[_findOpen.Text(0)] = new LiveRun.OpenAttempt(_findOpen.Number(1), _findOpen.Number(2));
        }

        return run.OpenAttempts = open;
    }
}
