using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Schema;

/// <summary>The states of a run as they are stored. Stored words are never renamed.</summary>
internal static class StoredStatus
{
    /// <summary>Whether the state of a row is an end, in SQL.</summary>
    public const string IsTerminal = "status IN ('succeeded', 'failed', 'quarantined', 'canceled')";

    public static readonly IReadOnlyList<RunStatus> All = Enum.GetValues<RunStatus>();

    public static string From(RunStatus status) => status switch
    {
        RunStatus.Pending => "pending",
        RunStatus.Running => "running",
        RunStatus.Paused => "paused",
        RunStatus.Succeeded => "succeeded",
        RunStatus.Failed => "failed",
        RunStatus.Quarantined => "quarantined",
        RunStatus.Canceled => "canceled",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "This is not a state of a run."),
    };

    public static RunStatus To(string stored, string store)
    {
        foreach (var status in All)
        {
            if (stored == From(status))
            {
                return status;
            }
        }

        throw new StateStoreException($"{store} has a run in the state '{stored}', which this version does not know. A newer version wrote it: use that version or a later one.", isTransient: false);
    }
}
