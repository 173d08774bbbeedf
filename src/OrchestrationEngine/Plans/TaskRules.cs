namespace OrchestrationEngine.Plans;

/// <summary>What must hold for a task.</summary>
internal static class TaskRules
{
    public static void Check(PlanCheck check, int index)
    {
        var at = check.Names.PointerTo(index);
        var task = check.Names.Task(index);
        if (!check.Exists(at, task))
        {
            return;
        }

        CheckId(check, index, task!.Id, at.Member("id"));
        KindRules.Check(check, index, task, at);
        CheckValues(check, task.Inputs, at.Member(PlanPaths.Inputs), "The input", FlowRules.InputPlace(check, index, task));
        check.DistinctTexts(task.Outputs, at.Member("outputs"), "The output");
        CheckDependencies(check, index, task, at.Member("dependsOn"));
        check.Positive(at.Member("timeout"), task.Timeout, "The timeout");
        check.NotNegative(at.Member("estimate"), task.Estimate, "The estimate");
        check.Defined(at.Member("onSkipped"), task.OnSkipped, "What to do when skipped");
        check.Defined(at.Member("onUnknown"), task.OnUnknown, "What to do when an outcome is unknown");
        check.Within(at.Member("maxStarts"), task.MaxStarts, 1, 1000, "The number of starts");
        CheckRetry(check, task.Retry, at.Member("retry"));
        if (!task.IsPlain)
        {
            FlowRules.Check(check, index, task, at);
        }
    }

    /// <summary>Checks the agent of a task.</summary>
    public static void CheckAgent(PlanCheck check, string agent, PlanPointer at)
    {
        check.Name(at, agent, "The agent");
        if (string.IsNullOrWhiteSpace(agent))
        {
            return;
        }

        if (check.Agents.Count > 0)
        {
            if (!check.Agents.Contains(agent))
            {
                check.Unknown(PlanProblemKinds.UnknownAgent, at, $"The plan has no agent '{agent}'. {PlanCheck.Known("It has", check.Agents)}", agent, check.Agents);
            }
        }
        else if (check.RegisteredAgents is { } registered && !registered.Contains(agent))
        {
            check.Unknown(PlanProblemKinds.UnregisteredAgent, at, $"The application has no agent '{agent}'. {PlanCheck.Known("It has", registered)}", agent, registered);
        }
    }

    /// <summary>Checks values, bindings and templates by name.</summary>
    public static void CheckValues(PlanCheck check, IReadOnlyList<TaskInput>? inputs, PlanPointer at, string what, NamePlace names)
    {
        check.DistinctNames(inputs, at, what, input => input.Name, (list, item, input) => input.Name is null ? list.Item(item) : list.Leaf(input.Name));
        for (var item = 0; item < (inputs?.Count ?? 0); item++)
        {
            if (inputs![item] is not { } input)
            {
                continue;
            }

            var place = input.Name is null ? at.Item(item) : at.Leaf(input.Name);
            if (input.From is { } from)
            {
                PathRules.Check(check, place, from, names);
            }
            else if (input.Template is { } template)
            {
                CheckSize(check, place, template.Source);
                PathRules.Check(check, place, template.References, names);
            }
            else
            {
                CheckSize(check, place, input.Value);
            }
        }
    }

    /// <summary>Checks that a value written into the plan is not too large.</summary>
    public static void CheckSize(PlanCheck check, PlanPointer at, JsonData value)
    {
        if (value.Length > check.Limits.MaxLiteralBytes)
        {
            check.Problem(PlanProblemKinds.ValueTooLarge, at, FormattableString.Invariant(
                $"The value has {value.Length:N0} bytes; the limit is {check.Limits.MaxLiteralBytes:N0} ({nameof(PlanLimits)}.{nameof(PlanLimits.MaxLiteralBytes)}). Pass large data as an input of the run."));
        }
    }

    private static void CheckId(PlanCheck check, int index, string? id, PlanPointer at)
    {
        check.Name(at, id, "The task's id");
        if (!string.IsNullOrWhiteSpace(id) && check.Names.TryGetTask(id, out var first) && first != index)
        {
            check.Problem(PlanProblemKinds.IdTwice, at, $"The task id '{id}' is there twice; the first is at {check.Names.PointerTo(first)}. Task ids are unique in the whole plan.", id);
        }
    }

    private static void CheckDependencies(PlanCheck check, int own, TaskDefinition task, PlanPointer at)
    {
        if (!check.Exists(at, task.DependsOn))
        {
            return;
        }

        for (var index = 0; index < task.DependsOn.Count; index++)
        {
            var id = task.DependsOn[index];
            if (!check.Exists(at.Item(index), id))
            {
                continue;
            }

            if (id == task.Id)
            {
                check.Problem(PlanProblemKinds.DependsOnItself, at.Item(index), $"The task '{id}' depends on itself.", id);
            }
            else if (check.Names.TryGetTask(id, out var source))
            {
                EndingRules.CheckLoop(check, at.Item(index), source, own);
            }
            else
            {
                var isPhase = check.Names.TryGetPhase(id, out _) ? " There is a phase of that name, but a task depends on tasks; let its phase depend on the phase." : string.Empty;
                check.Unknown(PlanProblemKinds.UnknownTask, at.Item(index), $"The plan has no task '{id}'.{isPhase}", id, check.Names.TaskIds);
            }
        }
    }

    private static void CheckRetry(PlanCheck check, RetryPolicy? retry, PlanPointer at)
    {
        if (ReferenceEquals(retry, RetryPolicy.None) || !check.Exists(at, retry))
        {
            return;
        }

        check.AtLeast(at.Leaf("maxAttempts"), retry!.MaxAttempts, 1, "The number of attempts");
        check.NotNegative(at.Leaf("initialDelay"), retry.InitialDelay, "The delay");
        if (!double.IsFinite(retry.Factor) || retry.Factor < 1)
        {
            check.Problem(PlanProblemKinds.NumberOutOfRange, at.Leaf("factor"), FormattableString.Invariant($"The factor is {retry.Factor}; it must be 1 or more."));
        }

        check.NotNegative(at.Leaf("maxDelay"), retry.MaxDelay, "The longest delay");
        check.Defined(at.Leaf("jitter"), retry.Jitter, "The jitter");
        var classes = at.Member("retry/nonRetryable");
        for (var index = 0; check.Exists(classes, retry.NonRetryable) && index < retry.NonRetryable.Count; index++)
        {
            check.Defined(classes.Item(index), retry.NonRetryable[index], "The kind of failure");
        }
    }
}
