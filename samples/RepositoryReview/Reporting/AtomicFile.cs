using System.Text;

namespace RepositoryReview.Reporting;

/// <summary>Writes a file as a whole: a reader sees the old content or the new one, whenever the process dies.</summary>
internal static class AtomicFile
{
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);

        // Always the same name: what a killed process left behind is overwritten, not added to.
        var unfinished = path + ".unfinished";
        await using (var stream = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    public static Task WriteAsync(string path, string content, CancellationToken cancellationToken)
        => WriteAsync(path, Encoding.UTF8.GetBytes(content), cancellationToken);
}
