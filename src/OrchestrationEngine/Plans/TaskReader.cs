namespace OrchestrationEngine.Plans;

/// <summary>The shape of a task in a plan file. Apart from the other shapes because a plan has millions of these at most and few of the others.</summary>
internal static class TaskReader
{
    private static readonly PropertySet TaskProperties = new(
        "a task",
        ["id"],
        [
            "agent", "dependsOn", "inputs", "outputs", "name", "priority", "timeout", "retry", "estimate", "onSkipped", "onUnknown", "maxStarts",
            "wait", "plan", "end", "join", "when", "skipWhen", "choice", "repeat", "forEach", "guard", "guardTimeout", "locks", "resources",
            "reads", "writes", "exclusive", "criticality", "tags", "estimateP90", "estimatedTokens", "estimatedCost", "contract", "onViolation", "memo",
        ]);

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

        var id = string.Empty;
        string? agent = null, name = null;
        TaskFlow? flow = null;
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
                    agent = tokens.Text();
                    break;
                case "dependsOn":
                    dependsOn = ValueReader.Texts(ref tokens, "the ids of tasks");
                    break;
                case "inputs":
                    inputs = ReadInputs(ref tokens, "the inputs of the task, by name");
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
                default:
                    flow = ReadFlow(ref tokens, property, flow ?? TaskFlow.None);
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
            FlowParts = flow,
        };
    }

    public static JsonData? ReadDefault(ref PlanTokens tokens)
    {
        var input = new TaskInput { Name = string.Empty };
        if (!TryReadValue(ref tokens, ref input))
        {
            return null;
        }

        if (input.From is not null || input.Template is not null)
        {
            tokens.Problem(PlanProblemKinds.BoundDefault, "A default is a plain value and can't be a binding. To mean the characters '${' write '$${'.", input.From?.ToString() ?? input.Template!.ToString());
        }

        return input.Value;
    }

    /// <summary>Values, bindings and templates by name.</summary>
    public static TaskInput[] ReadInputs(ref PlanTokens tokens, string subject)
    {
        if (!tokens.TryEnterMap(subject, out var names))
        {
            return [];
        }

        var inputs = new List<TaskInput>();
        while (tokens.NextName(names, out var name))
        {
            var input = new TaskInput { Name = name };
            TryReadValue(ref tokens, ref input);
            inputs.Add(input);
        }

        return [.. inputs];
    }

    private static bool TryReadValue(ref PlanTokens tokens, ref TaskInput input)
    {
        var start = tokens.Position;
        if (PlanLiteral.TryRead(tokens.Raw(), ref input, out var error))
        {
            return true;
        }

        tokens.Reading.Problem(error == PlanLiteral.HalfCharacter ? PlanProblemKinds.NotUtf8 : PlanProblemKinds.BadTemplate, start, error!);
        return false;
    }

    private static TaskFlow ReadFlow(ref PlanTokens tokens, string property, TaskFlow flow) => property switch
    {
        "wait" => flow with { Wait = KindReader.Wait(ref tokens) },
        "plan" => flow with { SubPlan = KindReader.SubPlan(ref tokens) },
        "end" => flow with { End = KindReader.End(ref tokens) },
        "join" => flow with { Join = FlowReader.Join(ref tokens) },
        "when" => flow with { When = ExpressionReader.Condition(ref tokens) },
        "skipWhen" => flow with { SkipWhen = FlowReader.SkipWhen(ref tokens) },
        "choice" => flow with { Choice = tokens.Text() },
        "repeat" => flow with { Repeat = FlowReader.Repeat(ref tokens) },
        "forEach" => flow with { ForEach = FlowReader.ForEach(ref tokens) },
        "guard" => flow with { Guard = ExpressionReader.Condition(ref tokens) },
        "guardTimeout" => flow with { GuardTimeout = ValueReader.Duration(ref tokens) },
        "locks" => flow with { Locks = ValueReader.Texts(ref tokens, "the names of locks") },
        "resources" => flow with { Resources = FlowReader.Resources(ref tokens) },
        "reads" => flow with { Reads = ValueReader.Texts(ref tokens, "the names of what the task reads") },
        "writes" => flow with { Writes = ValueReader.Texts(ref tokens, "the names of what the task writes") },
        "exclusive" => flow with { Exclusive = ValueReader.Texts(ref tokens, "the names of what the task needs for itself alone") },
        "criticality" => flow with { Criticality = ValueReader.Word(ref tokens, TaskCriticality.Normal) },
        "tags" => flow with { Tags = ValueReader.Texts(ref tokens, "the tags of the task") },
        "estimateP90" => flow with { EstimateP90 = ValueReader.Duration(ref tokens) },
        "estimatedTokens" => flow with { EstimatedTokens = tokens.LongNumber(0) },
        "estimatedCost" => flow with { EstimatedCost = tokens.Decimal(0) },
        "contract" => flow with { Contract = ContractReader.Use(ref tokens) },
        "onViolation" => flow with { OnViolation = ValueReader.Word(ref tokens, OnViolation.Quarantine) },
        "memo" => flow with { Memo = HandoffReader.Memo(ref tokens) },
        _ => throw new NotSupportedException($"The reader of tasks does not know '{property}'."),
    };

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
