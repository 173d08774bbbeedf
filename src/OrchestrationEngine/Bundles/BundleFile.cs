using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Bundles;

/// <summary>
/// The zip file of a bundle: which parts it has, that each is what the manifest says, and that somebody signed the manifest. Believes neither what the file
/// says of lengths nor of names: what comes out of it is counted, and no part is ever a path.
/// </summary>
internal sealed class BundleFile(ZipArchive zip, long length)
{
    private const int MostProblems = 100;

    private readonly List<string> _problems = [];

    /// <summary>Reads the manifest and verifies its signature, the list of parts and every part.</summary>
    /// <exception cref="RunArchiveException">Something is wrong; it has all of it.</exception>
    public async Task<(BundleManifest Manifest, string? SignedBy)> VerifyAsync(BundleReadOptions options, CancellationToken cancellationToken)
    {
        var text = await LoadAsync(BundleFormat.Manifest, BundleFormat.MaxManifestBytes, cancellationToken).ConfigureAwait(false);

        // First of all: nothing that an unknown person wrote is worth a look.
        var signedBy = await VerifySignatureAsync(text, options, cancellationToken).ConfigureAwait(false);
        var manifest = Parsed(BundleFormat.Manifest, () => ReadManifest(text));
        var parts = CheckList(manifest);
        CheckSizes(parts, options.MaxBytes);
        foreach (var part in parts.Where(part => part.Entry is not null))
        {
            await VerifyAsync(part.Expected, part.Entry!, cancellationToken).ConfigureAwait(false);
        }

        ThrowIfAny();
        return (manifest, signedBy);
    }

