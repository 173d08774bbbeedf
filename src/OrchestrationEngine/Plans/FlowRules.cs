namespace OrchestrationEngine.Plans;

/// <summary>What must hold for when, how often and with what a task or phase runs.</summary>
internal static class FlowRules
{
    private const int MostTurns = 100_000;

    /// <summary>The place of the inputs of a task.</summary>
    public static NamePlace InputPlace(PlanCheck check, int task, TaskDefinition definition)
    {
        var place = StartPlace(check, task);
        return definition.ForEach is not null || definition.Join?.Kind == JoinKind.Each ? place with { More = place.More | MoreNames.Item } : place;
    }

    /// <summary>The place of what is read when a task starts.</summary>
    public static NamePlace StartPlace(PlanCheck check, int task)
    {
        var phase = check.Names.PhaseOf(task);
        var turns = check.Names.Task(task)?.Repeat is not null || check.Names.Phases[phase]?.Repeat is not null;
        return new NamePlace(task, phase, PlaceKind.TaskStart, turns ? MoreNames.Turn : MoreNames.None);
    }

    public static void Check(PlanCheck check, int index, TaskDefinition task, PlanPointer at)
    {
        var (start, live) = (StartPlace(check, index), StartPlace(check, index) with { Kind = PlaceKind.Live });
        CheckJoin(check, index, task, at.Member("join"), live);
        PathRules.Check(check, at.Member("when"), task.When?.References, start);
        CheckSkip(check, task.SkipWhen, at, start);
        PathRules.Check(check, at.Member("guard"), task.Guard?.References, live);
        check.Positive(at.Member("guardTimeout"), task.GuardTimeout, "The time");
        if (task is { GuardTimeout: not null, Guard: null } && !check.HasLostParts)
        {
            check.Problem(PlanProblemKinds.NoEffect, at.Member("guardTimeout"), "'guardTimeout' has no effect without 'guard'.", "guardTimeout");
        }

        if (task.Choice is not null)
        {
            check.Name(at.Member("choice"), task.Choice, "The name of the choice");
        }

        CheckRepeat(check, task.Repeat, at.Member("repeat"), live with { More = live.More | MoreNames.Turn });
        CheckForEach(check, task, at.Member("forEach"), start, live);
        check.DistinctTexts(task.Locks, at.Member("locks"), "The lock");
        check.DistinctTexts(task.Reads, at.Member("reads"), "The name");
        check.DistinctTexts(task.Writes, at.Member("writes"), "The name");
        check.DistinctTexts(task.Exclusive, at.Member("exclusive"), "The name");
        check.DistinctTexts(task.Tags, at.Member("tags"), "The tag");
        check.Defined(at.Member("criticality"), task.Criticality, "The criticality");
        CheckResources(check, task.Resources, at.Member("resources"));
        CheckEstimates(check, task, at);
        HandoffChecks.CheckTask(check, index, task, at);
    }

    public static void CheckSkip(PlanCheck check, SkipCondition? skip, PlanPointer at, NamePlace place)
    {
        if (skip is not null && check.Exists(at.Member("skipWhen"), skip.Condition))
        {
            PathRules.Check(check, at.Member("skipWhen"), skip.Condition.References, place);
        }
    }

    public static void CheckRepeat(PlanCheck check, RepeatDefinition? repeat, PlanPointer at, NamePlace place)
    {
        if (repeat is null)
        {
            return;
        }

        if (check.Exists(at.Leaf("until"), repeat.Until))
        {
            PathRules.Check(check, at.Leaf("until"), repeat.Until.References, place);
        }

        check.Within(at.Leaf("max"), repeat.Max, 1, MostTurns, "The number of turns");
        check.NotNegative(at.Leaf("delay"), repeat.Delay, "The delay");
        check.Defined(at.Leaf("onExhausted"), repeat.OnExhausted, "What the end of the turns means");
    }

    private static void CheckForEach(PlanCheck check, TaskDefinition task, PlanPointer at, NamePlace start, NamePlace live)
    {
        if (task.ForEach is not { } forEach)
        {
            return;
        }

        if (check.Exists(at.Leaf("items"), forEach.Items))
        {
            PathRules.Check(check, at.Leaf("items"), forEach.Items.References, start);
        }

        check.AtLeast(at.Leaf("maxParallel"), forEach.MaxParallel, 1, "The number of parallel items");
        if (task.Join?.Kind == JoinKind.Each)
        {
            check.Problem(PlanProblemKinds.NotTogether, at, "The join 'each' has the task done for each task that arrives; it can't have 'forEach' besides.", task.Id);
        }

        if (task.Wait is not null)
        {
            check.Problem(PlanProblemKinds.NotTogether, at, "A wait can't be done for each item; put it into a sub-plan and have that done for each.", task.Id);
        }

        if (!check.Exists(at.Leaf("join"), forEach.Join))
        {
            return;
        }

        if (forEach.Join.Kind is not (JoinKind.All or JoinKind.AtLeast or JoinKind.Until or JoinKind.None))
        {
            check.Problem(PlanProblemKinds.ImpossibleJoin, at.Leaf("join"), $"Items can't be joined by '{WordTable<JoinKind>.Word(forEach.Join.Kind)}'; it must be all, none, atLeast or until.");
        }
        else
        {
            CheckParts(check, forEach.Join, at.Within("join"), live);
        }
    }

