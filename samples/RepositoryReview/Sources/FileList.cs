namespace RepositoryReview.Sources;

/// <summary>A file of the repository. Its path is relative to the root, with forward slashes.</summary>
internal sealed record FileEntry(string Path, long Size, string Language);

/// <summary>The files that a review looks at, sorted by path. Every analysis works on this list, even if the repository changes meanwhile.</summary>
internal sealed record FileList(IReadOnlyList<FileEntry> Files, int Found, long FoundBytes, int Links, string Source, string? Notice)
{
    public IEnumerable<FileEntry> Code => Files.Where(file => Language.KindOf(file.Language) == LanguageKind.Code);
}

/// <summary>What an analysis of many files is given.</summary>
internal sealed record FilesRequest(string Root, FileList Files);

/// <summary>What an analysis of a few known files is given.</summary>
internal sealed record PathsRequest(string Root, IReadOnlyList<string> Paths);
