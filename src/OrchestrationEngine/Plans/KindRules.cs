using System.Globalization;

namespace OrchestrationEngine.Plans;

/// <summary>What must hold for how a task is done: by an agent, as a wait, as a sub-plan or as an end.</summary>
internal static class KindRules
{
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    public static void Check(PlanCheck check, int index, TaskDefinition task, PlanPointer at)
    {
        var kinds = (task.Agent is null ? 0 : 1) + (task.Wait is null ? 0 : 1) + (task.SubPlan is null ? 0 : 1) + (task.End is null ? 0 : 1);
        if (kinds > 1)
        {
            check.Problem(PlanProblemKinds.SeveralKinds, at, $"The task '{task.Id}' has more than one of 'agent', 'wait', 'plan' and 'end'; exactly one says how it is done.", task.Id);
        }
        else if (kinds == 0 && !check.HasLostParts)
        {
            check.Problem(PlanProblemKinds.NoKind, at.Member("agent"), $"The task '{task.Id}' has none of 'agent', 'wait', 'plan' and 'end'; exactly one says how it is done.", task.Id);
        }

        if (task.Agent is { } agent)
        {
            TaskRules.CheckAgent(check, agent, at.Member("agent"));
        }

        if (task.Wait is { } wait)
        {
            CheckWait(check, index, wait, at.Member("wait"));
        }

        if (task.SubPlan is { } plan)
        {
            CheckSubPlan(check, task, plan, at);
        }

        if (task.End is { } end)
        {
            check.Defined(at.Member("end"), end.Status, "The status");
            PathRules.Check(check, at.Member("end").Leaf("reason"), end.Reason?.References, FlowRules.StartPlace(check, index));
        }

        if (task.Agent is null)
        {
            CheckEffects(check, task, at);
        }
    }

    private static void CheckWait(PlanCheck check, int index, WaitDefinition wait, PlanPointer at)
    {
        if (!check.Exists(at, wait.Branches))
        {
            return;
        }

        var list = wait.IsChoice ? at.Within("firstOf") : at;
        if (wait.Branches.Count == 0 || (!wait.IsChoice && wait.Branches.Count > 1))
        {
            check.Problem(PlanProblemKinds.ImpossibleWait, list, wait.IsChoice ? "The wait has no branches; nothing would ever come." : "The wait has not exactly one branch; several stand in 'firstOf'.");
        }

        if (wait.IsChoice)
        {
            check.DistinctNames(wait.Branches, list, "The branch", branch => branch.Name, (branches, number, branch) => branch.Name is null ? branches.Item(number) : branches.Leaf(branch.Name));
        }

        foreach (var branch in wait.Branches)
        {
            if (branch is not null)
            {
                CheckBranch(check, index, branch, wait.IsChoice ? list.Within(branch.Name ?? string.Empty) : list);
            }
        }
    }

    private static void CheckBranch(PlanCheck check, int index, WaitBranch branch, PlanPointer at)
    {
        var given = (branch.After is null ? 0 : 1) + (branch.At is null ? 0 : 1) + (branch.Signal is null ? 0 : 1);
        if (given != 1 && !(given == 0 && check.HasLostParts))
        {
            check.Problem(PlanProblemKinds.ImpossibleWait, at, $"There is {(given == 0 ? "none" : "more than one")} of 'after', 'at' and 'signal'; exactly one says what is waited for.");
        }

        if (branch.Signal is null && (branch.Where is not null || branch.Mode != SignalMode.Persistent) && given == 1)
        {
            check.Problem(PlanProblemKinds.ImpossibleWait, at, "'mode' and 'where' say which signals count; a time has none.");
        }

        var place = FlowRules.StartPlace(check, index);
        check.NotNegative(at.Leaf("after"), branch.After, "The time");
        check.Defined(at.Leaf("mode"), branch.Mode, "The mode");
        PathRules.Check(check, at.Leaf("at"), branch.At?.References, place);
        PathRules.Check(check, at.Leaf("signal"), branch.Signal?.References, place);
        PathRules.Check(check, at.Leaf("where"), branch.Where?.References, place with { More = place.More | MoreNames.Signal });
        if (branch.At is { HasPieces: false, Text: var text } && !IsTime(text))
        {
            check.Problem(PlanProblemKinds.NotTime, at.Leaf("at"), $"'{text}' is not a time. Write a date and a time with its offset, as in \"2027-01-31T08:00:00Z\" or \"2027-01-31T08:00:00+01:00\".", text);
        }

        if (branch.Signal is { HasPieces: false, Text: var name })
        {
            check.Name(at.Leaf("signal"), name, "The name of the signal");
        }
    }

