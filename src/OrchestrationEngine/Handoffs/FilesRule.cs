namespace OrchestrationEngine.Handoffs;

/// <summary>Files or folders that match patterns are there, below the folder for files of the engine's options. Links are not followed.</summary>
internal sealed class FilesRule(IEnumerable<string> patterns, HandoffSettings settings) : ContractRule
{
    // Beyond it a folder is no place in which to look for files by patterns.
    private const int MostEntries = 100_000;

    private readonly NamePattern[] _patterns = [.. patterns.Select(Checked)];

    public override ValueTask CheckAsync(ContractCheck check, CancellationToken cancellationToken)
    {
        if (settings.Files is not { } root)
        {
            throw new InvalidOperationException($"The contract '{check.Contract}' looks for files, and there is no folder for them. Set OrchestrationOptions.HandoffFiles.");
        }

        foreach (var pattern in _patterns)
        {
            var search = new FileSearch(pattern, MostEntries, cancellationToken);
            if (search.IsThere(new DirectoryInfo(root)))
            {
                continue;
            }

            var what = pattern.IsFolder ? "folder" : "file";
            if (search.Link is { } link)
            {
                check.Add("files", $"'{pattern.Text}' leads to '{Relative(root, link)}', which is a link. Links are not followed; put the {what} itself there.", expected: pattern.Text, found: "a link");
            }
            else if (search.IsExhausted)
            {
                check.Add("files", $"No {what} that matches '{pattern.Text}' was found among the first {MostEntries:N0} entries; write a narrower pattern.", expected: pattern.Text);
            }
            else
            {
                check.Add("files", $"There is no {what} that matches '{pattern.Text}'.", expected: pattern.Text, found: "nothing");
            }
        }

        return ValueTask.CompletedTask;
    }

    // The verifier refuses such patterns; this is for plans that it never saw.
    private static NamePattern Checked(string text)
    {
        var pattern = new NamePattern(text);
        return pattern.StaysBelow ? pattern : throw new ArgumentException($"The pattern '{text}' leaves the folder for files.", nameof(text));
    }

    private static string Relative(string root, string path) => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/');
}

/// <summary>Looks for one entry below a folder that matches a pattern. For one search.</summary>
internal sealed class FileSearch(NamePattern pattern, int mostEntries, CancellationToken cancellationToken)
{
    private static readonly EnumerationOptions All = new() { AttributesToSkip = 0, IgnoreInaccessible = true, ReturnSpecialDirectories = false };

    private readonly HashSet<(string Folder, int Segment)> _seen = [];
    private int _left = mostEntries;

    /// <summary>A link that was met on the way and not followed.</summary>
    public string? Link { get; private set; }

    public bool IsExhausted => _left <= 0;

    public bool IsThere(DirectoryInfo root) => root.Exists && IsBelow(root, 0);

    private bool IsBelow(DirectoryInfo folder, int segment)
    {
        // The same folder is met again where the pattern has several '**'.
        if (IsExhausted || !_seen.Add((folder.FullName, segment)))
        {
            return false;
        }

        cancellationToken.ThrowIfCancellationRequested();
        var text = pattern.Segments[segment];
        var isLast = segment == pattern.Segments.Length - 1;
        if (NamePattern.IsAnySegments(text))
        {
            return IsBelowAny(folder, segment, isLast);
        }

        foreach (var entry in Entries(folder, text))
        {
            if (--_left <= 0)
            {
                return false;
            }

            if (!NamePattern.MatchesSegment(text, entry.Name) || IsLink(entry))
            {
                continue;
            }

            if (isLast ? entry is DirectoryInfo == pattern.IsFolder : entry is DirectoryInfo inner && IsBelow(inner, segment + 1))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsBelowAny(DirectoryInfo folder, int segment, bool isLast)
    {
        if (!isLast && IsBelow(folder, segment + 1))
        {
            return true;
        }

        foreach (var entry in folder.EnumerateFileSystemInfos("*", All))
        {
            if (--_left <= 0)
            {
                return false;
            }

            if (IsLink(entry))
            {
                continue;
            }

            if ((isLast && entry is DirectoryInfo == pattern.IsFolder) || (entry is DirectoryInfo inner && IsBelow(inner, segment)))
            {
                return true;
            }
        }

        return false;
    }

    // A name without wildcards needs no look at its neighbours.
    private static IEnumerable<FileSystemInfo> Entries(DirectoryInfo folder, string segment)
    {
        if (!NamePattern.IsLiteral(segment))
        {
            return folder.EnumerateFileSystemInfos("*", All);
        }

        var path = Path.Combine(folder.FullName, segment);
        FileSystemInfo entry = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        return entry.Exists || entry.LinkTarget is not null ? [entry] : [];
    }

    private bool IsLink(FileSystemInfo entry)
    {
        if (entry.LinkTarget is null && (entry.Attributes & FileAttributes.ReparsePoint) == 0)
        {
            return false;
        }

        Link ??= entry.FullName;
        return true;
    }
}
