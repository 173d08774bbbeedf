using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Retention;

/// <summary>Writes a run that has ended as a bundle.</summary>
internal static class BundleWriter
{
    // The times that a zip file can hold.
    private static readonly DateTimeOffset FirstZipTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset LastZipTime = new(2107, 12, 31, 23, 59, 58, TimeSpan.Zero);
    private static readonly byte[] EndOfLine = "\n"u8.ToArray();

    /// <summary>Finds a run that can be archived.</summary>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="RunArchiveException">It has not ended.</exception>
    public static async Task<RunSummary> FindAsync(IStateStore store, RunId run, CancellationToken cancellationToken)
    {
        var row = await store.FindAsync(run, cancellationToken).ConfigureAwait(false) ?? throw new RunNotFoundException(run);
        return row.Status.IsTerminal() ? row : throw RunArchiveException.NotEnded(run, row.Status);
    }

    /// <summary>Writes the bundle. The same run gives the same bytes.</summary>
    public static async Task WriteAsync(IStateStore store, RunSummary row, Stream destination, CancellationToken cancellationToken)
    {
        var zip = await ZipArchive.CreateAsync(destination, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken).ConfigureAwait(false);
        await using (zip.ConfigureAwait(false))
        {
            var journal = new EntryWriter(BundleFormat.Journal, row);
            var (facts, payloadBytes, plan) = await journal.WriteAsync(zip, entry => WriteJournalAsync(store, row.Id, entry, cancellationToken), cancellationToken).ConfigureAwait(false);
            await RequireUnchangedAsync(store, row, facts, cancellationToken).ConfigureAwait(false);

            var planEntry = new EntryWriter(BundleFormat.Plan, row);
            await planEntry.WriteAsync(zip, PlanJson.Write(plan!, indented: true), cancellationToken).ConfigureAwait(false);
            var manifest = new BundleManifest
            {
                Format = BundleFormat.Version,
                Run = row.Id.Value,
                PlanId = row.PlanId,
                PlanVersion = row.PlanVersion,
                BusinessKey = row.BusinessKey,
                Status = row.Status.ToString(),
                CreatedAt = row.CreatedAt.ToUniversalTime(),
                UpdatedAt = row.UpdatedAt.ToUniversalTime(),
                Facts = facts,
                PayloadBytes = payloadBytes,
                WrittenBy = typeof(BundleWriter).Assembly.GetName().Version?.ToString(3) ?? "0",
                Entries = [journal.Entry, planEntry.Entry],
            };
            var text = JsonSerializer.SerializeToUtf8Bytes(manifest, BundleJsonContext.Default.BundleManifest);
            await new EntryWriter(BundleFormat.Manifest, row).WriteAsync(zip, text, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<(long Facts, long PayloadBytes, OrchestrationPlan? Plan)> WriteJournalAsync(IStateStore store, RunId run, EntryWriter entry, CancellationToken cancellationToken)
    {
        var (facts, payloadBytes) = (0L, 0L);
        OrchestrationPlan? plan = null;
        var line = new ArrayBufferWriter<byte>();
        await foreach (var recorded in store.ReadAsync(run, 0, cancellationToken).ConfigureAwait(false))
        {
            plan ??= (recorded.Event as RunCreated)?.Plan;
            line.ResetWrittenCount();
            payloadBytes += JournalLine.Write(recorded, line);
            line.Write(EndOfLine);
            await entry.AppendAsync(line.WrittenMemory, cancellationToken).ConfigureAwait(false);
            facts++;
        }

        return (facts, payloadBytes, plan);
    }

    // Another node may have removed or restarted it meanwhile; a bundle of half a run must not be.
    private static async Task RequireUnchangedAsync(IStateStore store, RunSummary row, long facts, CancellationToken cancellationToken)
    {
        var now = await store.FindAsync(row.Id, cancellationToken).ConfigureAwait(false) ?? throw new RunNotFoundException(row.Id);
        if (facts != row.Version || now.Version != row.Version || now.Status != row.Status || now.CreatedAt != row.CreatedAt)
        {
            throw RunArchiveException.Changed(row.Id, row.Version, facts);
        }
    }

    /// <summary>One entry on its way into the file, with its length and checksum.</summary>
    private sealed class EntryWriter(string name, RunSummary row)
    {
        private Stream? _stream;
        private IncrementalHash? _hash;
        private long _bytes;

        public BundleEntry Entry { get; private set; } = new(name, 0, "");

        public async Task<T> WriteAsync<T>(ZipArchive zip, Func<EntryWriter, Task<T>> write, CancellationToken cancellationToken)
        {
            var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
            entry.LastWriteTime = row.UpdatedAt < FirstZipTime ? FirstZipTime : row.UpdatedAt > LastZipTime ? LastZipTime : row.UpdatedAt.ToUniversalTime();
            _stream = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
            using var hash = _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            T result;
            await using (_stream.ConfigureAwait(false))
            {
                result = await write(this).ConfigureAwait(false);
            }

            Entry = new BundleEntry(name, _bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
            return result;
        }

        public Task<bool> WriteAsync(ZipArchive zip, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
            => WriteAsync(
                zip,
                async entry =>
                {
                    await entry.AppendAsync(content, cancellationToken).ConfigureAwait(false);
                    return true;
                },
                cancellationToken);

        public async ValueTask AppendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            _bytes += content.Length;
            if (_bytes > BundleFormat.MaxEntryBytes)
            {
                throw RunArchiveException.TooLarge(row.Id, name);
            }

            _hash!.AppendData(content.Span);
            await _stream!.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        }
    }
}
