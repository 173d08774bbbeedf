namespace OrchestrationEngine.Runs;

/// <summary>A stored journal can't be read by this version of the library. Nothing was changed.</summary>
public sealed class JournalFormatException : OrchestrationException
{
    private JournalFormatException(string message)
        : base(message)
    {
    }

    private JournalFormatException(string message, Exception cause)
        : base(message, cause)
    {
    }

    internal static JournalFormatException UnknownType(string type)
        => new($"The journal has a fact of type '{type}', which version {Version} of OrchestrationEngine does not know. A newer version wrote it: run with that version or a later one.");

    internal static JournalFormatException NewerVersion(string type, int schemaVersion)
        => new($"The journal has a fact '{type}' in shape {schemaVersion}, which version {Version} of OrchestrationEngine does not know. A newer version wrote it: run with that version or a later one.");

    internal static JournalFormatException Damaged(string type, Exception cause)
        => new($"The journal has a fact of type '{type}' whose content can't be read: {cause.Message} Restore the store from a backup.", cause);

    internal static JournalFormatException Impossible(RunId run, long sequence, string type, Exception cause)
        => new($"Fact {sequence} ('{type}') in the journal of run '{run}' does not follow from those before it: {cause.Message} Restore the store from a backup.", cause);

    private static string Version => typeof(JournalFormatException).Assembly.GetName().Version?.ToString(3) ?? "0";
}
