using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Artifacts;

/// <summary>A store whose contents are damaged whenever they are read.</summary>
internal sealed class DamagedArtifactStore(IArtifactStore inner) : IArtifactStore
{
    public ValueTask<StoredContent> PutAsync(RunId run, Stream content, long maxBytes, CancellationToken cancellationToken) => inner.PutAsync(run, content, maxBytes, cancellationToken);

    public ValueTask<Stream> OpenReadAsync(ContentDigest digest, CancellationToken cancellationToken) => throw ArtifactDamagedException.Of(digest, ContentDigest.Of([]));

    public ValueTask<long?> FindAsync(ContentDigest digest, CancellationToken cancellationToken) => inner.FindAsync(digest, cancellationToken);

    public ValueTask<IReadOnlyList<ContentDigest>> LinkAsync(RunId run, IReadOnlyCollection<ContentDigest> digests, CancellationToken cancellationToken) => inner.LinkAsync(run, digests, cancellationToken);

    public ValueTask<IReadOnlyList<ArtifactLink>> ListLinksAsync(ArtifactLink? after, int most, CancellationToken cancellationToken) => inner.ListLinksAsync(after, most, cancellationToken);

    public ValueTask ConfirmAsync(RunId run, IReadOnlyCollection<ContentDigest> digests, CancellationToken cancellationToken) => inner.ConfirmAsync(run, digests, cancellationToken);

    public ValueTask<int> UnlinkAsync(RunId run, IReadOnlyCollection<ContentDigest>? digests, DateTimeOffset before, CancellationToken cancellationToken) => inner.UnlinkAsync(run, digests, before, cancellationToken);

    public ValueTask<CollectedContents> CollectAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) => inner.CollectAsync(before, most, cancellationToken);
}
