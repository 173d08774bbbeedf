using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>What must hold for a path into a run's data, wherever it stands.</summary>
internal static class PathRules
{
    private static readonly string[] Everywhere = [PlanPaths.Inputs, PlanPaths.Tasks, "phases", "run", "signals"];
    private static readonly string[] TaskMembers = [PlanPaths.Output, "outputs", "status", "turn", "attempts", "error", "items"];
    private static readonly string[] ItemMembers = ["count", "ended", "succeeded", "failed", "sealed"];
    private static readonly string[] PhaseMembers = ["status", "turn"];
    private static readonly string[] RunMembers = ["id", "plan", "version", "createdAt", "parent"];
    private static readonly string[] BranchMembers = ["branch", "value"];

    /// <summary>Checks all paths of an expression.</summary>
    public static void Check(PlanCheck check, PlanPointer at, IReadOnlyList<DataPath>? paths, NamePlace place)
    {
        for (var index = 0; index < (paths?.Count ?? 0); index++)
        {
            Check(check, at, paths![index], place);
        }
    }

    public static void Check(PlanCheck check, PlanPointer at, DataPath path, NamePlace place)
    {
        switch (path.Root)
        {
            case PlanPaths.Inputs:
                CheckInput(check, at, path);
                break;
            case not PlanPaths.Inputs when place.Kind == PlaceKind.AtStart:
                check.Problem(PlanProblemKinds.UnknownName, at, $"'{path}' begins with '{path.Root}'; where a run starts is decided before anything else, so only its inputs are there: inputs.NAME.", path.Root);
                break;
            case PlanPaths.Tasks:
                CheckTask(check, at, path, place);
                break;
            case "phases":
                CheckPhase(check, at, path, place);
                break;
            case "run":
                CheckMember(check, at, path, 0, RunMembers, "of the run");
                break;
            case "signals" when path.Segments is [{ Key: not null }, ..]:
            case "item" or "index" when place.More.HasFlag(MoreNames.Item):
            case "turn" when place.More.HasFlag(MoreNames.Turn):
                break;
            case "signals":
                check.Problem(PlanProblemKinds.UnclearPath, at, $"'{path}' does not say which signal; write signals.NAME.", path.ToString());
                break;
            case "signal" when place.More.HasFlag(MoreNames.Signal):
                CheckMember(check, at, path, 0, ["payload"], "of a signal");
                break;
            default:
                CheckRoot(check, at, path, place);
                break;
        }
    }

    private static void CheckRoot(PlanCheck check, PlanPointer at, DataPath path, NamePlace place)
    {
        var why = path.Root switch
        {
            "item" or "index" => " It exists in the inputs of a task with 'forEach' or with the join 'each'.",
            "turn" => " It exists in a task or phase with 'repeat'.",
            "signal" => " It exists in the 'where' of a wait for a signal; 'signals.NAME' lists what has come.",
            _ => string.Empty,
        };
        IEnumerable<string> known = Everywhere;
        known = place.More.HasFlag(MoreNames.Item) ? known.Concat(["item", "index"]) : known;
        known = place.More.HasFlag(MoreNames.Turn) ? known.Append("turn") : known;
        known = place.More.HasFlag(MoreNames.Signal) ? known.Append("signal") : known;
        var list = known.ToList();
        check.Unknown(
            PlanProblemKinds.UnknownName,
            at,
            $"'{path}' begins with '{path.Root}', which is no name here.{why} {PlanCheck.Known("There are", list)} A text stands in quotes.",
            path.Root,
            list);
    }

    private static void CheckInput(PlanCheck check, PlanPointer at, DataPath path)
    {
        if (path.Segments is not [{ Key: { } name }, ..])
        {
            check.Problem(PlanProblemKinds.UnclearPath, at, $"'{path}' does not say which input; write inputs.NAME.", path.ToString());
        }
        else if (!check.Inputs.Contains(name))
        {
            check.Unknown(PlanProblemKinds.UnknownInput, at, $"The plan takes no input '{name}'. {PlanCheck.Known("It takes", check.Inputs)}", name, check.Inputs);
        }
    }

