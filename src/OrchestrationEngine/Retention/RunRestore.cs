using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Retention;

/// <summary>Puts a run back into a store, in one commit: it is there as one that has ended, or it is not there.</summary>
internal static class RunRestore
{
    /// <exception cref="RunExistsException">There is a run with its id.</exception>
    /// <exception cref="RunArchiveException">Another run has its business key.</exception>
    public static async Task RestoreAsync(IStateStore store, RunArchive archive, CancellationToken cancellationToken)
    {
        // A business key that is its own would give the run that is there as the answer.
        if (await store.FindAsync(archive.Run, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new RunExistsException(archive.Run);
        }

        var run = new NewRun
        {
            Id = archive.Run,
            PlanId = archive.Plan.Id,
            PlanVersion = archive.Plan.Version,
            BusinessKey = archive.BusinessKey,
            Agents = [.. archive.Plan.Phases.SelectMany(phase => phase.Tasks).Select(task => task.Agent).OfType<string>().Distinct(StringComparer.Ordinal)],
            Status = archive.Status,
            Events = archive.Events.ToArray(),
        };
        var holder = await store.CreateAsync(run, cancellationToken).ConfigureAwait(false);
        if (holder != archive.Run)
        {
            throw RunArchiveException.KeyTaken(archive.Run, archive.BusinessKey, holder);
        }
    }
}
