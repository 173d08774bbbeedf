using System.Text.Json;
using System.Text.Json.Serialization;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Workspaces;

/// <summary>What a mirror knows of its files: of which versions they are. Kept in the folder, so that the next mirror of the run knows it too.</summary>
internal sealed class MirrorState
{
    private const string FileName = ".mirror.json";

    private readonly string _path;
    private readonly SortedDictionary<string, MirrorEntry> _entries;
    private bool _isChanged;

    private MirrorState(string path, SortedDictionary<string, MirrorEntry> entries) => (_path, _entries) = (path, entries);

    /// <summary>Reads what is known of a folder; nothing where it is not there or damaged.</summary>
    /// <exception cref="WorkspaceException">The folder is another run's.</exception>
    public static async Task<MirrorState> LoadAsync(string folder, RunId run, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        var entries = new SortedDictionary<string, MirrorEntry>(StringComparer.Ordinal);
        if (!File.Exists(path))
        {
            return new MirrorState(path, entries) { Run = run, _isChanged = true };
        }

        MirrorContent? content = null;
        try
        {
            content = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), MirrorJson.Default.MirrorContent);
        }
        catch (JsonException)
        {
            // Nothing is known then: files that differ from their documents are taken for changes of documents that nobody saw, and nothing is lost.
        }

        if (content is not null && content.Run != run.Value)
        {
            throw new WorkspaceException($"The folder '{folder}' is the mirror of run '{content.Run}'; each run has a folder of its own. Take another folder, or remove '{path}' if the files are for run '{run}'.");
        }

        foreach (var (name, entry) in content?.Documents ?? [])
        {
            entries[name] = entry;
        }

        return new MirrorState(path, entries) { Run = run };
    }

    private RunId Run { get; init; }

    public MirrorEntry? Find(string name) => _entries.GetValueOrDefault(name);

    public void Set(string name, MirrorEntry entry)
    {
        _isChanged |= Find(name) != entry;
        _entries[name] = entry;
    }

    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (!_isChanged)
        {
            return;
        }

        var content = JsonSerializer.SerializeToUtf8Bytes(new MirrorContent(Run.Value, _entries), MirrorJson.Default.MirrorContent);
        var unfinished = _path + ".unfinished";
        await File.WriteAllBytesAsync(unfinished, content, cancellationToken).ConfigureAwait(false);
        File.Move(unfinished, _path, overwrite: true);
        _isChanged = false;
    }
}

/// <summary>The version that a file is of.</summary>
/// <param name="Version">The version.</param>
/// <param name="Digest">The SHA-256 of the file.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Before">The SHA-256 of the file that it replaced; none where it was made.</param>
internal sealed record MirrorEntry(long Version, ContentDigest Digest, int Size, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] ContentDigest Before = default)
{
    /// <summary>Whether a content is in the document already, as far as the mirror knows.</summary>
    public bool Has(ContentDigest digest) => digest == Digest || digest == Before;
}

internal sealed record MirrorContent(string Run, SortedDictionary<string, MirrorEntry> Documents);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(MirrorContent))]
internal sealed partial class MirrorJson : JsonSerializerContext;
