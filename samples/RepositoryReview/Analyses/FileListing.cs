using System.Globalization;
using RepositoryReview.Sources;

namespace RepositoryReview.Analyses;

/// <param name="Root">The root of the repository.</param>
/// <param name="HasGit">Whether git is asked for the files.</param>
/// <param name="Exclude">Relative paths whose beginning is left out: the review's own files.</param>
/// <param name="MaxFiles">How many files are looked at.</param>
internal sealed record FileListingRequest(string Root, bool HasGit, IReadOnlyList<string> Exclude, int MaxFiles);

/// <summary>Lists the files of a repository: what git would commit, or everything but the usual build folders where there is no git.</summary>
internal sealed class FileListing : IAnalysis<FileListingRequest, FileList>
{
    // What a task hands over goes into the journal, which keeps 4 MiB of it.
    private const int MaxListBytes = 3 * 1024 * 1024;
    private const int BytesAnEntry = 48;

    private static readonly HashSet<string> BuildFolders = new(StringComparer.OrdinalIgnoreCase)
    {
        ".git", ".hg", ".svn", "node_modules", "bin", "obj", ".vs", ".idea", "target", "__pycache__", ".venv", "venv", ".gradle", ".tox",
    };

    public async Task<FileList> RunAsync(FileListingRequest request, CancellationToken cancellationToken)
    {
        var paths = request.HasGit
            ? await FromGitAsync(request.Root, cancellationToken).ConfigureAwait(false)
            : FromDisk(request.Root, cancellationToken);
        paths.RemoveAll(path => request.Exclude.Any(excluded => path.StartsWith(excluded, StringComparison.Ordinal)));
        paths.Sort(StringComparer.Ordinal);

        var (files, found, bytes, links, listed) = (new List<FileEntry>(), 0, 0L, 0, 0);
        var realDirectories = new Dictionary<string, bool>(StringComparer.Ordinal) { [""] = true };
        foreach (var path in paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var info = new FileInfo(Path.Combine(request.Root, path));
            if (info.LinkTarget is not null || !IsReal(request.Root, Parent(path), realDirectories))
            {
                links++;
                continue;
            }

            if (!info.Exists)
            {
                continue;
            }

            found++;
            bytes += info.Length;
            if (files.Count < request.MaxFiles && listed < MaxListBytes)
            {
                var entry = new FileEntry(path, info.Length, LanguageOf(request.Root, path, info.Length));
                files.Add(entry);
                listed += path.Length + entry.Language.Length + BytesAnEntry;
            }
        }

        var notice = files.Count == found
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"Only the first {files.Count:N0} of {found:N0} files, by path, were looked at.");
        return new FileList(files, found, bytes, links, request.HasGit ? "git" : "directory", notice);
    }

    private static string LanguageOf(string root, string path, long size)
        => Language.Of(path) is var byName && byName == Language.Unknown && size > 2 && Path.GetExtension(path).Length == 0
            ? Language.OfFirstLine(SourceText.FirstLine(root, path))
            : byName;

    private static async Task<List<string>> FromGitAsync(string root, CancellationToken cancellationToken)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var path in GitClient.ReadAsync(root, '\0', cancellationToken, "ls-files", "-z", "--cached", "--others", "--exclude-standard").ConfigureAwait(false))
        {
            paths.Add(path);
        }

        return [.. paths];
    }

    private static List<string> FromDisk(string root, CancellationToken cancellationToken)
    {
        var paths = new List<string>();
        var open = new Stack<string>([root]);
        var options = new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = 0 };
        while (open.TryPop(out var directory))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", options))
            {
                if (entry is FileInfo)
                {
                    paths.Add(Path.GetRelativePath(root, entry.FullName).Replace('\\', '/'));
                }
                else if (entry.LinkTarget is null && !BuildFolders.Contains(entry.Name))
                {
                    open.Push(entry.FullName);
                }
            }
        }

        return paths;
    }

    // A linked directory may lead out of the repository, and what is in it would be read twice.
    private static bool IsReal(string root, string directory, Dictionary<string, bool> known)
    {
        if (!known.TryGetValue(directory, out var real))
        {
            real = IsReal(root, Parent(directory), known) && new DirectoryInfo(Path.Combine(root, directory)).LinkTarget is null;
            known.Add(directory, real);
        }

        return real;
    }

    private static string Parent(string path) => path.LastIndexOf('/') is >= 0 and var end ? path[..end] : "";
}
