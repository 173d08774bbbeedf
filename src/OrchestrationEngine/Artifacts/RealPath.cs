namespace OrchestrationEngine.Artifacts;

/// <summary>Follows the links of a path, one segment after the other, as the operating system does.</summary>
internal static class RealPath
{
    // As Linux has it.
    private const int MostLinks = 40;

    /// <summary>The path without links. Segments that do not exist stay as they are.</summary>
    /// <param name="path">A full path.</param>
    /// <param name="followed">Told of each link: its place and what it leads to.</param>
    /// <returns>The path, or null where there are too many links; the last one told is the one that was too much.</returns>
    public static string? Of(string path, Action<string, string>? followed = null)
    {
        var volume = Path.GetPathRoot(path)!;
        var real = volume;
        var pending = new Stack<string>();
        Push(pending, path[volume.Length..]);
        for (var links = 0; pending.TryPop(out var segment);)
        {
            if (segment == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            var next = Path.Combine(real, segment);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            followed?.Invoke(next, target);
            if (++links > MostLinks)
            {
                return null;
            }

            if (Path.IsPathRooted(target))
            {
                var full = Path.IsPathFullyQualified(target) ? target : Path.GetFullPath(target, real);
                real = Path.GetPathRoot(full)!;
                target = full[real.Length..];
            }

            Push(pending, target);
        }

        return real;
    }

    private static void Push(Stack<string> pending, string path)
    {
        var segments = path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        for (var i = segments.Length - 1; i >= 0; i--)
        {
            if (segments[i] != ".")
            {
                pending.Push(segments[i]);
            }
        }
    }
}