    private static void CheckTask(PlanCheck check, PlanPointer at, DataPath path, NamePlace place)
    {
        if (!check.Names.TryGetSource(path, out var task))
        {
            if (path.Segments is [{ Key: { } id }, ..])
            {
                check.Unknown(PlanProblemKinds.UnknownTask, at, $"The plan has no task '{id}'.", id, check.Names.TaskIds);
            }
            else
            {
                check.Problem(PlanProblemKinds.UnclearPath, at, $"'{path}' does not say which task; write tasks.ID.output. It must be known when the plan is read.", path.ToString());
            }

            return;
        }

        var source = check.Names.Task(task)!;
        if (!CheckMember(check, at, path, 1, TaskMembers, $"of task '{source.Id}'"))
        {
            return;
        }

        if (path.Segments[1].Key == "items" && source is { ForEach: null, Join.Kind: not JoinKind.Each })
        {
            check.Problem(PlanProblemKinds.NoItems, at, $"'{path}' reads the items of task '{source.Id}', which has none: it has no 'forEach'.", source.Id);
        }

        if (path.Segments.Count > 2)
        {
            CheckDeeper(check, at, path, source);
        }

        EndingRules.Check(check, at, path, task, place);
    }

    private static void CheckDeeper(PlanCheck check, PlanPointer at, DataPath path, TaskDefinition source)
    {
        if (path.Segments[1].Key == "items")
        {
            CheckMember(check, at, path, 2, ItemMembers, $"of the items of task '{source.Id}'");
        }
        else if (path.Segments[1].Key == PlanPaths.Output && Declared(source) is { } outputs && (path.Segments[2].Key is not { } key || !outputs.Contains(key)))
        {
            var name = path.Segments[2].Key ?? path.Segments[2].ToString();
            check.Unknown(PlanProblemKinds.UndeclaredOutput, at, $"The output of task '{source.Id}' has no member '{name}'. {PlanCheck.Known("It declares", [.. outputs.OfType<string>()])}", name, outputs);
        }
    }

    // The output of a task with items is a list of what it declares.
    private static IReadOnlyCollection<string>? Declared(TaskDefinition source) => source switch
    {
        { ForEach: not null } or { Join.Kind: JoinKind.Each } => null,
        { Outputs: { Count: > 0 } outputs } => outputs,
        { Wait.IsChoice: true } => BranchMembers,
        { SubPlan.Inline.Outputs: { Count: > 0 } outputs } => [.. outputs.Select(output => output?.Name ?? string.Empty)],
        _ => null,
    };

    private static void CheckPhase(PlanCheck check, PlanPointer at, DataPath path, NamePlace place)
    {
        if (path.Segments is not [{ Key: { } id }, ..])
        {
            check.Problem(PlanProblemKinds.UnclearPath, at, $"'{path}' does not say which phase; write phases.ID.status.", path.ToString());
        }
        else if (!check.Names.TryGetPhase(id, out var phase))
        {
            check.Unknown(PlanProblemKinds.UnknownPhase, at, $"The plan has no phase '{id}'.", id, check.Names.PhaseIds);
        }
        else if (CheckMember(check, at, path, 1, PhaseMembers, $"of phase '{id}'"))
        {
            EndingRules.CheckPhase(check, at, path, phase, place);
        }
    }

    private static bool CheckMember(PlanCheck check, PlanPointer at, DataPath path, int index, string[] members, string of)
    {
        if (path.Segments.Count > index && path.Segments[index].Key is { } key && members.Contains(key))
        {
            return true;
        }

        var name = path.Segments.Count > index ? path.Segments[index].Key ?? path.Segments[index].ToString() : path.ToString();
        check.Unknown(PlanProblemKinds.UnknownMember, at, $"'{path}' does not say what is read {of}. It can be: {string.Join(", ", members)}.", name, members);
        return false;
    }
}
