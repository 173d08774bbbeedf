using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Agents;

/// <summary>How a <see cref="FolderAgent"/> hands work over through files. It is copied when the agent is made; later changes have no effect.</summary>
public sealed class FolderAgentOptions
{
    /// <summary>
    /// The folder, in which there are <c>pending</c>, <c>in-progress</c>, <c>completed</c> and <c>failed</c>; all are made where they are missing, and must be
    /// on one file system. Relative to the current directory of the application.
    /// </summary>
    /// <value>There is no default; it must be set.</value>
    public string Folder { get; set; } = "";

    /// <summary>The <c>target.agent_id</c> of requests, by which several agents on one folder know their own.</summary>
    /// <value>The default is null: the name under which the agent is registered.</value>
    public string? AgentId { get; set; }

    /// <summary>The <c>target.agent_type</c> of requests.</summary>
    /// <value>The default is null: it is left out.</value>
    public string? AgentType { get; set; }

    /// <summary>The <c>input.schema</c> of requests: what the agent knows as the form of the inputs.</summary>
    /// <value>The default is null: it is left out.</value>
    public string? InputSchema { get; set; }

    /// <summary>The <c>expected_output.schema</c> of requests: what the agent knows as the form of the output.</summary>
    /// <value>The default is null: it is left out.</value>
    public string? OutputSchema { get; set; }

    /// <summary>The <c>expected_output.artifact_type</c> of requests.</summary>
    /// <value>The default is <c>json</c>.</value>
    public string ArtifactType { get; set; } = "json";

    /// <summary>The <c>priority</c> of requests.</summary>
    /// <value>The default is <c>normal</c>.</value>
    public string Priority { get; set; } = "normal";

    /// <summary>More members for the <c>context</c> of requests, such as <c>tech_stack</c>: names and JSON values. The engine's own win.</summary>
    /// <value>The default is none.</value>
    public IDictionary<string, JsonData> Context { get; set; } = new Dictionary<string, JsonData>(StringComparer.Ordinal);

    /// <summary>
    /// How long an answer may take, whatever the task's own timeout is; it stands in requests as <c>timeout_seconds</c>. The attempt then fails as
    /// <see cref="FailureClass.Timeout"/> and the request is withdrawn.
    /// </summary>
    /// <value>The default is null: without limit.</value>
    public TimeSpan? Timeout { get; set; }

    /// <summary>How often it is looked for an answer when the file system tells of none: not every one tells, and no network.</summary>
    /// <value>The default is 1 second; more than zero, at most a day.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long an answer that can't be read must stay unchanged before it counts as broken, and not as one that is still written; and how long a request may
    /// be in none of the folders.
    /// </summary>
    /// <value>The default is 5 seconds; zero or more.</value>
    public TimeSpan SettleTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many bytes an answer may have. A larger one fails the attempt as <see cref="FailureClass.InvalidOutput"/>.</summary>
    /// <value>The default is 4 MiB.</value>
    public int MaxOutputBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// How long files that are done with are kept in the folders: a run that goes on after a crash finds its answer among them. Then they are moved to
    /// <see cref="ArchiveFolder"/>, or removed, by any attempt that succeeds.
    /// </summary>
    /// <value>The default is 7 days; it should be longer than a crash may last.</value>
    public TimeSpan KeepFilesFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Where files go that are done with; on the same file system.</summary>
    /// <value>The default is null: they are removed.</value>
    public string? ArchiveFolder { get; set; }
}
