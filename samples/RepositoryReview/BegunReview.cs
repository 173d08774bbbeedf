using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite;
using OrchestrationEngine.State;

namespace RepositoryReview;

/// <summary>A review that the database has from before.</summary>
/// <param name="Summary">Where it stands.</param>
/// <param name="Created">How it was begun.</param>
internal sealed record BegunReview(RunSummary Summary, RunCreated Created)
{
    /// <summary>
    /// The newest review that has not ended; else the newest that has. Read from the store itself, because the agents can be
    /// registered only when it is known what they work on.
    /// </summary>
    public static async Task<BegunReview?> FindAsync(string database, CancellationToken cancellationToken)
    {
        if (!File.Exists(database))
        {
            return null;
        }

        await using var store = new SqliteStateStore(new SqliteStateStoreOptions { FilePath = database });
        var unfinished = await store.QueryAsync(
            new RunQuery { PlanId = ReviewPlan.Id, Statuses = [RunStatus.Pending, RunStatus.Running, RunStatus.Paused], PageSize = 1 },
            cancellationToken);
        var newest = unfinished.Items.Count > 0 ? unfinished : await store.QueryAsync(new RunQuery { PlanId = ReviewPlan.Id, PageSize = 1 }, cancellationToken);
        if (newest.Items is not [var summary])
        {
            return null;
        }

        await foreach (var first in store.ReadAsync(summary.Id, 0, cancellationToken))
        {
            if (first.Event is RunCreated created)
            {
                return new(summary, created);
            }
        }

        return null;
    }

    public bool HasEnded => Summary.Status is not (RunStatus.Pending or RunStatus.Running or RunStatus.Paused);
}
