using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>
/// Which runs need which contents, as files: <c>links/RUN/HEX</c>, whose time is that of the link and which has something in it when the link is confirmed,
/// and <c>uses/HE/X.../RUN</c>, by which a content's runs are found. Changed only under the lock of the folder.
/// </summary>
/// <remarks>A use is made before its link and removed after it. So a use without a link is what a crash left, and is removed by the next collection.</remarks>
internal sealed class FileLinks(string root)
{
    // File systems take 255 bytes in a name; a percent-encoded id can have more.
    private const int LongestName = 200;
    private const char Cut = '~';
    private const string IdFile = ".run";
    private static readonly byte[] Confirmed = "confirmed\n"u8.ToArray();

    private readonly string _links = Path.Combine(root, "links");
    private readonly string _uses = Path.Combine(root, "uses");

    /// <summary>Makes a link or renews it.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Renew(RunId run, ContentDigest digest, DateTimeOffset now)
    {
        var name = NameOf(run);
        var link = Path.Combine(_links, name, digest.Hex);
        var isNew = !File.Exists(link);
        if (isNew)
        {
            var uses = UsesOf(digest);
            Directory.CreateDirectory(uses);
            Touch(Path.Combine(uses, name));
            CreateRun(run, name);
            Touch(link);
        }

        File.SetLastWriteTimeUtc(link, now.UtcDateTime);
        return isNew;
    }

    public void Confirm(RunId run, ContentDigest digest)
    {
        var link = new FileInfo(Path.Combine(_links, NameOf(run), digest.Hex));
        if (link is { Exists: true, Length: 0 })
        {
            var linkedAt = link.LastWriteTimeUtc;
            File.WriteAllBytes(link.FullName, Confirmed);
            File.SetLastWriteTimeUtc(link.FullName, linkedAt);
        }
    }

    /// <summary>Removes links that were made or renewed before a time.</summary>
    /// <returns>How many were removed.</returns>
    public int Remove(RunId run, IReadOnlyCollection<ContentDigest>? digests, DateTimeOffset before)
    {
        var name = NameOf(run);
        var folder = Path.Combine(_links, name);
        var removed = 0;
        if (!Directory.Exists(folder))
        {
            return removed;
        }

        foreach (var digest in digests is null ? DigestsIn(folder) : [.. digests.Distinct()])
        {
            var link = new FileInfo(Path.Combine(folder, digest.Hex));
            if (link.Exists && link.LastWriteTimeUtc < before.UtcDateTime)
            {
                link.Delete();
                RemoveUse(digest, name);
                removed++;
            }
        }

        if (DigestsIn(folder).Count == 0)
        {
            Directory.Delete(folder, recursive: true);
        }

        return removed;
    }

    /// <summary>Whether a run needs a content. Without the lock it is so or was so a moment ago.</summary>
    public bool IsNeeded(ContentDigest digest) => NamesIn(UsesOf(digest)).Any(name => File.Exists(Path.Combine(_links, name, digest.Hex)));

    /// <summary>Removes the uses of a content that have no link.</summary>
    /// <returns>Whether there are others.</returns>
    public bool RemoveLeft(ContentDigest digest)
    {
        var isNeeded = false;
        foreach (var name in NamesIn(UsesOf(digest)))
        {
            if (File.Exists(Path.Combine(_links, name, digest.Hex)))
            {
                isNeeded = true;
            }
            else
            {
                RemoveUse(digest, name);
            }
        }

        return isNeeded;
    }

    /// <summary>Links by the ids of their runs and by digest. Needs no lock: a link that is made or removed meanwhile is seen or not.</summary>
    public List<ArtifactLink> List(ArtifactLink? after, int most)
    {
        var page = new List<ArtifactLink>();
        if (!Directory.Exists(_links))
        {
            return page;
        }

        var runs = Directory.GetDirectories(_links)
            .Select(folder => (Folder: folder, Id: IdOf(folder)))
            .Where(run => run.Id is not null && (after is null || string.CompareOrdinal(run.Id, after.Run.Value) >= 0))
            .OrderBy(run => run.Id, StringComparer.Ordinal);
        foreach (var (folder, id) in runs)
        {
            var digests = DigestsIn(folder).Select(digest => digest.Hex).Where(hex => after is null || id != after.Run.Value || string.CompareOrdinal(hex, after.Digest.Hex) > 0);
            foreach (var hex in digests.Order(StringComparer.Ordinal))
            {
                var link = new FileInfo(Path.Combine(folder, hex));
                if (link.Exists)
                {
                    page.Add(new ArtifactLink(new RunId(id!), ContentDigest.Parse(hex), new DateTimeOffset(link.LastWriteTimeUtc), link.Length > 0));
                    if (page.Count == most)
                    {
                        return page;
                    }
                }
            }
        }

        return page;
    }

    /// <summary>The file of a link, to be flushed.</summary>
    public string FileOf(RunId run, ContentDigest digest) => Path.Combine(_links, NameOf(run), digest.Hex);

    private static List<ContentDigest> DigestsIn(string folder)
        => [.. NamesIn(folder).Select(name => ContentDigest.TryParse(name, out var digest) ? digest : default).Where(digest => !digest.IsNone)];

    private static string[] NamesIn(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Select(file => Path.GetFileName(file)!)] : [];
        }
        catch (DirectoryNotFoundException)
        {
            // Its last file was removed meanwhile.
            return [];
        }
    }

    private string UsesOf(ContentDigest digest) => Path.Combine(_uses, digest.Hex[..2], digest.Hex[2..]);

    private void RemoveUse(ContentDigest digest, string name)
    {
        var uses = UsesOf(digest);
        File.Delete(Path.Combine(uses, name));
        if (Directory.Exists(uses) && !Directory.EnumerateFileSystemEntries(uses).Any())
        {
            Directory.Delete(uses);
        }
    }

    private void CreateRun(RunId run, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_links, name)).FullName;
        var id = Path.Combine(folder, IdFile);
        if (name.Contains(Cut, StringComparison.Ordinal) && !File.Exists(id))
        {
            File.WriteAllText(id, run.Value);
        }
    }

    private static void Touch(string file) => File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete).Dispose();

    /// <summary>The name of a run as that of a file: no two differ by the case of letters only.</summary>
    private static string NameOf(RunId run)
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
            var mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(run.Value)).AsSpan(0, 16));
            name.Length = LongestName - mark.Length - 1;
            name.Append(Cut).Append(mark);
        }

        // Devices of Windows have such names.
        return name.Insert(0, "run-").ToString();
    }

    private static string? IdOf(string folder)
    {
        var name = Path.GetFileName(folder);
        if (!name.StartsWith("run-", StringComparison.Ordinal))
        {
            return null;
        }

        if (!name.Contains(Cut, StringComparison.Ordinal))
        {
            return Uri.UnescapeDataString(name["run-".Length..]);
        }

        try
        {
            return File.ReadAllText(Path.Combine(folder, IdFile));
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Its last link was removed meanwhile.
            return null;
        }
    }
}
