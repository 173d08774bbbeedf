using System.Diagnostics.CodeAnalysis;
using OrchestrationEngine.Plans;

namespace RepositoryReview;

/// <summary>What the user asked for.</summary>
internal sealed record CommandLine
{
    public const string Help = """
        Reviews a repository: history, projects, packages, size, tests, to-dos, hot spots and more.
        It only reads the repository, and never goes to the network.

        Usage: RepositoryReview [REPOSITORY] [options]

          REPOSITORY         a directory; inside a git repository it stands for the whole repository.
                             The default is the current directory.

          --output DIR       where review.md and review.json go; the default is .review in the current directory
          --database FILE    where the journal of the review is kept; the default is review.db in the output directory
          --resume           goes on with the review that was begun in the database and did not end
          --delay TIME       slows the tasks down, to watch them or to try a kill: 200ms, 2s
          --help             shows this text

        Exit codes: 0 the review was made, 1 it failed or was stopped, 2 the arguments make no sense.
        """;

    public string? Repository { get; init; }

    public string? Output { get; init; }

    public string? Database { get; init; }

    public bool Resume { get; init; }

    public TimeSpan Delay { get; init; }

    public bool ShowHelp { get; init; }

    public static bool TryParse(IReadOnlyList<string> arguments, [NotNullWhen(true)] out CommandLine? commandLine, [NotNullWhen(false)] out string? problem)
    {
        (commandLine, problem) = (null, null);
        var parsed = new CommandLine();
        for (var index = 0; index < arguments.Count; index++)
        {
            var argument = arguments[index];
            switch (argument)
            {
                case "--help" or "-h":
                    parsed = parsed with { ShowHelp = true };
                    break;
                case "--resume":
                    parsed = parsed with { Resume = true };
                    break;
                case "--output" or "--database" or "--delay":
                    if (++index == arguments.Count || arguments[index].Length == 0)
                    {
                        problem = $"{argument} needs a value.";
                        return false;
                    }

                    if (argument == "--delay" && !(PlanDuration.TryParse(arguments[index], out var delay) && delay >= TimeSpan.Zero && delay <= TimeSpan.FromMinutes(10)))
                    {
                        problem = $"'{arguments[index]}' is no delay; write a time up to ten minutes, such as 200ms or 2s.";
                        return false;
                    }

                    parsed = With(parsed, argument, arguments[index]);
                    break;
                case ['-', ..]:
                    problem = $"There is no option {argument}.";
                    return false;
                case "":
                    problem = "The repository is an empty text.";
                    return false;
                default:
                    if (parsed.Repository is { } first)
                    {
                        problem = $"Only one repository can be reviewed at a time: '{first}' or '{argument}'.";
                        return false;
                    }

                    parsed = parsed with { Repository = argument };
                    break;
            }
        }

        commandLine = parsed;
        return true;
    }

    private static CommandLine With(CommandLine parsed, string option, string value) => option switch
    {
        "--output" => parsed with { Output = value },
        "--database" => parsed with { Database = value },
        _ when PlanDuration.TryParse(value, out var delay) => parsed with { Delay = delay },
        _ => parsed,
    };
}
