namespace OrchestrationEngine.Plans;

/// <summary>
/// The shape of a plan file: which property becomes which part of the model. What can't be read leaves a gap (null, or an empty name) in its
/// place, so that the other parts keep their indices and can still be verified.
/// </summary>
internal static class PlanReader
{
    private static readonly PropertySet PlanProperties = new(
        "a plan",
        ["id", "phases"],
        ["version", "name", "description", "inputs", "agents", "tiers", "onFailure", "maxParallelTasks", "maxStarts", "outputs", "startAt", "contracts", "handoffs", "workspace", "$schema"]);

    private static readonly PropertySet InputProperties = new("an input of the plan", [], ["description", "required", "default", "schema"]);
    private static readonly PropertySet AgentProperties = new("an agent", ["id"], ["uses", "description"]);
    private static readonly PropertySet TierProperties = new("a tier", ["id"], ["name"]);

    private static readonly PropertySet PhaseProperties = new(
        "a phase",
        ["id"],
        ["tasks", "name", "tier", "dependsOn", "mode", "when", "timeout", "onFailure", "skipWhen", "repeat", "maxParallelTasks", "locks"]);

    private static readonly PropertySet FailureProperties = new("a failure policy", [], ["mode", "failuresAllowed"]);

    /// <summary>Reads the whole text.</summary>
    /// <exception cref="System.Text.Json.JsonException">The text is not JSON; what was found before is in the reading.</exception>
    public static OrchestrationPlan? Read(ref PlanTokens tokens)
    {
        tokens.Read();
        var plan = ReadPlan(ref tokens, isWhole: true);
        tokens.Read();
        return plan;
    }

    /// <summary>Reads the plan at which the reader is: the whole text or a part of a task.</summary>
    public static OrchestrationPlan? ReadPlan(ref PlanTokens tokens, bool isWhole)
    {
        if (!tokens.TryEnter(PlanProperties, out var open))
        {
            return null;
        }

        var plan = new OrchestrationPlan { Id = string.Empty, Phases = [] };
        while (tokens.Next(ref open, out var property))
        {
            switch (property)
            {
                case "id":
                    plan = plan with { Id = tokens.Text() ?? string.Empty };
                    tokens.Reading.PlanId = isWhole ? plan.Id : tokens.Reading.PlanId;
                    break;
                case "version":
                    plan = plan with { Version = tokens.Text("a string such as \"1\"") ?? string.Empty };
                    break;
                case "name":
                    plan = plan with { Name = tokens.Text() };
                    break;
                case "description":
                    plan = plan with { Description = tokens.Text() };
                    break;
                case "inputs":
                    plan = plan with { Inputs = ReadInputs(ref tokens) };
                    break;
                case "agents":
                    plan = plan with { Agents = ValueReader.List(ref tokens, "the agents of the plan", ReadAgent) };
                    break;
                case "tiers":
                    plan = plan with { Tiers = ValueReader.List(ref tokens, "the tiers of the plan", ReadTier) };
                    break;
                case "phases":
                    plan = plan with { Phases = ValueReader.List(ref tokens, "the phases of the plan", ReadPhase) };
                    break;
                case "onFailure":
                    plan = plan with { OnFailure = ReadFailurePolicy(ref tokens) };
                    break;
                case "maxParallelTasks":
                    plan = plan with { MaxParallelTasks = tokens.WholeNumber(1) };
                    break;
                case "maxStarts":
                    plan = plan with { MaxStarts = tokens.WholeNumber(1) };
                    break;
                case "outputs":
                    plan = plan with { Outputs = TaskReader.ReadInputs(ref tokens, "the outputs of the plan, by name") };
                    break;
                case "contracts":
                    plan = plan with { Contracts = ContractReader.Named(ref tokens) };
                    break;
                case "handoffs":
                    plan = plan with { Handoffs = ValueReader.List(ref tokens, "the handoffs of the plan", HandoffReader.Handoff) };
                    break;
                case "workspace":
                    plan = plan with { Workspace = HandoffReader.Documents(ref tokens) };
                    break;
                case "$schema":
                    tokens.Text();
                    break;
                case "startAt":
                    plan = plan with { StartAt = ExpressionReader.Value(ref tokens, "${inputs.from}") };
                    break;
            }
        }

        return plan;
    }

