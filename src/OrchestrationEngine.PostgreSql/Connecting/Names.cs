using System.Security.Cryptography;
using System.Text;

namespace OrchestrationEngine.PostgreSql.Connecting;

/// <summary>The names of a store's tables with their schema, quoted. Statements name it themselves, because a session behind a proxy has no search path of ours.</summary>
internal sealed class Names(string schema)
{
    public string Schema => schema;

    public string QuotedSchema { get; } = Quote(schema);

    public string Runs { get; } = Quote(schema) + ".runs";

    public string Events { get; } = Quote(schema) + ".run_events";

    public string Snapshots { get; } = Quote(schema) + ".run_snapshots";

    public string Inbox { get; } = Quote(schema) + ".inbox";

    public string Nodes { get; } = Quote(schema) + ".nodes";

    public string Purged { get; } = Quote(schema) + ".purged_runs";

    public string Contents { get; } = Quote(schema) + ".contents";

    public string Pieces { get; } = Quote(schema) + ".content_pieces";

    public string Links { get; } = Quote(schema) + ".artifact_links";

    public string Memos { get; } = Quote(schema) + ".memos";

    public string Version { get; } = Quote(schema) + ".schema_version";

    /// <summary>The channel for LISTEN and NOTIFY. Another application may use the same name: what comes in is a hint.</summary>
    public string Channel => schema;

    /// <summary>What a migration locks, so that of two processes one waits for the other.</summary>
    public long Lock { get; } = BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes("OrchestrationEngine " + schema)));

    public static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}
