namespace OrchestrationEngine.Plans;

/// <summary>That each join can be complete and each task can run; otherwise, which can't and why.</summary>
internal static class JoinRules
{
    private const int MostNamed = 5;

    public static void Check(PlanCheck check)
    {
        if (JoinCompletion.Of(check.Names, check.Edges) is not { } completion)
        {
            return;
        }

        for (var phase = 0; phase < check.Names.PhaseCount; phase++)
        {
            if (completion.IsDead(phase))
            {
                check.Problem(PlanProblemKinds.NeverRuns, PlanPointer.Phase(phase), $"Phase '{check.Names.Phases[phase]!.Id}' is never done: its condition always says so.", check.Names.Phases[phase]!.Id);
            }
        }

        var ends = new List<int>();
        for (var task = 0; task < check.Names.TaskCount; task++)
        {
            Report(check, completion, task);
            if (check.Names.Task(task)!.End is not null && completion.IsSure(task) && check.Names.Phases[check.Names.PhaseOf(task)] is { When: null, SkipWhen: null })
            {
                ends.Add(task);
            }
        }

        CheckEnds(check, ends);
    }

    private static void Report(PlanCheck check, JoinCompletion completion, int task)
    {
        var obstacle = completion.ObstacleOf(task);
        if (obstacle is Obstacle.None or Obstacle.Phase)
        {
            return;
        }

        var definition = check.Names.Task(task)!;
        var at = check.Names.PointerTo(task);
        var sources = check.Edges.JoinsOf(task);
        switch (obstacle)
        {
            case Obstacle.TooFew:
                check.Problem(PlanProblemKinds.JoinNeverComplete, at.Member("join"), FormattableString.Invariant($"The join of task '{definition.Id}' needs {definition.Join.Count:N0} tasks, but the task depends on only {sources.Length:N0}."), definition.Id);
                break;
            case Obstacle.Exclusive:
                var needed = JoinCompletion.Needed(definition.Join, sources.Length);
                check.Problem(
                    PlanProblemKinds.JoinNeverComplete,
                    at.Member("join"),
                    $"The join of task '{definition.Id}' needs {(needed == sources.Length ? "all" : FormattableString.Invariant($"{needed:N0}"))} of {Names(check, sources)}, but these are in branches of a choice of which only one is taken. Use the join 'any' or 'activated'.",
                    definition.Id);
                break;
            case Obstacle.Sources:
                var why = $"Task '{definition.Id}' waits for {Names(check, Missing(completion, sources))}, which can never arrive";
                if (definition.OnSkipped == OnSkipped.Fail)
                {
                    check.Problem(PlanProblemKinds.JoinNeverComplete, at.Member("join"), $"{why}, so that its join can't be complete and it always fails.", definition.Id);
                }
                else
                {
                    check.Problem(PlanProblemKinds.NeverRuns, at, $"{why}, so that it is always skipped.", definition.Id);
                }

                break;
            case Obstacle.Choice:
                check.Problem(PlanProblemKinds.NeverRuns, at, $"Task '{definition.Id}' can never run: another branch of the choice '{definition.Choice}' is always taken where this one could be.", definition.Id);
                break;
            default:
                check.Problem(PlanProblemKinds.NeverRuns, at, $"Task '{definition.Id}' can never run: its conditions never hold.", definition.Id);
                break;
        }
    }

    private static void CheckEnds(PlanCheck check, List<int> ends)
    {
        if (ends.Count == 0)
        {
            return;
        }

        var (joins, orders, phases) = (check.Edges.JoinDependents(), check.Edges.OrderDependents(), check.Edges.PhaseDependents());
        foreach (var task in ends)
        {
            int[] behind = [.. joins.Successors(task), .. orders.Successors(task)];
            int[] later = [.. phases.Successors(check.Names.PhaseOf(task))];
            if (behind.Length + later.Length > 0)
            {
                var names = behind.Distinct().Select(other => $"task '{check.Names.Task(other)!.Id}'").Concat(later.Select(phase => $"phase '{check.Names.Phases[phase]!.Id}'")).ToList();
                check.Problem(
                    PlanProblemKinds.BehindEnd,
                    check.Names.PointerTo(task).Member("end"),
                    $"Task '{check.Names.Task(task)!.Id}' always ends the run, so that what stands behind it never runs: {List(names)}.",
                    check.Names.Task(task)!.Id);
            }
        }
    }

    private static int[] Missing(JoinCompletion completion, ReadOnlySpan<int> sources)
    {
        var missing = new List<int>();
        foreach (var source in sources)
        {
            if (!completion.MayArrive(source))
            {
                missing.Add(source);
            }
        }

        return [.. missing];
    }

    private static string Names(PlanCheck check, ReadOnlySpan<int> tasks)
    {
        var names = new List<string>();
        foreach (var task in tasks)
        {
            names.Add($"'{check.Names.Task(task)!.Id}'");
        }

        return List(names);
    }

    private static string List(List<string> names)
        => names.Count <= MostNamed ? string.Join(", ", names) : FormattableString.Invariant($"{string.Join(", ", names.Take(MostNamed))} and {names.Count - MostNamed:N0} more");
}