    private static PlanInput[] ReadInputs(ref PlanTokens tokens)
    {
        if (!tokens.TryEnterMap("the inputs of the plan, by name", out var names))
        {
            return [];
        }

        var inputs = new List<PlanInput>();
        while (tokens.NextName(names, out var name))
        {
            var input = new PlanInput { Name = name };
            if (tokens.TryEnter(InputProperties, out var open))
            {
                while (tokens.Next(ref open, out var property))
                {
                    input = property switch
                    {
                        "description" => input with { Description = tokens.Text() },
                        "required" => input with { Required = tokens.Flag() },
                        "schema" => input with { Schema = ValueReader.Schema(ref tokens, "an object (a JSON Schema), true or false") },
                        _ => input with { Default = TaskReader.ReadDefault(ref tokens) },
                    };
                }
            }

            inputs.Add(input);
        }

        return [.. inputs];
    }

    private static PlanAgent? ReadAgent(ref PlanTokens tokens)
    {
        if (!tokens.TryEnter(AgentProperties, out var open))
        {
            return null;
        }

        var agent = new PlanAgent { Id = string.Empty };
        while (tokens.Next(ref open, out var property))
        {
            agent = property switch
            {
                "id" => agent with { Id = tokens.Text() ?? string.Empty },
                "uses" => agent with { Uses = tokens.Text() },
                _ => agent with { Description = tokens.Text() },
            };
        }

        return agent;
    }

    private static PlanTier? ReadTier(ref PlanTokens tokens)
    {
        if (!tokens.TryEnter(TierProperties, out var open))
        {
            return null;
        }

        var tier = new PlanTier { Id = string.Empty };
        while (tokens.Next(ref open, out var property))
        {
            tier = property == "id" ? tier with { Id = tokens.Text() ?? string.Empty } : tier with { Name = tokens.Text() };
        }

        return tier;
    }

    public static PhaseDefinition? ReadPhase(ref PlanTokens tokens)
    {
        if (!tokens.TryEnter(PhaseProperties, out var open))
        {
            return null;
        }

        var phase = new PhaseDefinition { Id = string.Empty };
        while (tokens.Next(ref open, out var property))
        {
            phase = property switch
            {
                "id" => phase with { Id = tokens.Text() ?? string.Empty },
                "name" => phase with { Name = tokens.Text() },
                "tier" => phase with { Tier = tokens.Text() },
                "dependsOn" => phase with { DependsOn = ValueReader.Texts(ref tokens, "the ids of phases") },
                "mode" => phase with { Mode = ValueReader.Word(ref tokens, PhaseMode.Sequential) },
                "when" => phase with { When = ExpressionReader.Condition(ref tokens) },
                "timeout" => phase with { Timeout = ValueReader.Duration(ref tokens) },
                "onFailure" => phase with { OnFailure = ReadFailurePolicy(ref tokens) },
                "skipWhen" => phase with { SkipWhen = FlowReader.SkipWhen(ref tokens) },
                "repeat" => phase with { Repeat = FlowReader.Repeat(ref tokens) },
                "maxParallelTasks" => phase with { MaxParallelTasks = tokens.WholeNumber(1) },
                "locks" => phase with { Locks = ValueReader.Texts(ref tokens, "the names of locks") },
                _ => phase with { Tasks = ValueReader.List(ref tokens, "the tasks of the phase", TaskReader.Read) },
            };
        }

        return phase;
    }

    private static FailurePolicy ReadFailurePolicy(ref PlanTokens tokens)
    {
        var policy = FailurePolicy.FailFast;
        if (tokens.TryEnter(FailureProperties, out var open))
        {
            while (tokens.Next(ref open, out var property))
            {
                policy = property == "mode"
                    ? policy with { Mode = ValueReader.Word(ref tokens, FailureMode.FailFast) }
                    : policy with { FailuresAllowed = tokens.WholeNumber(0) };
            }
        }

        return policy;
    }
}
