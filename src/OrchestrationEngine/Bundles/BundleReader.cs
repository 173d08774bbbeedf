using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Bundles;

/// <summary>Reads a bundle and believes nothing of it: parts, lengths, checksums, signature, numbers, and that the journal leads to the end that the manifest says.</summary>
internal sealed class BundleReader : IAsyncDisposable
{
    private readonly ZipArchive _zip;
    private readonly BundleFile _file;

    private BundleReader(ZipArchive zip, BundleFile file, RunArchive archive)
    {
        _zip = zip;
        _file = file;
        Archive = archive;
    }

    /// <summary>What the bundle has, verified.</summary>
    public RunArchive Archive { get; }

    /// <summary>Verifies a bundle and keeps it open, so that its contents can be read.</summary>
    /// <exception cref="RunArchiveException">The bundle is damaged, or not believed.</exception>
    /// <exception cref="JournalFormatException">A newer version of the library wrote it.</exception>
    public static async Task<BundleReader> OpenAsync(Stream source, BundleReadOptions options, CancellationToken cancellationToken)
    {
        if (!source.CanSeek)
        {
            throw new ArgumentException("A bundle is read from a stream that can seek. Copy it to a file first.", nameof(source));
        }

        ZipArchive? zip = null;
        try
        {
            await ZipDirectory.CheckAsync(source, cancellationToken).ConfigureAwait(false);
            source.Position = 0;
            zip = await ZipArchive.CreateAsync(source, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancellationToken).ConfigureAwait(false);
            var file = new BundleFile(zip, source.Length);
            var (manifest, signedBy) = await file.VerifyAsync(options, cancellationToken).ConfigureAwait(false);
            var (events, mentions) = await ReadJournalAsync(file, cancellationToken).ConfigureAwait(false);
            var archive = Verify(manifest, events, mentions) with { SignedBy = signedBy };
            await RequireSamePlanAsync(file, archive.Plan, cancellationToken).ConfigureAwait(false);
            return new BundleReader(zip, file, archive);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or PlanInvalidException or EndOfStreamException)
        {
            await CloseAsync().ConfigureAwait(false);
            throw RunArchiveException.Damaged(e.Message, e);
        }
        catch
        {
            await CloseAsync().ConfigureAwait(false);
            throw;
        }

        ValueTask CloseAsync() => zip?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <summary>Opens a content. It was verified when the bundle was opened, but the file may have changed since.</summary>
    public Task<Stream> OpenContentAsync(ContentDigest digest, CancellationToken cancellationToken) => _file.OpenAsync(BundleFormat.NameOf(digest), cancellationToken);

    public ValueTask DisposeAsync() => _zip.DisposeAsync();

    private static RunArchive Verify(BundleManifest manifest, List<RecordedEvent> events, SortedSet<string> mentions)
    {
        if (events.Count != manifest.Facts || events.Count < 2 || events[0].Event is not RunCreated created)
        {
            throw RunArchiveException.Damaged($"Its journal has {events.Count} facts and begins with '{(events.Count == 0 ? "nothing" : events[0].Event.Type)}'; expected {manifest.Facts}, the first of them 'run.created'.");
        }

        var run = IdOf(manifest);
        var status = Fold(run, created.Plan, events);
        if (status.ToString() != manifest.Status || !status.IsTerminal())
        {
            throw RunArchiveException.Damaged($"Its journal ends as {status}; its manifest says {manifest.Status}.");
        }

        if ((created.Plan.Id, created.Plan.Version, created.BusinessKey) != (manifest.PlanId, manifest.PlanVersion, manifest.BusinessKey))
        {
            throw RunArchiveException.Damaged("Plan and business key of its journal are not those of its manifest.");
        }

        var contents = manifest.Entries.Where(entry => entry.Name.StartsWith(BundleFormat.ContentFolder, StringComparison.Ordinal)).Select(entry => new StoredContent(ContentDigest.Parse(entry.Sha256), entry.Bytes)).ToList();
        if (manifest.Missing is { } missing && !contents.Select(content => content.Digest.ToString()).Concat(missing).Order(StringComparer.Ordinal).SequenceEqual(mentions.Select(hex => ContentDigest.Prefix + hex)))
        {
            throw RunArchiveException.Damaged("The contents that its manifest lists, as there or as missing, are not those that its journal names.");
        }

        return new RunArchive
        {
            Run = run,
            Plan = created.Plan,
            BusinessKey = created.BusinessKey,
            Status = status,
            Events = events,
            Contents = contents,
            MissingContents = [.. (manifest.Missing ?? []).Select(ContentDigest.Parse)],
        };
    }

    // For people; but what people read must be what the run did.
    private static async Task RequireSamePlanAsync(BundleFile file, OrchestrationPlan plan, CancellationToken cancellationToken)
    {
        var text = await file.LoadAsync(BundleFormat.Plan, BundleFormat.MaxEntryBytes, cancellationToken).ConfigureAwait(false);
        var shown = PlanJson.Read(text, PlanReadOptions.Stored);
        if (!PlanJson.Write(shown, indented: false).AsSpan().SequenceEqual(PlanJson.Write(plan, indented: false)))
        {
            throw RunArchiveException.Damaged($"'{BundleFormat.Plan}' is not the plan that its journal begins with.");
        }
    }

    private static RunId IdOf(BundleManifest manifest)
    {
        try
        {
            return new RunId(manifest.Run);
        }
        catch (ArgumentException e)
        {
            throw RunArchiveException.Damaged($"'{manifest.Run}' is no run id: {e.Message}", e);
        }
    }

    private static RunStatus Fold(RunId run, OrchestrationPlan plan, List<RecordedEvent> events)
    {
        var at = events[0];
        try
        {
            var state = RunFold.Begin(run, at, PlanGraph.Compile(plan), TimeSpan.Zero);
            foreach (var recorded in events.Skip(1))
            {
                at = recorded;
                RunFold.Apply(state, recorded);
            }

            return state.Status;
        }
        catch (Exception e) when (e is InvalidOperationException or OrchestrationException or InvalidCastException)
        {
            throw RunArchiveException.Damaged($"Fact {at.Sequence} ('{at.Event.Type}') does not follow from those before it: {e.Message}", e);
        }
    }

    private static async Task<(List<RecordedEvent> Events, SortedSet<string> Mentions)> ReadJournalAsync(BundleFile file, CancellationToken cancellationToken)
    {
        var events = new List<RecordedEvent>();
        var mentions = new SortedSet<string>(StringComparer.Ordinal);
        var entry = await file.OpenAsync(BundleFormat.Journal, cancellationToken).ConfigureAwait(false);
        await using (entry.ConfigureAwait(false))
        {
            var buffer = new ArrayBufferWriter<byte>(64 * 1024);
            var consumed = 0;
            while (await BundleFile.FillAsync(entry, buffer, cancellationToken).ConfigureAwait(false))
            {
                for (int length; (length = buffer.WrittenSpan[consumed..].IndexOf((byte)'\n')) >= 0; consumed += length + 1)
                {
                    // A copy: the fact keeps the memory of its payload.
                    var line = buffer.WrittenMemory.Slice(consumed, length).ToArray();
                    ContentMentions.Collect(line, mentions);
                    events.Add(JournalLine.Read(line));
                }

                var rest = buffer.WrittenMemory[consumed..].ToArray();
                buffer.ResetWrittenCount();
                buffer.Write(rest);
                consumed = 0;
            }

            return buffer.WrittenCount == 0 ? (events, mentions) : throw RunArchiveException.Damaged("Its journal ends in the middle of a line.");
        }
    }
}
