using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Schema;

/// <summary>The states of a run as they are stored. Stored words are never renamed.</summary>
internal static class StoredStatus
{
    public static readonly IReadOnlyList<RunStatus> All = Enum.GetValues<RunStatus>();

    /// <summary>The states that end a run, as a list for a statement.</summary>
    public static readonly string TerminalList = string.Join(", ", All.Where(status => status.IsTerminal()).Select(status => $"'{System.Text.Encoding.UTF8.GetString(From(status))}'"));

    public static ReadOnlySpan<byte> From(RunStatus status) => status switch
    {
        RunStatus.Pending => "pending"u8,
        RunStatus.Running => "running"u8,
        RunStatus.Paused => "paused"u8,
        RunStatus.Succeeded => "succeeded"u8,
        RunStatus.Failed => "failed"u8,
        RunStatus.Quarantined => "quarantined"u8,
        RunStatus.Canceled => "canceled"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "This is not a state of a run."),
    };

    public static RunStatus To(ReadOnlySpan<byte> stored, string file)
    {
        foreach (var status in All)
        {
            if (stored.SequenceEqual(From(status)))
            {
                return status;
            }
        }

        throw new StateStoreException($"The store '{file}' has a run in the state '{System.Text.Encoding.UTF8.GetString(stored)}', which this version does not know. A newer version wrote it: use that version or a later one.", isTransient: false);
    }
}
