using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Native;

namespace OrchestrationEngine.Sqlite.Writing;

/// <summary>Keeps <c>step_attempts</c> in step with the journal, in the transaction of the facts themselves.</summary>
internal sealed class AttemptProjection
{
    private readonly Statement _start;
    private readonly Statement _end;
    private readonly Statement _endOfTask;

    public AttemptProjection(Database database)
    {
        // The row of the journal was written just before, so its position is the last row id.
        _start = database.Prepare("INSERT INTO step_attempts (position, run_key, task, attempt, agent, started_at) VALUES (last_insert_rowid(), ?1, ?2, ?3, ?4, ?5)");
        _end = database.Prepare("UPDATE step_attempts SET ended_at = ?4, outcome = ?5, error = ?6 WHERE run_key = ?1 AND task = ?2 AND attempt = ?3 AND outcome IS NULL");
        _endOfTask = database.Prepare("UPDATE step_attempts SET ended_at = ?3, outcome = ?4, error = ?5 WHERE run_key = ?1 AND task = ?2 AND outcome IS NULL");
    }

    public void Apply(long runKey, in EventBatch.Row row)
    {
        switch (row.Event)
        {
            case AttemptStarted started:
                _start.Bind(1, runKey);
                _start.Bind(2, started.Task);
                _start.Bind(3, started.Attempt);
                _start.Bind(4, started.Agent);
                _start.Bind(5, row.Timestamp);
                _start.Run();
                break;
            case AttemptSucceeded succeeded:
                End(runKey, row.Timestamp, succeeded, "succeeded"u8, null);
                break;
            case AttemptFailed failed:
                End(runKey, row.Timestamp, failed, "failed"u8, $"{failed.Failure.Class}: {failed.Failure.Message}");
                break;
            case AttemptAbandoned abandoned:
                End(runKey, row.Timestamp, abandoned, "abandoned"u8, abandoned.Reason);
                break;
            case TaskCanceled canceled:
                _endOfTask.Bind(1, runKey);
                _endOfTask.Bind(2, canceled.Task);
                _endOfTask.Bind(3, row.Timestamp);
                _endOfTask.Bind(4, "canceled"u8);
                _endOfTask.Bind(5, canceled.Reason);
                _endOfTask.Run();
                break;
            default:
                break;
        }
    }

    private void End(long runKey, long timestamp, AttemptEvent ended, ReadOnlySpan<byte> outcome, string? error)
    {
        _end.Bind(1, runKey);
        _end.Bind(2, ended.Task);
        _end.Bind(3, ended.Attempt);
        _end.Bind(4, timestamp);
        _end.Bind(5, outcome);
        _end.Bind(6, error);
        _end.Run();
    }
}
