namespace OrchestrationEngine.Runs;

/// <summary>Why a write to the workspace was refused.</summary>
public enum WriteRefusal
{
    /// <summary>The name is none that a document can have, or differs from another one's in too little.</summary>
    BadName,

    /// <summary>Somebody else writes the document.</summary>
    NotAWriter,

    /// <summary>The document may not be read by the one who asks.</summary>
    NotAReader,

    /// <summary>The task's phase goes by what its tasks declare, and the task does not declare that it writes the document.</summary>
    NotDeclared,

    /// <summary>The document is a log, which is only added to.</summary>
    AppendOnly,

    /// <summary>The document would be larger than it may be, or the workspace has no room for more of its kind.</summary>
    TooLarge,

    /// <summary>The text has signs that are none (lone surrogates).</summary>
    NotText,

    /// <summary>The text breaks the document's contract.</summary>
    ContractBroken,

    /// <summary>The attempt is no longer the one that counts.</summary>
    AttemptEnded,

    /// <summary>The run has ended.</summary>
    RunEnded,

    /// <summary>There is no such conflict, or it is settled.</summary>
    NoConflict,
}

/// <summary>How the decider words refusals of writes, so that who asked can tell them apart.</summary>
internal static class WriteRefusals
{
    private const string Conflict = "[Conflict] ";

    public static string Of(WriteRefusal reason, string message) => $"[{reason}] {message}";

    public static string OfConflict(string message) => Conflict + message;

    public static bool IsConflict(string refusal) => refusal.StartsWith(Conflict, StringComparison.Ordinal);

    public static string Text(string refusal) => refusal[(refusal.IndexOf("] ", StringComparison.Ordinal) + 2)..];

    /// <summary>What a refusal says; a sentence of another rule is one of the run's.</summary>
    public static (WriteRefusal Reason, string Message) Read(string refusal)
    {
        var end = refusal.IndexOf("] ", StringComparison.Ordinal);
        return refusal.StartsWith('[') && end > 0 && Enum.TryParse<WriteRefusal>(refusal.AsSpan(1, end - 1), out var reason)
            ? (reason, refusal[(end + 2)..])
            : (WriteRefusal.RunEnded, refusal);
    }
}
