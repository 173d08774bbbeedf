namespace OrchestrationEngine.Handoffs;

/// <summary>What contracts may look at: the part of the engine's options that is theirs.</summary>
/// <param name="Files">The folder below which contracts look for files; null where there is none.</param>
/// <param name="MaxContentBytes">How many bytes of an artifact a contract reads.</param>
internal sealed record HandoffSettings(string? Files = null, int MaxContentBytes = HandoffSettings.DefaultMaxContentBytes)
{
    public const int DefaultMaxContentBytes = 16 * 1024 * 1024;

    /// <summary>How deep the JSON may be nested that a contract looks into.</summary>
    public const int MaxNesting = 128;

    public static readonly HandoffSettings Default = new();
}
