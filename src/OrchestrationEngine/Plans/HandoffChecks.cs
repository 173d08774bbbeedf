namespace OrchestrationEngine.Plans;

/// <summary>What must hold for the handoffs of a plan, and for the contracts and memos of its tasks.</summary>
internal static class HandoffChecks
{
    public static void Check(PlanCheck check)
    {
        var list = PlanPointer.Plan.Member("handoffs");
        var handoffs = check.Plan.Handoffs;
        check.DistinctNames(handoffs, list, "The handoff", handoff => handoff.Id, (at, index, _) => at.Item(index).Leaf("id"));
        var transformed = new Dictionary<(string From, string To), string>();
        for (var index = 0; index < (handoffs?.Count ?? 0); index++)
        {
            if (handoffs![index] is { } handoff)
            {
                CheckHandoff(check, handoff, ContractPlaces.Handoff(index));
                CheckOnly(check, handoff, ContractPlaces.Handoff(index), transformed);
            }
        }
    }

    /// <summary>Checks what a task says.</summary>
    public static void CheckTask(PlanCheck check, int index, TaskDefinition task, PlanPointer at)
    {
        check.Defined(at.Member("onViolation"), task.OnViolation, "What a violation means");
        if (task.Contract is not null && WhatItIs(task) is { } kind)
        {
            check.Problem(PlanProblemKinds.ImpossibleHandoff, at.Member("contract"), $"The task '{task.Id}' is {kind}: no agent makes anything that could be checked. {Instead(task)}", task.Id);
        }

        if (task.Memo is not { } memo)
        {
            return;
        }

        if (WhatItIs(task) is { } made)
        {
            check.Problem(PlanProblemKinds.NoEffect, at.Member("memo"), $"'memo' has no effect on {made}.", "memo");
        }

        check.Positive(at.Member("memo").Leaf("maxAge"), memo.MaxAge, "The age");
        if (memo.Key is { } key)
        {
            TaskRules.CheckSize(check, at.Member("memo").Leaf("key"), key.Source);
            PathRules.Check(check, at.Member("memo").Leaf("key"), key.References, FlowRules.InputPlace(check, index, task));
        }
    }

    private static void CheckHandoff(PlanCheck check, HandoffDefinition handoff, PlanPointer at)
    {
        var from = TaskOf(check, handoff.From, at.Leaf("from"));
        var to = TaskOf(check, handoff.To, at.Leaf("to"));
        if (from >= 0 && from == to)
        {
            check.Problem(PlanProblemKinds.DependsOnItself, at.Leaf("to"), $"The task '{handoff.To}' can't hand over to itself.", handoff.To);
        }
        else if (from >= 0 && to >= 0)
        {
            EndingRules.CheckLoop(check, at.Leaf("from"), from, to);
        }

        CheckParts(check, at.Within("sends"), handoff.Sends);
        CheckParts(check, at.Within("expectsInReturn"), handoff.ExpectsInReturn);
        CheckTransforms(check, at.Within("transforms"), handoff.Transforms);
        if (from >= 0)
        {
            CheckSender(check, handoff, check.Names.Task(from)!, at);
        }

        if (to >= 0 && handoff.ExpectsInReturn is { Count: > 0 } && WhatItIs(check.Names.Task(to)!) is { } kind)
        {
            check.Problem(PlanProblemKinds.ImpossibleHandoff, at.Leaf("expectsInReturn"), $"The task '{handoff.To}' is {kind}: no agent makes anything that could be expected in return. {Instead(check.Names.Task(to)!)}", handoff.To);
        }
    }

    private static void CheckSender(PlanCheck check, HandoffDefinition handoff, TaskDefinition from, PlanPointer at)
    {
        if (WhatItIs(from) is { } kind && (handoff.Contract is not null || handoff.Sends is { Count: > 0 } || handoff.Transforms is { Count: > 0 }))
        {
            check.Problem(PlanProblemKinds.ImpossibleHandoff, at.Leaf("from"), $"The task '{handoff.From}' is {kind}: no agent makes anything that could be checked. {Instead(from)}", handoff.From);
        }
        else if (handoff.Transforms is { Count: > 0 } && (from.ForEach is not null || from.Join?.Kind == JoinKind.Each))
        {
            check.Problem(PlanProblemKinds.ImpossibleHandoff, at.Leaf("transforms"), $"The task '{handoff.From}' is done for each of several items, whose outputs are one list together; that can't be transformed here. Do it in the inputs of '{handoff.To}', or in a task between them.", handoff.From);
        }
    }

