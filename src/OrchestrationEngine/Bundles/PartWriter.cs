using System.IO.Compression;
using System.Security.Cryptography;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Bundles;

/// <summary>One part on its way into the file, with its length and checksum. Used once.</summary>
internal sealed class PartWriter(string name, RunSummary row, long most = BundleFormat.MaxEntryBytes)
{
    // The times that a zip file can hold.
    private static readonly DateTimeOffset FirstZipTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset LastZipTime = new(2107, 12, 31, 23, 59, 58, TimeSpan.Zero);

    private Stream? _stream;
    private IncrementalHash? _hash;
    private long _bytes;

    public BundleEntry Entry { get; private set; } = new(name, 0, "");

    public async Task<T> WriteAsync<T>(ZipArchive zip, Func<PartWriter, Task<T>> write, CancellationToken cancellationToken, CompressionLevel level = CompressionLevel.Optimal)
    {
        var entry = zip.CreateEntry(name, level);
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
            async part =>
            {
                await part.AppendAsync(content, cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        _bytes += content.Length;
        if (_bytes > most)
        {
            throw RunArchiveException.TooLarge(row.Id, name, most);
        }

        _hash!.AppendData(content.Span);
        await _stream!.WriteAsync(content, cancellationToken).ConfigureAwait(false);
    }
}
