using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Native;

namespace OrchestrationEngine.Sqlite.Artifacts;

/// <summary>Which runs need which contents. Used by the writer, inside a transaction.</summary>
internal sealed class LinkWriter
{
    private readonly Database _database;
    private readonly Statement _link;
    private readonly Statement _confirm;
    private readonly Statement _unlink;
    private readonly Statement _unlinkAll;
    private readonly Statement _touch;

    public LinkWriter(Database database)
    {
        _database = database;
        _link = database.Prepare("INSERT INTO artifact_links (run_id, digest, linked_at, is_confirmed) VALUES (?1, ?2, ?3, 0) ON CONFLICT (run_id, digest) DO UPDATE SET linked_at = excluded.linked_at");
        _confirm = database.Prepare("UPDATE artifact_links SET is_confirmed = 1 WHERE run_id = ?1 AND digest = ?2");
        _unlink = database.Prepare("DELETE FROM artifact_links WHERE run_id = ?1 AND digest = ?2 AND linked_at < ?3");
        _unlinkAll = database.Prepare("DELETE FROM artifact_links WHERE run_id = ?1 AND linked_at < ?2");
        _touch = database.Prepare("UPDATE contents SET touched_at = ?2 WHERE digest = ?1");
    }

    /// <summary>Links a content that is there, or renews its link.</summary>
    public void Link(RunId run, ContentDigest digest, long now)
    {
        _link.Bind(1, run.Value);
        _link.Bind(2, digest.Hex);
        _link.Bind(3, now);
        _link.Run();
        Touch(digest, now);
    }

    public void Confirm(RunId run, ContentDigest digest)
    {
        _confirm.Bind(1, run.Value);
        _confirm.Bind(2, digest.Hex);
        _confirm.Run();
    }

    /// <summary>Removes a link that was made or renewed before a time.</summary>
    /// <returns>How many were removed.</returns>
    public int Unlink(RunId run, ContentDigest digest, long before)
    {
        _unlink.Bind(1, run.Value);
        _unlink.Bind(2, digest.Hex);
        _unlink.Bind(3, before);
        _unlink.Run();
        return _database.Changes;
    }

    /// <summary>Removes all links of a run that were made or renewed before a time.</summary>
    /// <returns>How many were removed.</returns>
    public int UnlinkAll(RunId run, long before)
    {
        _unlinkAll.Bind(1, run.Value);
        _unlinkAll.Bind(2, before);
        _unlinkAll.Run();
        return _database.Changes;
    }

    private void Touch(ContentDigest digest, long now)
    {
        _touch.Bind(1, digest.Hex);
        _touch.Bind(2, now);
        _touch.Run();
    }
}
