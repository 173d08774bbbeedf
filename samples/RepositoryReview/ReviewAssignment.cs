using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using RepositoryReview.Sources;

namespace RepositoryReview;

/// <summary>What is reviewed and where the review goes: full paths.</summary>
internal sealed record ReviewAssignment(string Repository, string Output)
{
    /// <summary>The assignment of a new review.</summary>
    /// <exception cref="UsageException">There is no such directory.</exception>
    public static ReviewAssignment From(CommandLine commandLine)
    {
        var directory = commandLine.Repository ?? ".";
        return Directory.Exists(directory)
            ? new(RepositoryRoot.Of(directory), OutputOf(commandLine))
            : throw new UsageException($"There is no directory '{directory}'.");
    }

    /// <summary>The assignment of a review that was begun before: its own, whatever the current directory is now.</summary>
    /// <exception cref="UsageException">The user names another one.</exception>
    public static ReviewAssignment From(RunCreated created, CommandLine commandLine)
    {
        var inputs = created.Inputs.ToElement();
        var begun = new ReviewAssignment(inputs.GetProperty("repository").GetString()!, inputs.GetProperty("output").GetString()!);
        if (commandLine.Repository is { } directory && RepositoryRoot.Of(directory) != begun.Repository)
        {
            throw new UsageException($"The review in this database is of '{begun.Repository}', not of '{RepositoryRoot.Of(directory)}'. Leave the repository out to go on with it, or leave out --resume.");
        }

        return commandLine.Output is null || OutputOf(commandLine) == begun.Output
            ? begun
            : throw new UsageException($"The review in this database goes to '{begun.Output}', not to '{OutputOf(commandLine)}'. Name its database with --database and leave --output out.");
    }

    public static string OutputOf(CommandLine commandLine) => Full(commandLine.Output ?? ".review");

    public static string DatabaseOf(CommandLine commandLine) => Full(commandLine.Database ?? Path.Combine(OutputOf(commandLine), "review.db"));

    public Dictionary<string, JsonData> ToInputs(string database) => new()
    {
        ["repository"] = JsonData.String(Repository),
        ["output"] = JsonData.String(Output),
        ["exclude"] = JsonData.From(Exclude(database)),
    };

    // A review must not find itself: its own output would be other input for the next one.
    private string[] Exclude(string database)
    {
        var own = Relative(Output) is "." or null
            ? new[] { Relative(Path.Combine(Output, "review.md")), Relative(Path.Combine(Output, "review.json")), Relative(Path.Combine(Output, "review.db")) }
            : [Relative(Output) + "/"];
        return [.. own.Append(Relative(database)).OfType<string>().Distinct()];
    }

    private string? Relative(string path)
    {
        var relative = Path.GetRelativePath(Repository, path).Replace('\\', '/');
        return relative == ".." || relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? null : relative;
    }

    private static string Full(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
}
