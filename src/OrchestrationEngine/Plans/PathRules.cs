using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>What must hold for a path into a run's data, in a binding or a condition.</summary>
internal static class PathRules
{
    private static readonly string[] Roots = [PlanPaths.Inputs, PlanPaths.Tasks];

    /// <summary>Checks where a path leads.</summary>
    /// <param name="check">The verification.</param>
    /// <param name="at">The place of the path.</param>
    /// <param name="path">The path.</param>
    /// <param name="task">The task whose output it reads, or -1.</param>
    /// <returns>Whether the path leads somewhere.</returns>
    public static bool Check(PlanCheck check, PlanPointer at, DataPath path, out int task)
    {
        task = -1;
        switch (path.Root)
        {
            case PlanPaths.Inputs:
                return CheckInput(check, at, path);
            case PlanPaths.Tasks:
                return CheckTask(check, at, path, out task);
            case "item" or "index" or "turn" or "signal" or "run" or "signals" or "phases":
                return true;
            default:
                check.Unknown(at, $"'{path}' begins with '{path.Root}'; a path begins with 'inputs' (inputs.NAME) or 'tasks' (tasks.ID.output).", path.Root, Roots);
                return false;
        }
    }

    private static bool CheckInput(PlanCheck check, PlanPointer at, DataPath path)
    {
        if (path.Segments is not [{ Key: { } name }, ..])
        {
            check.Problem(at, $"'{path}' does not say which input; write inputs.NAME.", path.ToString());
            return false;
        }

        if (!check.Inputs.Contains(name))
        {
            check.Unknown(at, $"The plan takes no input '{name}'. {PlanCheck.Known("It takes", check.Inputs)}", name, check.Inputs);
            return false;
        }

        return true;
    }

    private static bool CheckTask(PlanCheck check, PlanPointer at, DataPath path, out int task)
    {
        if (!check.Names.TryGetSource(path, out task))
        {
            if (path.Segments is [{ Key: { } id }, ..])
            {
                check.Unknown(at, $"The plan has no task '{id}'.", id, check.Names.TaskIds);
            }
            else
            {
                check.Problem(at, $"'{path}' does not say which task; write tasks.ID.output.", path.ToString());
            }

            return false;
        }

        var source = check.Names.Task(task)!;
        if (path.Segments is [_, { Key: "outputs" or "status" or "turn" or "attempts" or "error" or "items" }, ..])
        {
            return true;
        }

        if (path.Segments.Count < 2 || path.Segments[1].Key != PlanPaths.Output)
        {
            check.Problem(at, $"'{path}' does not lead to the output of task '{source.Id}'; of a task only the output can be read: {new DataPath(PlanPaths.Tasks, [path.Segments[0], DataPathSegment.Member(PlanPaths.Output)])}.", path.ToString());
            return false;
        }

        return path.Segments.Count < 3 || CheckMember(check, at, source, path.Segments[2]);
    }

    private static bool CheckMember(PlanCheck check, PlanPointer at, TaskDefinition source, DataPathSegment member)
    {
        if (source.Outputs is not { Count: > 0 } outputs || (member.Key is { } key && outputs.Contains(key)))
        {
            return true;
        }

        var name = member.Key ?? member.ToString();
        check.Unknown(at, $"The output of task '{source.Id}' has no member '{name}'. {PlanCheck.Known("It declares", [.. outputs.OfType<string>()])}", name, outputs);
        return false;
    }
}
