using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Retention;

/// <summary>
/// Puts a run back into a store. Facts can't be created as those of a run that has ended: the last of them ends it. Until then the run
/// has a lease that does not end by itself, so that no node takes up what is over.
/// </summary>
internal static class RunRestore
{
    /// <exception cref="RunExistsException">There is a run with its id.</exception>
    /// <exception cref="RunArchiveException">Another run has its business key.</exception>
    public static async Task RestoreAsync(IStateStore store, RunArchive archive, CancellationToken cancellationToken)
    {
        var events = archive.Events.ToArray();
        if (await store.FindAsync(archive.Run, cancellationToken).ConfigureAwait(false) is { } row)
        {
            await FinishAsync(store, archive, events, row).ConfigureAwait(false);
            return;
        }

        // A name that nobody else has, for joining with one in use ends the leases of whoever has it.
        var name = $"{NameOf(archive.Run)}{Guid.NewGuid():N}";
        var node = await store.JoinAsync(new NodeRegistration { Name = name, LeaseDuration = TimeSpan.MaxValue }, cancellationToken).ConfigureAwait(false);
        var run = new NewRun
        {
            Id = archive.Run,
            PlanId = archive.Plan.Id,
            PlanVersion = archive.Plan.Version,
            BusinessKey = archive.BusinessKey,
            Agents = [.. archive.Plan.Phases.SelectMany(phase => phase.Tasks).Select(task => task.Agent).Distinct(StringComparer.Ordinal)],
            Owner = node,
            Events = events.AsMemory(..^1),
        };
        try
        {
            var holder = await store.CreateAsync(run, cancellationToken).ConfigureAwait(false);
            if (holder != archive.Run)
            {
                throw RunArchiveException.KeyTaken(archive.Run, archive.BusinessKey, holder);
            }
        }
        catch (Exception e) when (e is RunExistsException or RunArchiveException or OperationCanceledException)
        {
            await store.LeaveAsync(node, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        await EndAsync(store, archive, events, epoch: 1, node).ConfigureAwait(false);
    }

    private static string NameOf(RunId run) => $"restore of {run}, ";

    // One that was interrupted between its two commits: the run is there but for its last fact, and nobody else has its lease.
    private static async Task FinishAsync(IStateStore store, RunArchive archive, RecordedEvent[] events, RunSummary row)
    {
        if (row.Node is not { } node
            || !node.Value.StartsWith(NameOf(archive.Run), StringComparison.Ordinal)
            || row.Version != events.Length - 1
            || row.CreatedAt != events[0].Timestamp)
        {
            throw new RunExistsException(archive.Run);
        }

        await EndAsync(store, archive, events, row.Epoch, node).ConfigureAwait(false);
    }

    private static async Task EndAsync(IStateStore store, RunArchive archive, RecordedEvent[] events, long epoch, NodeId node)
    {
        await store.AppendAsync(new RunAppend(archive.Run, events.Length - 1, events.AsMemory(^1..), archive.Status, epoch), CancellationToken.None).ConfigureAwait(false);
        await store.LeaveAsync(node, CancellationToken.None).ConfigureAwait(false);
    }
}