    // What the receiver's inputs are bound to must be one value.
    private static void CheckOnly(PlanCheck check, HandoffDefinition handoff, PlanPointer at, Dictionary<(string From, string To), string> transformed)
    {
        if (handoff is { Transforms.Count: > 0, From: { } from, To: { } to } && !transformed.TryAdd((from, to), handoff.Id ?? string.Empty))
        {
            check.Problem(PlanProblemKinds.ImpossibleHandoff, at.Leaf("transforms"), $"The handoff '{transformed[(from, to)]}' transforms what '{to}' gets of '{from}' already; put the steps into one of them.", handoff.Id);
        }
    }

    private static int TaskOf(PlanCheck check, string? id, PlanPointer at)
    {
        if (!check.Exists(at, id))
        {
            return -1;
        }

        if (check.Names.TryGetTask(id!, out var task))
        {
            return task;
        }

        check.Unknown(PlanProblemKinds.UnknownTask, at, $"The plan has no task '{id}'.", id!, check.Names.TaskIds);
        return -1;
    }

    private static void CheckParts(PlanCheck check, PlanPointer at, IReadOnlyList<HandoffPart>? parts)
    {
        check.DistinctNames(parts, at, "The part", part => part.Name, (list, index, part) => part.Name is null ? list.Item(index) : list.Leaf(part.Name));
        foreach (var part in (parts ?? []).Where(part => part is { Name.Length: > 0 }))
        {
            check.Defined(at.Within(part.Name).Leaf("ifMissing"), part.IfMissing, "What happens when it is missing");
            if (RelativeName.Problem(part.Name) is { } problem)
            {
                check.Problem(PlanProblemKinds.UnsafeName, at.Leaf(part.Name), $"The name '{part.Name}' {problem}.", part.Name);
            }
        }
    }

    private static void CheckTransforms(PlanCheck check, PlanPointer at, IReadOnlyList<TransformDefinition>? transforms)
    {
        for (var index = 0; check.Exists(at, transforms) && index < transforms!.Count; index++)
        {
            var place = at.Within(FormattableString.Invariant($"{index}"));
            if (check.Exists(place, transforms[index]))
            {
                CheckTransform(check, place, transforms[index]);
            }
        }
    }

    private static void CheckTransform(PlanCheck check, PlanPointer at, TransformDefinition transform)
    {
        var given = (transform.Select is { Count: > 0 } ? 1 : 0) + (transform.Rename is { Count: > 0 } ? 1 : 0) + (transform.Map is null ? 0 : 1)
            + (transform.Text is null ? 0 : 1) + (transform.Uses is null ? 0 : 1) + (transform.Agent is null ? 0 : 1);
        if (given != 1 && !(given == 0 && check.HasLostParts))
        {
            check.Problem(PlanProblemKinds.BadTransform, at, $"The transformation says {(given == 0 ? "none" : "more than one")} of 'select', 'rename', 'map', 'text', 'uses' and 'agent'; exactly one is what it does.");
        }

        check.DistinctTexts(transform.Select, at.Within("select"), "The member");
        for (var index = 0; index < (transform.Select?.Count ?? 0); index++)
        {
            if (transform.Select![index] is { Length: > 0 } member && member.Split('.').Any(name => name.Length == 0))
            {
                check.Problem(PlanProblemKinds.BadTransform, at.Within("select").Item(index), $"'{member}' has an empty name between its dots.", member);
            }
        }

        var renamed = (transform.Rename ?? []).Where(name => name is { Key: not null, Value: not null }).ToList();
        foreach (var twice in renamed.GroupBy(name => name.Key, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key))
        {
            check.Problem(PlanProblemKinds.NameTwice, at.Within("rename").Leaf(twice), $"The member '{twice}' is there twice.", twice);
        }

        foreach (var same in renamed.GroupBy(name => name.Value, StringComparer.Ordinal).Where(same => same.Count() > 1))
        {
            check.Problem(PlanProblemKinds.BadTransform, at.Within("rename").Leaf(same.Last().Key), $"'{same.First().Key}' and '{same.Last().Key}' would both become '{same.Key}'.", same.Key);
        }

        if (transform.Map is { } map)
        {
            TaskRules.CheckSize(check, at.Leaf("map"), map.Source);
        }

        if (transform.Uses is not null)
        {
            check.Name(at.Leaf("uses"), transform.Uses, "The name of the registered transformation");
        }

        if (transform.Agent is { } agent)
        {
            TaskRules.CheckAgent(check, agent, at.Leaf("agent"));
        }
    }

    private static string? WhatItIs(TaskDefinition task)
        => task.Wait is not null ? "a wait" : task.SubPlan is not null ? "a sub-plan" : task.End is not null ? "an end" : null;

    private static string Instead(TaskDefinition task)
        => task.SubPlan is not null ? "Put the contract on the tasks inside of the sub-plan." : "Put the contract on the task that uses it.";
}