    // A time without an offset would be another one on another machine.
    private static bool IsTime(string text)
        => (text.EndsWith('Z') || text.AsSpan(text.IndexOf('T', StringComparison.Ordinal) + 1).IndexOfAny('+', '-') >= 0)
            && DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static void CheckSubPlan(PlanCheck check, TaskDefinition task, SubPlanDefinition plan, PlanPointer at)
    {
        var place = at.Member("plan");
        if (plan.Id is null == plan.Inline is null && !check.HasLostParts)
        {
            check.Problem(PlanProblemKinds.ImpossibleSubPlan, place, $"A sub-plan has {(plan.Id is null ? "one of" : "only one of")} 'id', a plan of the registry, and 'inline', the plan itself.");
        }

        if (plan.Id is not null)
        {
            check.Name(place.Leaf("id"), plan.Id, "The id of the plan");
        }

        if (plan.Version is not null)
        {
            check.Name(place.Leaf("version"), plan.Version, "The version");
            if (plan.Inline is not null)
            {
                check.Problem(PlanProblemKinds.ImpossibleSubPlan, place.Leaf("version"), "A plan that stands inline has its own version.");
            }
        }

        check.Within(place.Leaf("maxDepth"), plan.MaxDepth, 1, 1000, "The depth");
        if (plan.Inline is not { } inline)
        {
            return;
        }

        if (check.Depth >= check.Limits.MaxNestedPlans)
        {
            check.Problem(PlanProblemKinds.NestedTooDeep, place.Leaf("inline"), FormattableString.Invariant($"Plans stand in each other more than {check.Limits.MaxNestedPlans:N0} deep ({nameof(PlanLimits)}.{nameof(PlanLimits.MaxNestedPlans)})."));
            return;
        }

        PlanVerifier.Check(inline, check.Context, check.PointerTo(place.Leaf("inline")), check.Depth + 1);
        CheckInputs(check, task, inline, at.Member(PlanPaths.Inputs));
    }

    private static void CheckInputs(PlanCheck check, TaskDefinition task, OrchestrationPlan inline, PlanPointer at)
    {
        var known = (inline.Inputs ?? []).Where(input => input?.Name is not null).Select(input => input.Name).ToList();
        var given = (task.Inputs ?? []).Where(input => input?.Name is not null).Select(input => input.Name).ToList();
        foreach (var name in given.Except(known))
        {
            check.Unknown(PlanProblemKinds.InputNotTaken, at.Leaf(name), $"The inline plan takes no input '{name}'. {PlanCheck.Known("It takes", known)}", name, known);
        }

        foreach (var input in (inline.Inputs ?? []).Where(input => input is { Required: true, Default: null, Name: not null } && !given.Contains(input.Name)))
        {
            check.Problem(PlanProblemKinds.InputMissing, at, $"The inline plan requires the input '{input.Name}', which is not given.", input.Name);
        }
    }

    private static void CheckEffects(PlanCheck check, TaskDefinition task, PlanPointer at)
    {
        var kind = task.Wait is not null ? "a wait" : task.SubPlan is not null ? "a sub-plan" : "an end";
        Warn(task.SubPlan is null && task.Inputs is { Count: > 0 }, "inputs");
        Warn(task.SubPlan is null && task.Outputs is { Count: > 0 } && task.Wait is null, "outputs");
        Warn(task.SubPlan is null && task.Retry is { MaxAttempts: > 1 }, "retry");
        Warn(task.End is not null && task.Timeout is not null, "timeout");
        Warn(task.Resources is { Count: > 0 }, "resources");
        Warn(task.OnUnknown != OnUnknown.Retry, "onUnknown");
        Warn(task.MaxStarts is not null, "maxStarts");
        if (task.End is not null && (task.Repeat is not null || task.ForEach is not null || task.Join?.Kind == JoinKind.Each))
        {
            check.Problem(PlanProblemKinds.NotTogether, at.Member("end"), "An end is reached once; it can't have 'repeat', 'forEach' or the join 'each'.", task.Id);
        }

        void Warn(bool isGiven, string member)
        {
            if (isGiven)
            {
                check.Problem(PlanProblemKinds.NoEffect, at.Member(member), $"'{member}' has no effect on {kind}.", member);
            }
        }
    }
}
