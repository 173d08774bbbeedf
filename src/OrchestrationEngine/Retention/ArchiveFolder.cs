using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrchestrationEngine.Bundles;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Retention;

/// <summary>A folder of bundles. A file has its name only when it is whole and on the disk.</summary>
internal sealed class ArchiveFolder(string path)
{
    private const string Unfinished = ".unfinished";

    // 255 bytes are what file systems take, and the time and the ending need some.
    private const int LongestName = 180;

    // What a process left that died while it wrote; no bundle takes that long.
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    /// <summary>The file of a run: its id, with all but small letters, digits and a few signs percent-encoded, and the time of its creation.</summary>
    /// <remarks>An id that is used again after its run was removed gets a file of its own. No two differ by the case of letters only.</remarks>
    public static string NameOf(RunId run, DateTimeOffset createdAt)
    {
        var name = new StringBuilder();
        foreach (var unit in Encoding.UTF8.GetBytes(run.Value))
        {
            _ = unit is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'_'
                ? name.Append((char)unit)
                : name.Append(CultureInfo.InvariantCulture, $"%{unit:X2}");
        }

        if (name.Length > LongestName)
        {
            // The sign '~' is in no other name.
            var mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(run.Value)).AsSpan(0, 16));
            name.Remove(LongestName - 33, name.Length - LongestName + 33).Append('~').Append(mark);
        }

        return string.Create(CultureInfo.InvariantCulture, $"run-{name}.{createdAt.UtcDateTime:yyyyMMdd'T'HHmmssfffffff'Z'}.zip");
    }

    /// <summary>Writes a file; when the call returns it is on the disk under its name, in place of an earlier one of the same run.</summary>
    /// <exception cref="RunArchiveException">The folder can't be written to, or what <paramref name="write"/> throws.</exception>
    public async Task<string> WriteAsync(RunSummary run, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        var file = Path.Combine(path, NameOf(run.Id, run.CreatedAt));
        var unfinished = $"{file}.{Path.GetRandomFileName()}{Unfinished}";
        try
        {
            Directory.CreateDirectory(path);
            try
            {
                var stream = new FileStream(unfinished, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous });
                await using (stream.ConfigureAwait(false))
                {
                    await write(stream).ConfigureAwait(false);
                    await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                    stream.Flush(flushToDisk: true);
                }

                File.Move(unfinished, file, overwrite: true);
            }
            finally
            {
                File.Delete(unfinished);
            }

            // Flushed once more under its name: journaling file systems write the renaming with it.
            var named = new FileStream(file, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite });
            await using (named.ConfigureAwait(false))
            {
                named.Flush(flushToDisk: true);
            }

            return Path.GetFullPath(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw RunArchiveException.Folder(path, e);
        }
    }

    /// <summary>Removes what processes left that died while they wrote.</summary>
    public void RemoveAbandoned(DateTimeOffset now)
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        try
        {
            foreach (var file in Directory.EnumerateFiles(path, "run-*" + Unfinished).Where(file => now - File.GetLastWriteTimeUtc(file) > AbandonedAfter))
            {
                File.Delete(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RunArchiveException.Folder(path, e);
        }
    }
}
