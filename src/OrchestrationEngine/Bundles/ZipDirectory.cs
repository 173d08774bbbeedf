using System.Buffers.Binary;

namespace OrchestrationEngine.Bundles;

/// <summary>
/// Looks at the end of a zip file before anything is made of it: its table of contents must end where the file ends, and be no longer than that of a bundle.
/// What says that it has a hundred million entries then costs nothing.
/// </summary>
internal static class ZipDirectory
{
    private const int EndLength = 22;
    private const int LocatorLength = 20;
    private const int LongEndLength = 56;

    /// <exception cref="InvalidDataException">It is cut off, has something after its end, or is too large.</exception>
    public static async Task CheckAsync(Stream source, CancellationToken cancellationToken)
    {
        var length = source.Length;
        var end = await ReadAsync(source, length - EndLength, EndLength, cancellationToken).ConfigureAwait(false);
        if (end is null || BinaryPrimitives.ReadUInt32LittleEndian(end) != 0x06054b50)
        {
            throw new InvalidDataException("The file does not end as a zip file does: it is cut off, has something after its end, or is none.");
        }

        long size = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(12));
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(16));
        var directoryEnd = length - EndLength;
        if (await ReadAsync(source, directoryEnd - LocatorLength, LocatorLength, cancellationToken).ConfigureAwait(false) is { } locator
            && BinaryPrimitives.ReadUInt32LittleEndian(locator) == 0x07064b50)
        {
            directoryEnd = BinaryPrimitives.ReadInt64LittleEndian(locator.AsSpan(8));
            var longEnd = await ReadAsync(source, directoryEnd, LongEndLength, cancellationToken).ConfigureAwait(false);
            if (longEnd is null || BinaryPrimitives.ReadUInt32LittleEndian(longEnd) != 0x06064b50 || directoryEnd + LongEndLength + LocatorLength + EndLength != length)
            {
                throw new InvalidDataException("The end of the zip file contradicts itself.");
            }

            size = BinaryPrimitives.ReadInt64LittleEndian(longEnd.AsSpan(40));
            offset = BinaryPrimitives.ReadInt64LittleEndian(longEnd.AsSpan(48));
        }

        if (size is < 0 or > BundleFormat.MaxDirectoryBytes)
        {
            throw new InvalidDataException($"Its table of contents is to have {size} bytes; that of a bundle has at most {BundleFormat.MaxDirectoryBytes}.");
        }

        if (offset < 0 || offset + size != directoryEnd)
        {
            throw new InvalidDataException("The table of contents of the zip file does not lie before its end.");
        }
    }

    private static async Task<byte[]?> ReadAsync(Stream source, long offset, int count, CancellationToken cancellationToken)
    {
        if (offset < 0 || offset > source.Length - count)
        {
            return null;
        }

        var bytes = new byte[count];
        source.Position = offset;
        await source.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }
}
