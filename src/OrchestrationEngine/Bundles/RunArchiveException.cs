using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Bundles;

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

    /// <summary>Everything that is wrong with a bundle, each for itself; empty where it is about something else.</summary>
    public IReadOnlyList<string> Problems { get; private init; } = [];

    internal static RunArchiveException NotEnded(RunId run, RunStatus status)
        => new($"Run '{run}' is {status}; only a run that has ended can be archived. Wait for its end, or cancel it.", run);

    internal static RunArchiveException Changed(RunId run, long expected, long read)
        => new($"Run '{run}' changed while it was archived: {expected} facts were expected, {read} were read. Archive it again.", run);

    internal static RunArchiveException TooLarge(RunId run, string entry, long most)
        => new($"Run '{run}' is too large to be archived: '{entry}' would have more than {most} bytes. Remove it by a rule without an archive, or keep it.", run);

    internal static RunArchiveException TooMany(RunId run, int contents)
        => new($"Run '{run}' is too large to be archived: its journal names {contents} contents, and a bundle has at most {BundleFormat.MaxParts} parts. Remove it by a rule without an archive, or keep it.", run);

    internal static RunArchiveException Unsound(RunId run, Exception cause)
        => new($"Run '{run}' can't be archived, for nobody could read the bundle: {cause.Message}", run, cause);

    internal static RunArchiveException Folder(string folder, Exception cause)
        => new($"Archives can't be written to '{folder}': {cause.Message} Give the process the right to write there, or name another folder. No run was removed without its archive.", null, cause);

    internal static RunArchiveException Damaged(string what, Exception? cause = null) => Damaged([what], cause);

    internal static RunArchiveException Damaged(IReadOnlyList<string> problems, Exception? cause = null)
        => new($"The bundle can't be read: {(problems.Count == 1 ? problems[0] : string.Concat(problems.Select(static problem => "\n- " + problem)) + "\n")} Nothing was restored; use another copy of the file.", null, cause) { Problems = problems };

    internal static RunArchiveException NoArtifactStore(RunId run, int contents)
        => new($"Run '{run}' can't be restored: its bundle has {contents} contents, and no artifact store is registered to keep them. Nothing was restored; register one, as UseInMemoryStore, UseSqlite, UsePostgreSql or UseFileArtifacts do.", run);

    internal static RunArchiveException Differs(RunId run, long sequence)
        => new($"Run '{run}' can't be restored: there is a run with its id, and it is another one from fact {sequence} on. Nothing was restored; remove that run first, or restore into another store.", run);

    internal static RunArchiveException KeyTaken(RunId run, string? key, RunId holder)
        => new($"Run '{run}' can't be restored: its business key '{key}' is now that of run '{holder}'. Nothing was restored; remove that run first, or restore into another store.", run);
}
