using System.Buffers;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Bundles;

/// <summary>
/// Puts a run back into a store. Its contents first, verified and linked; then the run in one commit: it is there as one that has ended, with all that
/// it needs, or it is not there.
/// </summary>
internal sealed class RunImport(IStateStore store, IArtifactStore? artifacts)
{
    /// <summary>Puts the run back, unless there is one with its id.</summary>
    /// <exception cref="RunExistsException">There is a run with its id.</exception>
    /// <exception cref="RunArchiveException">Another run has its business key, or there is no store for its contents.</exception>
    public async Task RestoreAsync(BundleReader bundle, CancellationToken cancellationToken)
    {
        // A business key that is its own would give the run that is there as the answer.
        if (await store.FindAsync(bundle.Archive.Run, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new RunExistsException(bundle.Archive.Run);
        }

        await RequireKeyIsFreeAsync(bundle.Archive, cancellationToken).ConfigureAwait(false);
        await StoreContentsAsync(bundle, cancellationToken).ConfigureAwait(false);
        await CreateAsync(bundle.Archive, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts the run back; one that is there is left as it is where it is the same, and refused where it is not.</summary>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="RunArchiveException">Another run has its id or its business key, or there is no store for its contents.</exception>
    public async Task<bool> ImportAsync(BundleReader bundle, CancellationToken cancellationToken)
    {
        var run = bundle.Archive.Run;
        if (await store.FindAsync(run, cancellationToken).ConfigureAwait(false) is not null)
        {
            await RequireSameAsync(bundle.Archive, cancellationToken).ConfigureAwait(false);
            await StoreContentsAsync(bundle, cancellationToken).ConfigureAwait(false);
            return true;
        }

        try
        {
            await RestoreAsync(bundle, cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (RunExistsException)
        {
            // Somebody else imported it meanwhile.
            await RequireSameAsync(bundle.Archive, cancellationToken).ConfigureAwait(false);
            return true;
        }
    }

    // Looked at early, so that nothing is written for nothing; the commit looks again.
    private async Task RequireKeyIsFreeAsync(RunArchive archive, CancellationToken cancellationToken)
    {
        if (archive.BusinessKey is { } key
            && (await store.QueryAsync(new RunQuery { BusinessKey = key, PageSize = 1 }, cancellationToken).ConfigureAwait(false)).Items is [var holder]
            && holder.Id != archive.Run)
        {
            throw RunArchiveException.KeyTaken(archive.Run, key, holder.Id);
        }
    }

    private async Task StoreContentsAsync(BundleReader bundle, CancellationToken cancellationToken)
    {
        var (run, contents) = (bundle.Archive.Run, bundle.Archive.Contents);
        if (contents.Count == 0)
        {
            return;
        }

        if (artifacts is null)
        {
            throw RunArchiveException.NoArtifactStore(run, contents.Count);
        }

        // Until the last call links all of them together, a collection may remove one that another run has just let go.
        ContentDigest[] wanted = [.. contents.Select(content => content.Digest)];
        for (var gone = await artifacts.LinkAsync(run, wanted, cancellationToken).ConfigureAwait(false);
            gone.Count > 0;
            gone = await artifacts.LinkAsync(run, wanted, cancellationToken).ConfigureAwait(false))
        {
            foreach (var content in contents.Where(content => gone.Contains(content.Digest)))
            {
                await StoreAsync(bundle, artifacts, content, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task StoreAsync(BundleReader bundle, IArtifactStore artifacts, StoredContent content, CancellationToken cancellationToken)
    {
        var source = await bundle.OpenContentAsync(content.Digest, cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            var stored = await PutAsync(bundle.Archive.Run, source, content, artifacts, cancellationToken).ConfigureAwait(false);
            if (stored != content)
            {
                throw RunArchiveException.Damaged($"'{BundleFormat.NameOf(content.Digest)}' changed while it was imported: what was read the second time is another content.");
            }
        }
    }

    // Null for what is longer than it was the first time.
    private static async Task<StoredContent?> PutAsync(RunId run, Stream source, StoredContent content, IArtifactStore artifacts, CancellationToken cancellationToken)
    {
        try
        {
            return await artifacts.PutAsync(run, source, content.Size, cancellationToken).ConfigureAwait(false);
        }
        catch (ArtifactTooLargeException)
        {
            return null;
        }
    }

    private async Task CreateAsync(RunArchive archive, CancellationToken cancellationToken)
    {
        var run = new NewRun
        {
            Id = archive.Run,
            PlanId = archive.Plan.Id,
            PlanVersion = archive.Plan.Version,
            BusinessKey = archive.BusinessKey,
            Agents = [.. archive.Plan.Phases.SelectMany(phase => phase.Tasks).Select(task => task.Agent).OfType<string>().Distinct(StringComparer.Ordinal)],
            Status = archive.Status,
            Events = archive.Events.ToArray(),
        };
        var holder = await store.CreateAsync(run, cancellationToken).ConfigureAwait(false);
        if (holder != archive.Run)
        {
            throw RunArchiveException.KeyTaken(archive.Run, archive.BusinessKey, holder);
        }

        // The key gives the run that has it, and one of the same id that somebody else has put there meanwhile is as good only where it is the same.
        if (archive.BusinessKey is not null)
        {
            await RequireSameAsync(archive, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RequireSameAsync(RunArchive archive, CancellationToken cancellationToken)
    {
        var (read, theirs, ours) = (0, new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        await foreach (var recorded in store.ReadAsync(archive.Run, 0, cancellationToken).ConfigureAwait(false))
        {
            theirs.ResetWrittenCount();
            ours.ResetWrittenCount();
            JournalLine.Write(recorded, theirs);
            if (read < archive.Events.Count)
            {
                JournalLine.Write(archive.Events[read], ours);
            }

            if (!theirs.WrittenSpan.SequenceEqual(ours.WrittenSpan))
            {
                throw RunArchiveException.Differs(archive.Run, read + 1);
            }

            read++;
        }

        if (read != archive.Events.Count)
        {
            throw RunArchiveException.Differs(archive.Run, read + 1);
        }
    }
}
