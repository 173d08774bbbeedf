using System.Collections.Frozen;

namespace OrchestrationEngine.Agents;

/// <summary>The options of a process agent, checked and copied. Immutable.</summary>
internal sealed record ProcessAgentSettings
{
    // The longest time that a timer takes.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    public required string FileName { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required string? WorkingDirectory { get; init; }

    public required IReadOnlyList<string> InheritEnvironment { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; }

    public required ProcessResult Result { get; init; }

    public required FrozenSet<int> SuccessExitCodes { get; init; }

    public required FrozenSet<int>? RetryableExitCodes { get; init; }

    public required TimeSpan? Timeout { get; init; }

    public required int MaxOutputBytes { get; init; }

    public required int MaxErrorBytes { get; init; }

    /// <summary>Checks and copies.</summary>
    /// <exception cref="OrchestrationConfigurationException">The options are wrong; it lists everything that is.</exception>
    public static ProcessAgentSettings From(ProcessAgentOptions options, string subject)
    {
        var problems = new List<string>();
        CheckProgram(options, problems);
        CheckEnvironment(options, problems);
        CheckOutcome(options, problems);
        if (problems.Count > 0)
        {
            throw new OrchestrationConfigurationException([.. problems.Select(problem => $"{subject}: {problem}")]);
        }

        return new ProcessAgentSettings
        {
            FileName = options.FileName,
            Arguments = [.. options.Arguments],
            WorkingDirectory = options.WorkingDirectory is null ? null : Path.GetFullPath(options.WorkingDirectory),
            InheritEnvironment = [.. options.InheritEnvironment],
            Environment = [.. options.Environment],
            Result = options.Result,
            SuccessExitCodes = options.SuccessExitCodes.ToFrozenSet(),
            RetryableExitCodes = options.RetryableExitCodes?.ToFrozenSet(),
            Timeout = options.Timeout,
            MaxOutputBytes = options.MaxOutputBytes,
            MaxErrorBytes = options.MaxErrorBytes,
        };
    }

    private static void CheckProgram(ProcessAgentOptions options, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(options.FileName))
        {
            problems.Add("FileName is empty; set it to the program's path, or to its name where it is in PATH.");
        }
        else if (HasNul(options.FileName))
        {
            problems.Add("FileName has a NUL character.");
        }

        if (options.Arguments is null)
        {
            problems.Add("Arguments is null; leave it empty for a program without arguments.");
        }
        else
        {
            for (var i = 0; i < options.Arguments.Count; i++)
            {
                if (options.Arguments[i] is null || HasNul(options.Arguments[i]))
                {
                    problems.Add($"Arguments[{i}] is null or has a NUL character, which no program can be given.");
                }
            }
        }

        if (options.WorkingDirectory is { } directory && (string.IsNullOrWhiteSpace(directory) || HasNul(directory)))
        {
            problems.Add("WorkingDirectory is empty or has a NUL character; set it to null for the current directory.");
        }
    }

    private static void CheckEnvironment(ProcessAgentOptions options, List<string> problems)
    {
        if (options.InheritEnvironment is null)
        {
            problems.Add("InheritEnvironment is null; leave it empty for a program that inherits nothing.");
        }
        else
        {
            problems.AddRange(options.InheritEnvironment.Where(name => !IsVariable(name)).Select(name => $"InheritEnvironment has '{name}', which is not the name of a variable."));
        }

        if (options.Environment is null)
        {
            problems.Add("Environment is null; leave it empty where no variables are to be set.");
            return;
        }

        foreach (var (name, value) in options.Environment)
        {
            if (!IsVariable(name))
            {
                problems.Add($"Environment has '{name}', which is not the name of a variable.");
            }
            else if (value is null || HasNul(value))
            {
                problems.Add($"Environment['{name}'] is null or has a NUL character; leave the variable out, or set it to a text.");
            }
            else if (name == ProcessAgentOptions.ResultFileVariable && options.Result == ProcessResult.ResultFile)
            {
                problems.Add($"Environment sets '{name}', which the engine sets to another path for each attempt; leave it out.");
            }
        }
    }

    private static void CheckOutcome(ProcessAgentOptions options, List<string> problems)
    {
        if (!Enum.IsDefined(options.Result))
        {
            problems.Add($"Result is {(int)options.Result}; it is one of {string.Join(", ", Enum.GetNames<ProcessResult>())}.");
        }

        if (options.SuccessExitCodes is null or { Count: 0 })
        {
            problems.Add("SuccessExitCodes is empty, so that no attempt could succeed; it has at least one code, usually 0.");
        }
        else if (options.RetryableExitCodes?.Intersect(options.SuccessExitCodes).ToList() is { Count: > 0 } both)
        {
            problems.Add($"RetryableExitCodes and SuccessExitCodes both have {string.Join(", ", both)}.");
        }

        if (options.Timeout is { } timeout && (timeout <= TimeSpan.Zero || timeout > LongestTimeout))
        {
            problems.Add($"Timeout is {timeout}; it is more than zero and at most {LongestTimeout.Days} days, or null for none.");
        }

        if (options.MaxOutputBytes < 1 || options.MaxOutputBytes > Array.MaxLength)
        {
            problems.Add($"MaxOutputBytes is {options.MaxOutputBytes}; it is from 1 to {Array.MaxLength}.");
        }

        if (options.MaxErrorBytes < 0 || options.MaxErrorBytes > Array.MaxLength)
        {
            problems.Add($"MaxErrorBytes is {options.MaxErrorBytes}; it is from 0 to {Array.MaxLength}.");
        }
    }

    private static bool IsVariable(string? name) => !string.IsNullOrWhiteSpace(name) && !name.Contains('=', StringComparison.Ordinal) && !HasNul(name);

    private static bool HasNul(string text) => text.Contains('\0', StringComparison.Ordinal);
}
