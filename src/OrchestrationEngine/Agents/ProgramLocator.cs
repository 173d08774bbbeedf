namespace OrchestrationEngine.Agents;

/// <summary>Finds the file of a program.</summary>
internal static class ProgramLocator
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The full path of the program, or null and what is wrong.</summary>
    /// <param name="fileName">A path, or a name to look up.</param>
    /// <param name="searchPath">The <c>PATH</c> that the program will see.</param>
    /// <param name="problem">What is wrong, for the person who configured the agent.</param>
    public static string? Find(string fileName, string? searchPath, out string problem)
    {
        problem = "";

        // Windows has rules of its own (.exe is added, system directories come first), and the system applies them when the process is created.
        if (OperatingSystem.IsWindows())
        {
            return fileName;
        }

        if (fileName.Contains('/', StringComparison.Ordinal))
        {
            return Check(Path.GetFullPath(fileName), out problem);
        }

        // Looked up here because Process.Start takes a file of that name in the application's own or current directory before those in PATH.
        foreach (var directory in (searchPath ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var path = Path.GetFullPath(Path.Combine(directory, fileName));
            if (File.Exists(path) && Check(path, out var unusable) is null)
            {
                problem = unusable;
            }
            else if (File.Exists(path))
            {
                return path;
            }
        }

        if (problem.Length == 0)
        {
            problem = string.IsNullOrEmpty(searchPath)
                ? "It can't be looked up, as the agent has no PATH: give the full path, or add PATH to InheritEnvironment."
                : $"It is in no directory of PATH ({searchPath}). Install it, or give its full path.";
        }

        return null;
    }

    private static string? Check(string path, out string problem)
    {
        problem = "";
        if (Directory.Exists(path))
        {
            problem = $"{path} is a directory.";
        }
        else if (!File.Exists(path))
        {
            problem = $"There is no file {path}.";
        }
        else if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Executable) == 0)
        {
            problem = $"{path} is not executable (chmod +x).";
        }

        return problem.Length == 0 ? path : null;
    }
}