    public async Task<ReadOnlyMemory<byte>> LoadAsync(string name, long most, CancellationToken cancellationToken)
    {
        var content = new ArrayBufferWriter<byte>();
        var entry = await OpenAsync(name, cancellationToken).ConfigureAwait(false);
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

    public async Task<Stream> OpenAsync(string name, CancellationToken cancellationToken)
    {
        var entry = zip.GetEntry(name) ?? throw RunArchiveException.Damaged($"It has no '{name}'. {Listing()}");
        return await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    // As much again as there is, so that a long line is not searched from its beginning a thousand times.
    public static async ValueTask<bool> FillAsync(Stream entry, ArrayBufferWriter<byte> buffer, CancellationToken cancellationToken)
    {
        var wanted = Math.Max(64 * 1024, buffer.WrittenCount);
        var read = await entry.ReadAtLeastAsync(buffer.GetMemory(wanted)[..wanted], wanted, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        buffer.Advance(read);
        return read > 0;
    }

    private static T Parsed<T>(string name, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (JsonException e)
        {
            throw RunArchiveException.Damaged($"'{name}' can't be read: {e.Message}", e);
        }
    }

    private static BundleManifest ReadManifest(ReadOnlyMemory<byte> text)
    {
        using var document = JsonDocument.Parse(text);
        var format = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("format", out var number) && number.TryGetInt32(out var version) ? version : 0;
        return format switch
        {
            1 or BundleFormat.Version => document.RootElement.Deserialize(BundleJsonContext.Default.BundleManifest) is { Entries: not null } manifest && manifest.Entries.All(entry => entry is { Name: not null, Sha256: not null })
                ? manifest
                : throw new JsonException("It is null, or has entries that are."),
            > BundleFormat.Version => throw RunArchiveException.Damaged($"It has format {format}, this version of the library reads {BundleFormat.Version}: read it with the version that wrote it, or a later one."),
            _ => throw RunArchiveException.Damaged("Its manifest has no format number."),
        };
    }

    private async Task<string?> VerifySignatureAsync(ReadOnlyMemory<byte> manifest, BundleReadOptions options, CancellationToken cancellationToken)
    {
        if (zip.GetEntry(BundleFormat.Signature) is null)
        {
            return options.AllowUnsigned ? null : throw RunArchiveException.Damaged("It is not signed, and only signed bundles are believed here (AllowUnsigned is false).");
        }

        var text = await LoadAsync(BundleFormat.Signature, BundleFormat.MaxSignatureBytes, cancellationToken).ConfigureAwait(false);
        var signature = Parsed(BundleFormat.Signature, () => JsonSerializer.Deserialize(text.Span, BundleJsonContext.Default.BundleSignature) ?? throw new JsonException("It is null."));
        var keys = options.Keys.Where(key => key.Id == signature.KeyId).ToList();
        if (keys.Count == 0)
        {
            return options.AllowUnsigned
                ? null
                : throw RunArchiveException.Damaged($"It is signed with key '{Shown(signature.KeyId)}', which is none of those that are believed: {string.Join(", ", options.Keys.Select(key => $"'{key.Id}'"))}.");
        }

        // The key says how it is used, never the file.
        var bytes = Bytes(signature.Signature);
        return keys.Any(key => key.Algorithm == signature.Algorithm && bytes is not null && key.Verify(manifest.Span, bytes))
            ? signature.KeyId
            : throw RunArchiveException.Damaged($"Its signature with key '{Shown(signature.KeyId)}' does not fit its manifest: '{BundleFormat.Manifest}' or '{BundleFormat.Signature}' was changed after it was signed.");
    }

    private static byte[]? Bytes(string? base64)
    {
        var bytes = new byte[BundleFormat.MaxSignatureBytes];
        return Convert.TryFromBase64String(base64 ?? "", bytes, out var written) ? bytes[..written] : null;
    }

    // Which parts there are, against which there are to be.
    private List<(BundleEntry Expected, ZipArchiveEntry? Entry)> CheckList(BundleManifest manifest)
    {
        string[] fixedNames = manifest.Format == 1 ? [BundleFormat.Journal, BundleFormat.Plan] : [BundleFormat.Journal, BundleFormat.Plan, BundleFormat.Report];
        var entries = manifest.Entries;
        var contents = entries.Skip(fixedNames.Length).ToList();
        if (!entries.Take(fixedNames.Length).Select(entry => entry.Name).SequenceEqual(fixedNames)
            || (manifest.Format == 1 && contents.Count > 0)
            || contents.Any(entry => !ContentDigest.TryParse(entry.Sha256, out var digest) || entry.Name != BundleFormat.NameOf(digest))
            || contents.Zip(contents.Skip(1)).Any(pair => string.CompareOrdinal(pair.First.Name, pair.Second.Name) >= 0))
        {
            throw RunArchiveException.Damaged($"Its manifest does not name {string.Join(", ", fixedNames.Select(name => $"'{name}'"))} once each{(manifest.Format == 1 ? "" : ", followed by contents by their checksums, in order")}.");
        }

        var found = zip.Entries.GroupBy(entry => entry.FullName, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        var expected = entries.Select(entry => entry.Name).Append(BundleFormat.Manifest).ToList();
        if (manifest.Format != 1 && found.ContainsKey(BundleFormat.Signature))
        {
            expected.Add(BundleFormat.Signature);
        }

        var known = expected.ToHashSet(StringComparer.Ordinal);
        foreach (var name in expected.Where(name => !found.ContainsKey(name)))
        {
            Problem($"'{name}' is missing.");
        }

        foreach (var (name, same) in found.OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            if (!known.Contains(name))
            {
                Problem($"'{Shown(name)}' is in the file and not in its manifest.");
            }
            else if (same.Count > 1)
            {
                Problem($"'{name}' is in the file {same.Count} times.");
            }
        }

        if (_problems.Count == 0 && zip.Entries.Select(entry => entry.FullName).Zip(expected).Select((pair, place) => (pair.First, pair.Second, place)).FirstOrDefault(pair => pair.First != pair.Second) is { First: { } there } moved)
        {
            Problem($"Its parts are in another order than its manifest says: '{there}' is part {moved.place + 1}, where '{moved.Second}' is expected.");
        }

        return [.. entries.Select(entry => (entry, found.TryGetValue(entry.Name, out var same) && same.Count == 1 ? same[0] : null))];
    }

    // What can be known to be too large is not unpacked at all.
    private void CheckSizes(List<(BundleEntry Expected, ZipArchiveEntry? Entry)> parts, long maxBytes)
    {
        var (total, packed) = (0m, 0m);
        foreach (var (expected, entry) in parts)
        {
            var isContent = expected.Name.StartsWith(BundleFormat.ContentFolder, StringComparison.Ordinal);
            if (expected.Bytes < 0 || (!isContent && expected.Bytes > BundleFormat.MaxEntryBytes))
            {
                Problem($"'{expected.Name}' is to have {expected.Bytes} bytes; at most {BundleFormat.MaxEntryBytes} are read.");
            }
            else if (isContent && entry is not null && entry.CompressedLength != entry.Length)
            {
                Problem($"'{expected.Name}' is packed, {entry.CompressedLength} bytes for {entry.Length}; contents are kept as they are.");
            }

            total += expected.Bytes;
            packed += entry?.CompressedLength ?? 0;
        }

        if (total > maxBytes)
        {
            Problem($"Its parts are to have {total} bytes together; at most {maxBytes} are read (MaxBytes).");
        }

        if (packed > length)
        {
            Problem($"Its parts are to have {packed} bytes in a file of {length}: they lie on each other.");
        }

        ThrowIfUnpackable();

        void ThrowIfUnpackable()
        {
            if (total > maxBytes || packed > length)
            {
                ThrowIfAny();
            }
        }
    }

    private async Task VerifyAsync(BundleEntry expected, ZipArchiveEntry entry, CancellationToken cancellationToken)
    {
        if (expected.Bytes < 0 || (expected.Bytes > BundleFormat.MaxEntryBytes && !expected.Name.StartsWith(BundleFormat.ContentFolder, StringComparison.Ordinal)))
        {
            return;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        var bytes = 0L;
        try
        {
            var stream = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                for (int read; bytes <= expected.Bytes && (read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0; bytes += read)
                {
                    hash.AppendData(buffer, 0, read);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            Problem($"'{expected.Name}' can't be unpacked: {e.Message}");
            return;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (bytes > expected.Bytes)
        {
            Problem($"'{expected.Name}' is longer than the {expected.Bytes} bytes that the manifest says.");
        }
        else if (bytes != expected.Bytes || found != expected.Sha256)
        {
            Problem($"'{expected.Name}' has {bytes} bytes with checksum {found}; the manifest says {expected.Bytes} bytes with checksum {Shown(expected.Sha256)}.");
        }
    }

    private string Listing() => $"It has {zip.Entries.Count} entries ({string.Join(", ", zip.Entries.Take(5).Select(entry => Shown(entry.FullName)))}).";

    // A name that somebody made up may be long, and a terminal obeys control characters.
    private static string Shown(string? text)
    {
        var cut = text is null ? "" : text.Length <= 100 ? text : text[..100] + "…";
        return string.Concat(cut.Select(static unit => char.IsControl(unit) ? '\uFFFD' : unit));
    }

    private void Problem(string problem)
    {
        if (_problems.Count < MostProblems)
        {
            _problems.Add(problem);
        }
    }

    private void ThrowIfAny()
    {
        if (_problems.Count > 0)
        {
            throw RunArchiveException.Damaged([.. _problems]);
        }
    }
}
