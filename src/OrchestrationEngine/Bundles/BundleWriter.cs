using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Bundles;

/// <summary>Writes a run that has ended as a bundle, in pieces: the size of its contents costs no memory.</summary>
internal sealed class BundleWriter(IStateStore store, IArtifactStore? artifacts)
{
    private static readonly byte[] EndOfLine = "\n"u8.ToArray();

    /// <summary>Finds a run that can be archived.</summary>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="RunArchiveException">It has not ended.</exception>
    public static async Task<RunSummary> FindAsync(IStateStore store, RunId run, CancellationToken cancellationToken)
    {
        var row = await store.FindAsync(run, cancellationToken).ConfigureAwait(false) ?? throw new RunNotFoundException(run);
        return row.Status.IsTerminal() ? row : throw RunArchiveException.NotEnded(run, row.Status);
    }

    /// <summary>Writes the bundle. The same run gives the same bytes, but for a signature by ECDSA, which has a random part.</summary>
    public async Task WriteAsync(RunSummary row, Stream destination, BundleKey? key, CancellationToken cancellationToken)
    {
        var zip = await ZipArchive.CreateAsync(new ForwardStream(destination), ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken).ConfigureAwait(false);
        await using (zip.ConfigureAwait(false))
        {
            var journal = new PartWriter(BundleFormat.Journal, row);
            var told = await journal.WriteAsync(zip, part => WriteJournalAsync(row, part, cancellationToken), cancellationToken).ConfigureAwait(false);
            await RequireUnchangedAsync(row, told.Facts, cancellationToken).ConfigureAwait(false);
            if (told.Mentions.Count > BundleFormat.MaxParts - 5)
            {
                throw RunArchiveException.TooMany(row.Id, told.Mentions.Count);
            }

            var plan = new PartWriter(BundleFormat.Plan, row);
            await plan.WriteAsync(zip, PlanJson.Write(told.Plan, indented: true), cancellationToken).ConfigureAwait(false);
            var (contents, missing) = await FindContentsAsync(told.Mentions, cancellationToken).ConfigureAwait(false);
            var report = new PartWriter(BundleFormat.Report, row);
            await report.WriteAsync(zip, told.Report.Write(missing), cancellationToken).ConfigureAwait(false);
            List<BundleEntry> entries = [journal.Entry, plan.Entry, report.Entry];
            foreach (var digest in contents)
            {
                entries.Add(await WriteContentAsync(zip, row, digest, cancellationToken).ConfigureAwait(false));
            }

            var manifest = JsonSerializer.SerializeToUtf8Bytes(Manifest(row, told, entries, missing), BundleJsonContext.Default.BundleManifest);
            await new PartWriter(BundleFormat.Manifest, row, BundleFormat.MaxManifestBytes).WriteAsync(zip, manifest, cancellationToken).ConfigureAwait(false);
            if (key is not null)
            {
                var signature = JsonSerializer.SerializeToUtf8Bytes(
                    new BundleSignature(key.Algorithm, key.Id, Convert.ToBase64String(key.Sign(manifest))), BundleJsonContext.Default.BundleSignature);
                await new PartWriter(BundleFormat.Signature, row).WriteAsync(zip, signature, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static BundleManifest Manifest(RunSummary row, Told told, List<BundleEntry> entries, List<ContentDigest> missing) => new()
    {
        Format = BundleFormat.Version,
        Run = row.Id.Value,
        PlanId = row.PlanId,
        PlanVersion = row.PlanVersion,
        BusinessKey = row.BusinessKey,
        Status = row.Status.ToString(),
        CreatedAt = row.CreatedAt.ToUniversalTime(),
        UpdatedAt = row.UpdatedAt.ToUniversalTime(),
        Facts = told.Facts,
        PayloadBytes = told.PayloadBytes,
        WrittenBy = typeof(BundleWriter).Assembly.GetName().Version?.ToString(3) ?? "0",
        Entries = entries,
        Missing = [.. missing.Select(static digest => digest.ToString())],
    };

    private async Task<Told> WriteJournalAsync(RunSummary row, PartWriter part, CancellationToken cancellationToken)
    {
        var (facts, payloadBytes) = (0L, 0L);
        OrchestrationPlan? plan = null;
        RunReport? report = null;
        var mentions = new SortedSet<string>(StringComparer.Ordinal);
        var line = new ArrayBufferWriter<byte>();
        await foreach (var recorded in store.ReadAsync(row.Id, 0, cancellationToken).ConfigureAwait(false))
        {
            line.ResetWrittenCount();
            payloadBytes += JournalLine.Write(recorded, line);
            line.Write(EndOfLine);
            ContentMentions.Collect(line.WrittenSpan, mentions);
            await part.AppendAsync(line.WrittenMemory, cancellationToken).ConfigureAwait(false);
            facts++;
            try
            {
                plan ??= (recorded.Event as RunCreated)?.Plan;
                report = report is null ? RunReport.Begin(row.Id, recorded) : report.Add(recorded);
            }
            catch (Exception e) when (e is InvalidOperationException or OrchestrationException or InvalidCastException)
            {
                throw RunArchiveException.Unsound(row.Id, e);
            }
        }

        // A run that vanished meanwhile has no fact at all.
        return report is null ? throw new RunNotFoundException(row.Id) : new Told(facts, payloadBytes, plan!, report, mentions);
    }

    // Another node may have removed or restarted it meanwhile; a bundle of half a run must not be.
    private async Task RequireUnchangedAsync(RunSummary row, long facts, CancellationToken cancellationToken)
    {
        var now = await store.FindAsync(row.Id, cancellationToken).ConfigureAwait(false) ?? throw new RunNotFoundException(row.Id);
        if (facts != row.Version || now.Version != row.Version || now.Status != row.Status || now.CreatedAt != row.CreatedAt)
        {
            throw RunArchiveException.Changed(row.Id, row.Version, facts);
        }
    }

    private async Task<(List<ContentDigest> Contents, List<ContentDigest> Missing)> FindContentsAsync(SortedSet<string> mentions, CancellationToken cancellationToken)
    {
        var (contents, missing) = (new List<ContentDigest>(), new List<ContentDigest>());
        foreach (var hex in mentions)
        {
            var digest = ContentDigest.Parse(hex);
            var isThere = artifacts is not null && await artifacts.FindAsync(digest, cancellationToken).ConfigureAwait(false) is not null;
            (isThere ? contents : missing).Add(digest);
        }

        return (contents, missing);
    }

    private async Task<BundleEntry> WriteContentAsync(ZipArchive zip, RunSummary row, ContentDigest digest, CancellationToken cancellationToken)
    {
        var part = new PartWriter(BundleFormat.NameOf(digest), row, long.MaxValue);
        try
        {
            var source = await artifacts!.OpenReadAsync(digest, cancellationToken).ConfigureAwait(false);
            await using (source.ConfigureAwait(false))
            {
                await part.WriteAsync(zip, target => CopyAsync(source, target, cancellationToken), cancellationToken, CompressionLevel.NoCompression).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is ArtifactNotFoundException or ArtifactDamagedException)
        {
            throw RunArchiveException.Unsound(row.Id, e);
        }

        // The store has verified it; this is the last look before it is signed.
        return part.Entry.Sha256 == digest.Hex ? part.Entry : throw RunArchiveException.Unsound(row.Id, ArtifactDamagedException.Of(digest, ContentDigest.Parse(part.Entry.Sha256)));
    }

    private static async Task<bool> CopyAsync(Stream source, PartWriter target, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            for (int read; (read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            {
                await target.AppendAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private sealed record Told(long Facts, long PayloadBytes, OrchestrationPlan Plan, RunReport Report, SortedSet<string> Mentions);
}
