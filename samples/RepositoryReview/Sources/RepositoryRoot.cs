namespace RepositoryReview.Sources;

/// <summary>Finds the repository that a directory is in.</summary>
internal static class RepositoryRoot
{
    /// <summary>The nearest directory upwards that has a <c>.git</c>; the directory itself when there is none.</summary>
    public static string Of(string directory)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        for (var at = full; at is not null; at = Path.GetDirectoryName(at))
        {
            if (HasGit(at))
            {
                return at;
            }
        }

        return full;
    }

    // In a worktree or a submodule it is a file.
    public static bool HasGit(string directory) => Path.Exists(Path.Combine(directory, ".git"));
}
