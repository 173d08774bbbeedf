using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Agents;

/// <summary>The options of a folder agent, checked and copied. Immutable.</summary>
internal sealed record FolderAgentSettings
{
    // The longest time that a timer takes.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    public required string Folder { get; init; }

    public required string? AgentId { get; init; }

    public required string? AgentType { get; init; }

    public required string? InputSchema { get; init; }

    public required string? OutputSchema { get; init; }

    public required string ArtifactType { get; init; }

    public required string Priority { get; init; }

    public required IReadOnlyList<KeyValuePair<string, JsonData>> Context { get; init; }

    public required TimeSpan? Timeout { get; init; }

    public required TimeSpan PollInterval { get; init; }

    public required TimeSpan SettleTime { get; init; }

    public required int MaxOutputBytes { get; init; }

    public required TimeSpan KeepFilesFor { get; init; }

    public required string? ArchiveFolder { get; init; }

    /// <summary>Checks and copies.</summary>
    /// <exception cref="OrchestrationConfigurationException">The options are wrong; it lists everything that is.</exception>
    public static FolderAgentSettings From(FolderAgentOptions options, string subject)
    {
        var problems = new List<string>();
        Require(!string.IsNullOrWhiteSpace(options.Folder), "Folder is empty; set it to the folder that the agent looks into.");
        Require(options.ArchiveFolder is null || !string.IsNullOrWhiteSpace(options.ArchiveFolder), "ArchiveFolder is empty; set it to a folder, or to null where files are to be removed.");
        Require(options.ArtifactType is not null && options.Priority is not null && options.Context is not null, "ArtifactType, Priority or Context is null; leave them at their defaults.");
        Require(options.Timeout is not { } timeout || (timeout > TimeSpan.Zero && timeout <= LongestTimeout), $"Timeout is {options.Timeout}; it is more than zero and at most {LongestTimeout.Days} days, or null for none.");
        Require(options.PollInterval > TimeSpan.Zero && options.PollInterval <= TimeSpan.FromDays(1), $"PollInterval is {options.PollInterval}; it is more than zero and at most a day.");
        Require(options.SettleTime >= TimeSpan.Zero, $"SettleTime is {options.SettleTime}; it is zero or more.");
        Require(options.KeepFilesFor >= TimeSpan.Zero, $"KeepFilesFor is {options.KeepFilesFor}; it is zero or more.");
        Require(options.MaxOutputBytes >= 1 && options.MaxOutputBytes <= Array.MaxLength, $"MaxOutputBytes is {options.MaxOutputBytes}; it is from 1 to {Array.MaxLength}.");
        if (problems.Count > 0)
        {
            throw new OrchestrationConfigurationException([.. problems.Select(problem => $"{subject}: {problem}")]);
        }

        return new FolderAgentSettings
        {
            Folder = Path.GetFullPath(options.Folder),
            AgentId = options.AgentId,
            AgentType = options.AgentType,
            InputSchema = options.InputSchema,
            OutputSchema = options.OutputSchema,
            ArtifactType = options.ArtifactType!,
            Priority = options.Priority!,
            Context = [.. options.Context!.OrderBy(member => member.Key, StringComparer.Ordinal)],
            Timeout = options.Timeout,
            PollInterval = options.PollInterval,
            SettleTime = options.SettleTime,
            MaxOutputBytes = options.MaxOutputBytes,
            KeepFilesFor = options.KeepFilesFor,
            ArchiveFolder = options.ArchiveFolder is null ? null : Path.GetFullPath(options.ArchiveFolder),
        };

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }
}
