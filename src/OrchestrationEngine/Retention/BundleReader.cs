using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Retention;

/// <summary>Reads a bundle and believes nothing of it: entries, lengths, checksums, numbers, and that the journal leads to the end that the manifest says.</summary>
internal static class BundleReader
{
    private static readonly string[] Names = [BundleFormat.Journal, BundleFormat.Manifest, BundleFormat.Plan];

    /// <exception cref="RunArchiveException">The bundle is damaged.</exception>
    /// <exception cref="JournalFormatException">A newer version of the library wrote it.</exception>
    public static async Task<RunArchive> ReadAsync(Stream source, CancellationToken cancellationToken)
    {
        if (!source.CanSeek)
        {
            throw new ArgumentException("A bundle is read from a stream that can seek. Copy it to a file first.", nameof(source));
        }

        try
        {
            var zip = await ZipArchive.CreateAsync(source, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancellationToken).ConfigureAwait(false);
            await using (zip.ConfigureAwait(false))
            {
                return await ReadAsync(zip, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or PlanInvalidException or EndOfStreamException)
        {
            throw RunArchiveException.Damaged(e.Message, e);
        }
    }

    private static async Task<RunArchive> ReadAsync(ZipArchive zip, CancellationToken cancellationToken)
    {
        var entries = zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal).ToList();
        if (!entries.SequenceEqual(Names))
        {
            throw RunArchiveException.Damaged($"It has {entries.Count} entries ({string.Join(", ", entries.Take(5))}); expected {string.Join(", ", Names)}.");
        }

        var text = await LoadAsync(zip, BundleFormat.Manifest, BundleFormat.MaxManifestBytes, cancellationToken).ConfigureAwait(false);
        var manifest = ReadManifest(text);
        foreach (var name in new[] { BundleFormat.Plan, BundleFormat.Journal })
        {
            var entry = manifest.Entries.SingleOrDefault(entry => entry.Name == name)
                ?? throw RunArchiveException.Damaged($"Its manifest does not name '{name}' once.");
            await VerifyAsync(zip, entry, cancellationToken).ConfigureAwait(false);
        }

        var events = await ReadJournalAsync(zip, cancellationToken).ConfigureAwait(false);
        return Verify(manifest, events);
    }

    private static BundleManifest ReadManifest(ReadOnlyMemory<byte> text)
    {
        using var document = JsonDocument.Parse(text);
        var format = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("format", out var number) && number.TryGetInt32(out var version) ? version : 0;
        return format switch
        {
            BundleFormat.Version => document.RootElement.Deserialize(BundleJsonContext.Default.BundleManifest) ?? throw new JsonException("The manifest is null."),
            > BundleFormat.Version => throw RunArchiveException.Damaged($"It has format {format}, this version of the library reads {BundleFormat.Version}: read it with the version that wrote it, or a later one."),
            _ => throw RunArchiveException.Damaged("Its manifest has no format number."),
        };
    }

    private static RunArchive Verify(BundleManifest manifest, List<RecordedEvent> events)
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

        return new RunArchive { Run = run, Plan = created.Plan, BusinessKey = created.BusinessKey, Status = status, Events = events };
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

    private static async Task<List<RecordedEvent>> ReadJournalAsync(ZipArchive zip, CancellationToken cancellationToken)
    {
        var events = new List<RecordedEvent>();
        var entry = await zip.GetEntry(BundleFormat.Journal)!.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (entry.ConfigureAwait(false))
        {
            var buffer = new ArrayBufferWriter<byte>(64 * 1024);
            var consumed = 0;
            while (await FillAsync(entry, buffer, cancellationToken).ConfigureAwait(false))
            {
                for (int length; (length = buffer.WrittenSpan[consumed..].IndexOf((byte)'\n')) >= 0; consumed += length + 1)
                {
                    // A copy: the fact keeps the memory of its payload.
                    events.Add(JournalLine.Read(buffer.WrittenMemory.Slice(consumed, length).ToArray()));
                }

                var rest = buffer.WrittenMemory[consumed..].ToArray();
                buffer.ResetWrittenCount();
                buffer.Write(rest);
                consumed = 0;
            }

            return buffer.WrittenCount == 0 ? events : throw RunArchiveException.Damaged("Its journal ends in the middle of a line.");
        }
    }

    // As much again as there is, so that a long line is not searched from its beginning a thousand times.
    private static async ValueTask<bool> FillAsync(Stream entry, ArrayBufferWriter<byte> buffer, CancellationToken cancellationToken)
    {
        var wanted = Math.Max(64 * 1024, buffer.WrittenCount);
        var read = await entry.ReadAtLeastAsync(buffer.GetMemory(wanted)[..wanted], wanted, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        buffer.Advance(read);
        return read > 0;
    }

    private static async Task<ReadOnlyMemory<byte>> LoadAsync(ZipArchive zip, string name, long most, CancellationToken cancellationToken)
    {
        var content = new ArrayBufferWriter<byte>();
        var entry = await zip.GetEntry(name)!.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (entry.ConfigureAwait(false))
        {
            while (await FillAsync(entry, content, cancellationToken).ConfigureAwait(false))
            {
                if (content.WrittenCount > most)
                {
                    throw RunArchiveException.Damaged($"'{name}' is longer than {most} bytes.");
                }
            }
        }

        return content.WrittenMemory;
    }

    // What an entry says of its own length may be a lie: what comes out of it is counted.
    private static async Task VerifyAsync(ZipArchive zip, BundleEntry expected, CancellationToken cancellationToken)
    {
        if (expected.Bytes is < 0 or > BundleFormat.MaxEntryBytes)
        {
            throw RunArchiveException.Damaged($"'{expected.Name}' is to have {expected.Bytes} bytes; at most {BundleFormat.MaxEntryBytes} are read.");
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        var bytes = 0L;
        var entry = await zip.GetEntry(expected.Name)!.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (entry.ConfigureAwait(false))
        {
            for (int read; (read = await entry.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            {
                hash.AppendData(buffer, 0, read);
                bytes += read;
                if (bytes > expected.Bytes)
                {
                    throw RunArchiveException.Damaged($"'{expected.Name}' is longer than the {expected.Bytes} bytes that the manifest says.");
                }
            }
        }

        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (bytes != expected.Bytes || found != expected.Sha256)
        {
            throw RunArchiveException.Damaged($"'{expected.Name}' has {bytes} bytes with checksum {found}; the manifest says {expected.Bytes} bytes with checksum {expected.Sha256}.");
        }
    }
}
