using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Native;

namespace OrchestrationEngine.Sqlite.Artifacts;

/// <summary>Writes and removes contents, a piece at a time. Used by the writer, inside a transaction.</summary>
internal sealed class ContentWriter
{
    private readonly Database _database;
    private readonly Statement _begin;
    private readonly Statement _touch;
    private readonly Statement _piece;
    private readonly Statement _find;
    private readonly Statement _finish;
    private readonly Statement _dismiss;
    private readonly Statement _abandon;
    private readonly Statement _dismissUnneeded;
    private readonly Statement _pieces;
    private readonly Statement _next;
    private readonly Statement _end;

    public ContentWriter(Database database)
    {
        _database = database;
        _begin = database.Prepare("INSERT INTO contents (state, size, touched_at) VALUES ('writing', 0, ?1)");
        _touch = database.Prepare("UPDATE contents SET touched_at = ?2 WHERE content_key = ?1 AND state = 'writing'");
        _piece = database.Prepare("INSERT INTO content_pieces (piece_key, bytes) VALUES (?1, ?2)");
        _find = database.Prepare("SELECT content_key FROM contents WHERE digest = ?1");
        _finish = database.Prepare("UPDATE contents SET digest = ?2, state = 'kept', size = ?3, touched_at = ?4 WHERE content_key = ?1 AND state = 'writing'");
        _dismiss = database.Prepare("UPDATE contents SET digest = NULL, state = 'going' WHERE content_key = ?1");
        _abandon = database.Prepare("UPDATE contents SET state = 'going' WHERE content_key = ?1 AND state = 'writing'");
        _dismissUnneeded = database.Prepare("UPDATE contents SET digest = NULL, state = 'going' WHERE content_key = ?1 AND state <> 'going' AND touched_at < ?2 AND (digest IS NULL OR NOT EXISTS (SELECT 1 FROM artifact_links l WHERE l.digest = contents.digest))");
        _next = database.Prepare("SELECT piece_key FROM content_pieces WHERE piece_key BETWEEN ?1 AND ?2 ORDER BY piece_key LIMIT 1 OFFSET ?3");
        _pieces = database.Prepare("DELETE FROM content_pieces WHERE piece_key BETWEEN ?1 AND ?2");
        _end = database.Prepare("DELETE FROM contents WHERE content_key = ?1 AND state = 'going'");
    }

    /// <summary>Begins a content.</summary>
    /// <returns>Its key.</returns>
    public long Begin(long now)
    {
        _begin.Bind(1, now);
        _begin.Run();
        return _database.LastInsertedKey;
    }

    /// <summary>Writes a piece of a content that is being written.</summary>
    /// <returns>False when the content is gone: nobody had written to it for so long that it was taken for abandoned.</returns>
    public bool Write(long content, int number, ReadOnlySpan<byte> bytes, long now)
    {
        _touch.Bind(1, content);
        _touch.Bind(2, now);
        _touch.Run();
        if (_database.Changes == 0)
        {
            return false;
        }

        _piece.Bind(1, PieceKey.Of(content, number));
        _piece.BindBlob(2, bytes);
        _piece.Run();
        _piece.BindNull(2);
        return true;
    }

    /// <summary>The key of a content that is there.</summary>
    public long? Find(ContentDigest digest)
    {
        _find.Bind(1, digest.Hex);
        if (!_find.Step())
        {
            return null;
        }

        var key = _find.Number(0);
        _find.Reset();
        return key;
    }

    /// <summary>Gives a content that is written its digest; from then on it is there.</summary>
    /// <returns>False when it is gone.</returns>
    public bool Finish(long content, StoredContent stored, long now)
    {
        _finish.Bind(1, content);
        _finish.Bind(2, stored.Digest.Hex);
        _finish.Bind(3, stored.Size);
        _finish.Bind(4, now);
        _finish.Run();
        return _database.Changes > 0;
    }

    /// <summary>A content is not there any more; its pieces have to be removed.</summary>
    public void Dismiss(long content) => Run(_dismiss, content);

    /// <summary>The same for a content that is being written; one that is there stays.</summary>
    public void Abandon(long content) => Run(_abandon, content);

    /// <summary>The same where nobody needs it and nobody has since a time.</summary>
    /// <returns>Whether that is so.</returns>
    public bool DismissUnneeded(long content, long before)
    {
        _dismissUnneeded.Bind(2, before);
        Run(_dismissUnneeded, content);
        return _database.Changes > 0;
    }

    /// <summary>Removes some pieces of a content that is going, and with the last of them the content.</summary>
    /// <returns>Whether there are more.</returns>
    public bool RemoveSome(long content, int most)
    {
        var (first, last) = (PieceKey.Of(content, 0), PieceKey.Of(content, PieceKey.MaxNumber));
        _next.Bind(1, first);
        _next.Bind(2, last);
        _next.Bind(3, most);
        var hasMore = _next.Step();
        if (hasMore)
        {
            last = _next.Number(0) - 1;
            _next.Reset();
        }

        _pieces.Bind(1, first);
        _pieces.Bind(2, last);
        _pieces.Run();
        if (!hasMore)
        {
            Run(_end, content);
        }

        return hasMore;
    }

    private static void Run(Statement statement, long content)
    {
        statement.Bind(1, content);
        statement.Run();
    }
}

/// <summary>The keys of the pieces of contents.</summary>
internal static class PieceKey
{
    /// <summary>The number of the last piece that a content can have.</summary>
    public const int MaxNumber = (1 << 24) - 1;

    public static long Of(long content, int number) => (content << 24) + number;
}
