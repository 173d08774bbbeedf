using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>The kinds of task in a plan file that no agent does: waits, sub-plans and ends.</summary>
internal static class KindReader
{
    private static readonly PropertySet WaitProperties = new("a wait", [], ["after", "at", "signal", "mode", "where", "firstOf"]);
    private static readonly PropertySet BranchProperties = new("a branch of a wait", [], ["after", "at", "signal", "mode", "where"]);
    private static readonly PropertySet SubPlanProperties = new("a sub-plan", [], ["id", "version", "inline", "maxDepth"]);
    private static readonly PropertySet EndProperties = new("an end", ["status"], ["reason"]);

    public static WaitDefinition? Wait(ref PlanTokens tokens)
    {
        if (!tokens.TryEnter(WaitProperties, out var open))
        {
            return null;
        }

        var start = tokens.Position;
        WaitBranch[]? choice = null;
        var (single, isSingle) = (new WaitBranch(), false);
        while (tokens.Next(ref open, out var property))
        {
            if (property == "firstOf")
            {
                choice = Branches(ref tokens);
            }
            else
            {
                single = BranchPart(ref tokens, property, single);
                isSingle = true;
            }
        }

        if (choice is not null && isSingle)
        {
            tokens.Reading.Problem(PlanProblemKinds.UnclearForm, start, "A wait with 'firstOf' has nothing else; put the other branch into it.");
        }

        return choice is null ? new WaitDefinition { Branches = [single] } : new WaitDefinition { Branches = choice, IsChoice = true };
    }

    public static SubPlanDefinition? SubPlan(ref PlanTokens tokens)
    {
        if (!tokens.TryEnter(SubPlanProperties, out var open))
        {
            return null;
        }

        var plan = new SubPlanDefinition();
        while (tokens.Next(ref open, out var property))
        {
            plan = property switch
            {
                "id" => plan with { Id = tokens.Text() },
                "version" => plan with { Version = tokens.Text("a string such as \"1\"") },
                "inline" => plan with { Inline = PlanReader.ReadPlan(ref tokens, isWhole: false) },
                _ => plan with { MaxDepth = tokens.WholeNumber(1) },
            };
        }

        return plan;
    }

    public static EndDefinition? End(ref PlanTokens tokens)
    {
        if (tokens.Kind == JsonTokenType.String)
        {
            return new EndDefinition { Status = ValueReader.Word(ref tokens, EndStatus.Succeeded) };
        }

        if (tokens.Kind != JsonTokenType.StartObject)
        {
            tokens.Unexpected($"one of {string.Join(", ", WordTable<EndStatus>.Words)}, or an object (an end with a reason)");
            return null;
        }

        tokens.TryEnter(EndProperties, out var open);
        var end = new EndDefinition();
        while (tokens.Next(ref open, out var property))
        {
            end = property == "status"
                ? end with { Status = ValueReader.Word(ref tokens, EndStatus.Succeeded) }
                : end with { Reason = ExpressionReader.Template(ref tokens, "a text, with templates or not") };
        }

        return end;
    }

    private static WaitBranch[] Branches(ref PlanTokens tokens)
    {
        if (!tokens.TryEnterMap("the branches of the wait, by name", out var names))
        {
            return [];
        }

        var branches = new List<WaitBranch>();
        while (tokens.NextName(names, out var name))
        {
            var branch = new WaitBranch { Name = name };
            if (tokens.TryEnter(BranchProperties, out var open))
            {
                while (tokens.Next(ref open, out var property))
                {
                    branch = BranchPart(ref tokens, property, branch);
                }
            }

            branches.Add(branch);
        }

        return [.. branches];
    }

    private static WaitBranch BranchPart(ref PlanTokens tokens, string property, WaitBranch branch) => property switch
    {
        "after" => branch with { After = ValueReader.Duration(ref tokens) },
        "at" => branch with { At = ExpressionReader.Template(ref tokens, "a time such as \"2027-01-31T08:00:00Z\" or a template that gives one") },
        "signal" => branch with { Signal = ExpressionReader.Template(ref tokens, "the name of a signal") },
        "mode" => branch with { Mode = ValueReader.Word(ref tokens, SignalMode.Persistent) },
        _ => branch with { Where = ExpressionReader.Condition(ref tokens) },
    };
}
