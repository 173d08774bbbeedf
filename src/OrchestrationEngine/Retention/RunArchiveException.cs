using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Retention;

/// <summary>A run can't be archived, or a bundle file can't be read. The store is as it was.</summary>
public sealed class RunArchiveException : OrchestrationException
{
    private RunArchiveException(string message, RunId? run, Exception? cause = null)
        : base(message, cause!)
    {
        Run = run;
    }

    /// <summary>The run; null where the error is not that of one run.</summary>
    public RunId? Run { get; }

    internal static RunArchiveException NotEnded(RunId run, RunStatus status)
        => new($"Run '{run}' is {status}; only a run that has ended can be archived. Wait for its end, or cancel it.", run);

    internal static RunArchiveException Changed(RunId run, long expected, long read)
        => new($"Run '{run}' changed while it was archived: {expected} facts were expected, {read} were read. Archive it again.", run);

    internal static RunArchiveException TooLarge(RunId run, string entry)
        => new($"Run '{run}' is too large to be archived: '{entry}' would have more than {BundleFormat.MaxEntryBytes} bytes. Remove it by a rule without an archive, or keep it.", run);

    internal static RunArchiveException Folder(string folder, Exception cause)
        => new($"Archives can't be written to '{folder}': {cause.Message} Give the process the right to write there, or name another folder. No run was removed without its archive.", null, cause);

    internal static RunArchiveException Damaged(string what, Exception? cause = null)
        => new($"The bundle can't be read: {what} Nothing was restored; use another copy of the file.", null, cause);

    internal static RunArchiveException KeyTaken(RunId run, string? key, RunId holder)
        => new($"Run '{run}' can't be restored: its business key '{key}' is now that of run '{holder}'. Nothing was restored; remove that run first, or restore into another store.", run);
}
