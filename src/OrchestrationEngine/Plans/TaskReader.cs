using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>The shape of a task in a plan file. Apart from the other shapes because a plan has millions of these at most and few of the others.</summary>
internal static class TaskReader
{
    private static readonly PropertySet TaskProperties = new(
        "a task",
        ["id", "agent"],
        ["dependsOn", "inputs", "outputs", "name", "priority", "timeout", "retry", "estimate", "onSkipped", "onUnknown", "maxStarts"]);

    private static readonly PropertySet RetryProperties = new(
        "a retry policy",
        [],
        ["maxAttempts", "initialDelay", "factor", "maxDelay", "jitter", "nonRetryable"]);

    public static TaskDefinition? Read(ref PlanTokens tokens)
    {
        if (!tokens.TryEnter(TaskProperties, out var open))
        {
            return null;
        }

        string id = string.Empty, agent = string.Empty;
        string? name = null;
        IReadOnlyList<TaskInput> inputs = [];
        IReadOnlyList<string> outputs = [], dependsOn = [];
        TimeSpan? timeout = null, estimate = null;
        int? maxStarts = null;
        var (priority, retry, onSkipped, onUnknown) = (0, RetryPolicy.None, OnSkipped.Skip, OnUnknown.Retry);
        while (tokens.Next(ref open, out var property))
        {
            switch (property)
            {
                case "id":
                    id = tokens.Text() ?? string.Empty;
                    break;
                case "agent":
                    agent = tokens.Text() ?? string.Empty;
                    break;
                case "dependsOn":
                    dependsOn = ValueReader.Texts(ref tokens, "the ids of tasks");
                    break;
                case "inputs":
                    inputs = ReadInputs(ref tokens);
                    break;
                case "outputs":
                    outputs = ValueReader.Texts(ref tokens, "the names of the output's members");
                    break;
                case "name":
                    name = tokens.Text();
                    break;
                case "priority":
                    priority = tokens.WholeNumber(0);
                    break;
                case "timeout":
                    timeout = ValueReader.Duration(ref tokens);
                    break;
                case "retry":
                    retry = ReadRetry(ref tokens);
                    break;
                case "estimate":
                    estimate = ValueReader.Duration(ref tokens);
                    break;
                case "onSkipped":
                    onSkipped = ValueReader.Word(ref tokens, OnSkipped.Skip);
                    break;
                case "maxStarts":
                    maxStarts = tokens.WholeNumber(1);
                    break;
                case "onUnknown":
                    onUnknown = ValueReader.Word(ref tokens, OnUnknown.Retry, ("ask", "'ask' is not possible yet: tasks can't put questions to people in this version."));
                    break;
            }
        }

        return new TaskDefinition
        {
            Id = id,
            Name = name,
            Agent = agent,
            Inputs = inputs,
            Outputs = outputs,
            DependsOn = dependsOn,
            Priority = priority,
            Timeout = timeout,
            Retry = retry,
            Estimate = estimate,
            OnSkipped = onSkipped,
            OnUnknown = onUnknown,
            MaxStarts = maxStarts,
        };
    }

    public static JsonData? ReadDefault(ref PlanTokens tokens)
    {
        if (!TryReadValue(ref tokens, out var value, out var binding))
        {
            return null;
        }

        if (binding is not null)
        {
            tokens.Problem("A default is a plain value and can't be a binding. To mean the characters '${' write '$${'.", binding);
        }

        return value;
    }

    private static TaskInput[] ReadInputs(ref PlanTokens tokens)
    {
        if (!tokens.TryEnterMap("the inputs of the task, by name", out var names))
        {
            return [];
        }

        var inputs = new List<TaskInput>();
        while (tokens.NextName(names, out var name))
        {
            inputs.Add(ReadInput(ref tokens, name));
        }

        return [.. inputs];
    }

    private static TaskInput ReadInput(ref PlanTokens tokens, string name)
    {
        if (!TryReadValue(ref tokens, out var value, out var binding) || binding is null)
        {
            return new TaskInput { Name = name, Value = value };
        }

        if (!DataPath.TryParse(binding, out var from, out var error))
        {
            tokens.Problem(
                binding.Contains("${", StringComparison.Ordinal) ? PlanLiteral.WholeValuesOnly : $"The binding '${{{binding}}}' can't be read. {error.Message}",
                binding);
        }

        return new TaskInput { Name = name, From = from };
    }

    private static bool TryReadValue(ref PlanTokens tokens, out JsonData value, out string? binding)
    {
        var start = tokens.Position;
        if (PlanLiteral.TryRead(tokens.Raw(), out value, out binding, out var error))
        {
            return true;
        }

        tokens.Reading.Problem(start, error!);
        return false;
    }

    private static RetryPolicy ReadRetry(ref PlanTokens tokens)
    {
        var retry = RetryPolicy.None;
        if (tokens.TryEnter(RetryProperties, out var open))
        {
            while (tokens.Next(ref open, out var property))
            {
                retry = property switch
                {
                    "maxAttempts" => retry with { MaxAttempts = tokens.WholeNumber(1) },
                    "initialDelay" => retry with { InitialDelay = ValueReader.Duration(ref tokens) ?? retry.InitialDelay },
                    "factor" => retry with { Factor = tokens.Number(retry.Factor) },
                    "maxDelay" => retry with { MaxDelay = ValueReader.Duration(ref tokens) ?? retry.MaxDelay },
                    "jitter" => retry with { Jitter = ValueReader.Word(ref tokens, RetryJitter.None) },
                    _ => retry with { NonRetryable = ReadFailureClasses(ref tokens) },
                };
            }
        }

        return retry;
    }

    private static FailureClass[] ReadFailureClasses(ref PlanTokens tokens)
    {
        if (!tokens.TryEnterList("kinds of failure"))
        {
            return [];
        }

        var classes = new List<FailureClass>();
        for (var count = 0; tokens.NextItem(ref count);)
        {
            classes.Add(ValueReader.Word(ref tokens, FailureClass.Unknown));
        }

        return [.. classes];
    }
}
