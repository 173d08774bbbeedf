using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Testing;

/// <summary>The artifacts of a run as an agent sees them that is called by a test without an engine: what it writes is kept in memory, and found at once.</summary>
public sealed class TestArtifacts : IArtifacts
{
    private static readonly RunId Run = new("test");
    private readonly InMemoryArtifactStore _store = new();
    private readonly Lock _gate = new();
    private readonly List<ArtifactReference> _written = [];
    private readonly List<ArtifactReference> _opened = [];

    /// <summary>What was written so far, in order.</summary>
    public IReadOnlyList<ArtifactReference> Written
    {
        get
        {
            lock (_gate)
            {
                return [.. _written];
            }
        }
    }

    /// <summary>What was opened so far, in order.</summary>
    public IReadOnlyList<ArtifactReference> Opened
    {
        get
        {
            lock (_gate)
            {
                return [.. _opened];
            }
        }
    }

    /// <summary>The largest content that is taken. The default is 16 GiB.</summary>
    public long MaxBytes { get; init; } = 16L * 1024 * 1024 * 1024;

    /// <inheritdoc/>
    public async ValueTask<ArtifactReference> WriteAsync(string name, Stream content, string? mediaType = null, CancellationToken cancellationToken = default)
    {
        SafeName.Require(name);
        ArgumentNullException.ThrowIfNull(content);
        var stored = await _store.PutAsync(Run, content, MaxBytes, cancellationToken).ConfigureAwait(false);
        var reference = new ArtifactReference { Name = name, MediaType = mediaType ?? MediaTypes.Of(name), Digest = stored.Digest, Size = stored.Size };
        lock (_gate)
        {
            _written.Add(reference);
        }

        return reference;
    }

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenReadAsync(ArtifactReference artifact, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        var stream = await _store.OpenReadAsync(artifact.Digest, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _opened.Add(artifact);
        }

        return stream;
    }

    /// <inheritdoc/>
    public ValueTask<ArtifactReference?> FindAsync(string name, int? version = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var versions = Written.Where(written => written.Name == name).ToList();
        return ValueTask.FromResult(version is { } number ? versions.ElementAtOrDefault(number - 1) : versions.LastOrDefault());
    }
}
