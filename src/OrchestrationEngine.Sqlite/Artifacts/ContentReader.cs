using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.Sqlite.Schema;

namespace OrchestrationEngine.Sqlite.Artifacts;

/// <summary>Reads contents, links and remembered results. Part of a connection that reads.</summary>
internal sealed class ContentReader
{
    private readonly Statement _find;
    private readonly Statement _piece;
    private readonly Statement _links;
    private readonly Statement _unneeded;
    private readonly Statement _left;

    public ContentReader(Database database)
    {
        _find = database.Prepare("SELECT content_key, size FROM contents WHERE digest = ?1");
        _piece = database.Prepare("SELECT bytes FROM content_pieces WHERE piece_key = ?1");
        _links = database.Prepare("SELECT run_id, digest, linked_at, is_confirmed FROM artifact_links WHERE (run_id, digest) > (?1, ?2) ORDER BY run_id, digest LIMIT ?3");
        _unneeded = database.Prepare("SELECT content_key, size FROM contents WHERE state = 'kept' AND touched_at < ?1 AND NOT EXISTS (SELECT 1 FROM artifact_links l WHERE l.digest = contents.digest) LIMIT ?2");
        _left = database.Prepare("SELECT content_key FROM contents WHERE state = 'going' UNION ALL SELECT content_key FROM contents WHERE state = 'writing' AND touched_at < ?1");
    }

    public FoundContent? Find(ContentDigest digest)
    {
        _find.Bind(1, digest.Hex);
        if (!_find.Step())
        {
            return null;
        }

        var found = new FoundContent(_find.Number(0), _find.Number(1));
        _find.Reset();
        return found;
    }

    /// <summary>Reads a piece.</summary>
    /// <param name="content">The content.</param>
    /// <param name="number">The number of the piece.</param>
    /// <param name="bytes">Where it goes. What does not fit is left out: more is not what was written.</param>
    /// <returns>How many bytes it has; 0 where there is none.</returns>
    public int ReadPiece(long content, int number, Span<byte> bytes)
    {
        _piece.Bind(1, PieceKey.Of(content, number));
        if (!_piece.Step())
        {
            return 0;
        }

        var stored = _piece.Utf8(0);
        var count = Math.Min(stored.Length, bytes.Length);
        stored[..count].CopyTo(bytes);
        _piece.Reset();
        return count;
    }

    public IReadOnlyList<ArtifactLink> ListLinks(ArtifactLink? after, int most)
    {
        _links.Bind(1, after?.Run.Value ?? "");
        _links.Bind(2, after?.Digest.Hex ?? "");
        _links.Bind(3, most);
        var links = new List<ArtifactLink>();
        while (_links.Step())
        {
            links.Add(new ArtifactLink(new RunId(_links.Text(0)), ContentDigest.Parse(_links.Text(1)), StoredTime.To(_links.Number(2)), _links.Number(3) != 0));
        }

        return links;
    }

    /// <summary>Contents that nobody needs and nobody has since a time; whether that is so still is for the writer to see.</summary>
    public List<FoundContent> FindUnneeded(long before, int most)
    {
        _unneeded.Bind(1, before);
        _unneeded.Bind(2, most);
        var found = new List<FoundContent>();
        while (_unneeded.Step())
        {
            found.Add(new FoundContent(_unneeded.Number(0), _unneeded.Number(1)));
        }

        return found;
    }

    /// <summary>Contents that are being removed, and those that nobody has written to since a time.</summary>
    public List<long> FindLeft(long before)
    {
        _left.Bind(1, before);
        var found = new List<long>();
        while (_left.Step())
        {
            found.Add(_left.Number(0));
        }

        return found;
    }
}

/// <summary>A content that is there.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Size">Its size in bytes.</param>
internal readonly record struct FoundContent(long Key, long Size);