    private static void CheckJoin(PlanCheck check, int index, TaskDefinition task, PlanPointer at, NamePlace live)
    {
        if (!check.Exists(at, task.Join))
        {
            return;
        }

        var join = task.Join;
        check.Defined(at, join.Kind, "The join");
        CheckParts(check, join, at, live);
        if (check.HasLostParts || join.Kind == JoinKind.All)
        {
            return;
        }

        var sources = check.Edges.JoinsOf(index);
        if (sources.Length == 0)
        {
            if (join.Kind == JoinKind.Each)
            {
                check.Problem(PlanProblemKinds.ImpossibleJoin, at, "The join 'each' has the task done for each task that arrives, but the task depends on none. Add them to 'dependsOn'.", task.Id);
            }
            else if (join.Kind != JoinKind.AtLeast)
            {
                check.Problem(PlanProblemKinds.SingleSource, at, $"The task '{task.Id}' depends on no other, so its join has nothing to wait for.", task.Id);
            }
        }
        else if (sources.Length == 1 && join.Kind is JoinKind.Any or JoinKind.First)
        {
            check.Problem(PlanProblemKinds.SingleSource, at, $"The join '{WordTable<JoinKind>.Word(join.Kind)}' has only task '{check.Names.Task(sources[0])?.Id}' to wait for.", task.Id);
        }

        for (var reference = 0; reference < (join.Condition?.References.Count ?? 0); reference++)
        {
            if (check.Names.TryGetSource(join.Condition!.References[reference], out var source) && !sources.Contains(source))
            {
                var id = check.Names.Task(source)?.Id;
                check.Problem(PlanProblemKinds.ForeignUntil, at.Leaf("until"), $"The condition reads task '{id}', for which the join does not wait: it is looked at only when a task of the join has ended. Add '{id}' to 'dependsOn'.", id);
            }
        }
    }

    // What goes together in a join of tasks and of items.
    private static void CheckParts(PlanCheck check, JoinDefinition join, PlanPointer at, NamePlace live)
    {
        if (join.Kind == JoinKind.AtLeast)
        {
            check.AtLeast(at.Leaf("atLeast"), join.Count, 1, "The number");
        }
        else if (join.Count != 0)
        {
            check.Problem(PlanProblemKinds.ImpossibleJoin, at, $"A number goes with the join 'atLeast', not with '{WordTable<JoinKind>.Word(join.Kind)}'.");
        }

        if (join.Kind == JoinKind.Until && join.Condition is null && !check.HasLostParts)
        {
            check.Problem(PlanProblemKinds.ImpossibleJoin, at.Leaf("until"), "The join has no condition.");
        }
        else if (join.Kind != JoinKind.Until && join.Condition is not null)
        {
            check.Problem(PlanProblemKinds.ImpossibleJoin, at, $"A condition goes with the join 'until', not with '{WordTable<JoinKind>.Word(join.Kind)}'.");
        }

        if (join.CancelRest && join.Kind is not (JoinKind.AtLeast or JoinKind.Until or JoinKind.First or JoinKind.Any))
        {
            check.Problem(PlanProblemKinds.ImpossibleJoin, at, $"'cancelRest' goes with the joins 'atLeast' and 'until', not with '{WordTable<JoinKind>.Word(join.Kind)}'.");
        }

        PathRules.Check(check, at.Leaf("until"), join.Condition?.References, live);
    }

    private static void CheckResources(PlanCheck check, IReadOnlyList<ResourceUse>? resources, PlanPointer at)
    {
        check.DistinctNames(resources, at, "The resource", use => use.Name, (list, index, use) => use.Name is null ? list.Item(index) : list.Leaf(use.Name));
        for (var index = 0; index < (resources?.Count ?? 0); index++)
        {
            if (resources![index] is { Name: { } name } use)
            {
                check.AtLeast(at.Leaf(name), use.Weight, 1, "The weight");
            }
        }
    }

    private static void CheckEstimates(PlanCheck check, TaskDefinition task, PlanPointer at)
    {
        check.NotNegative(at.Member("estimateP90"), task.EstimateP90, "The estimate");
        if (task.EstimateP90 < task.Estimate)
        {
            check.Problem(
                PlanProblemKinds.ImpossibleDuration,
                at.Member("estimateP90"),
                $"Nine of ten attempts can't end within {PlanDuration.Format(task.EstimateP90.Value)} when one is thought to take {PlanDuration.Format(task.Estimate.Value)}.");
        }

        if (task.EstimatedTokens < 0)
        {
            check.Problem(PlanProblemKinds.NumberOutOfRange, at.Member("estimatedTokens"), "The number of tokens can't be negative.");
        }

        if (task.EstimatedCost < 0)
        {
            check.Problem(PlanProblemKinds.NumberOutOfRange, at.Member("estimatedCost"), "The cost can't be negative.");
        }
    }
}
