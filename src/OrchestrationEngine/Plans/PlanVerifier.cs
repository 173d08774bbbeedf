namespace OrchestrationEngine.Plans;

/// <summary>
/// Finds everything that would keep a plan from running: names that are empty, given twice or lead nowhere, orders that are circular, values
/// that are impossible, sizes over the limits. The cost is linear in tasks and edges.
/// </summary>
public static class PlanVerifier
{
    /// <summary>Verifies a plan.</summary>
    /// <param name="plan">The plan, read from a file or made in code; gaps in it are reported like all else.</param>
    /// <param name="limits">How large the plan may be; null for <see cref="PlanLimits.Default"/>.</param>
    /// <param name="registeredAgents">The names of the agents that the application has; null when they are not known yet, then agents are checked only against the plan's own list.</param>
    /// <returns>Every problem that keeps the plan from running, in the order of the plan, circular orders and joins last; empty when it can run. The list is cut at <see cref="PlanLimits.MaxProblems"/>.</returns>
    public static IReadOnlyList<PlanProblem> Verify(OrchestrationPlan plan, PlanLimits? limits = null, IReadOnlyCollection<string>? registeredAgents = null)
        => Inspect(plan, limits, registeredAgents).Problems;

    /// <summary>Verifies a plan, and also finds what it can run with but probably should not have.</summary>
    /// <param name="plan">The plan, read from a file or made in code; gaps in it are reported like all else.</param>
    /// <param name="limits">How large the plan may be; null for <see cref="PlanLimits.Default"/>.</param>
    /// <param name="registeredAgents">The names of the agents that the application has; null when they are not known yet, then agents are checked only against the plan's own list.</param>
    public static PlanVerification Inspect(OrchestrationPlan plan, PlanLimits? limits = null, IReadOnlyCollection<string>? registeredAgents = null)
    {
        var findings = Collect(plan, limits ?? PlanLimits.Default, registeredAgents, hasLostParts: false);
        return new PlanVerification { Problems = findings.Problems.ToList(), Warnings = findings.Warnings.ToList() };
    }

    /// <summary>Checks the inputs that a run is to start with against those that the plan takes.</summary>
    /// <param name="plan">The plan; one that was verified.</param>
    /// <param name="inputs">The values by name.</param>
    /// <returns>A problem for each input that the plan does not take, for each required one that is missing, and for each place where a value does not satisfy its schema; pointers begin with <c>/inputs</c>.</returns>
    public static IReadOnlyList<PlanProblem> VerifyInputs(OrchestrationPlan plan, IReadOnlyDictionary<string, JsonData> inputs)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(inputs);
        var problems = new PlanProblemList(PlanLimits.Default.MaxProblems);
        var known = plan.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        var at = PlanPointer.Plan.Member(PlanPaths.Inputs);
        foreach (var input in plan.Inputs.Where(input => input is { Required: true, Default: null } && !inputs.ContainsKey(input.Name)))
        {
            var meaning = input.Description is null ? string.Empty : $" ({input.Description})";
            problems.Add(PlanProblemKinds.InputMissing, at.Leaf(input.Name), $"The input '{input.Name}'{meaning} is required and was not given.", input.Name);
        }

        foreach (var name in inputs.Keys.Where(name => !known.Contains(name)))
        {
            problems.Add(PlanProblemKinds.InputNotTaken, at.Leaf(name), $"The plan takes no input '{name}'. {PlanCheck.Known("It takes", known)}", name, known);
        }

        foreach (var input in plan.Inputs)
        {
            if (input.Schema is { } schema && inputs.TryGetValue(input.Name, out var value))
            {
                ValueSchemas.Validate(schema, value, (step, message) => problems.Add(PlanProblemKinds.InputNotValid, $"/{PlanPaths.Inputs}/{PlanPointer.Escape(input.Name)}{step}", message, input.Name));
            }
        }

        return problems.ToList();
    }

    /// <summary>Verifies a plan of which parts may have been unreadable; then references to nothing are not reported, as they may lead to those parts.</summary>
    internal static PlanFindings Collect(OrchestrationPlan plan, PlanLimits limits, IReadOnlyCollection<string>? registeredAgents, bool hasLostParts)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var findings = new PlanFindings(limits.MaxProblems);
        Check(plan, new VerificationContext(limits, registeredAgents?.ToHashSet(StringComparer.Ordinal), hasLostParts, findings), string.Empty, depth: 0);
        return findings;
    }

    /// <summary>Verifies the whole plan, or one that stands in it.</summary>
    internal static void Check(OrchestrationPlan plan, VerificationContext context, string prefix, int depth)
    {
        if (IsTooLarge(plan, context, prefix))
        {
            return;
        }

        var check = new PlanCheck(plan, context, prefix, depth);
        HeaderRules.Check(check);
        ContractRules.Check(check);
        HandoffChecks.Check(check);
        DocumentChecks.Check(check);
        for (var phase = 0; phase < check.Names.PhaseCount; phase++)
        {
            PhaseRules.Check(check, phase);
            for (var task = check.Names.FirstTask(phase); task < check.Names.EndTask(phase); task++)
            {
                TaskRules.Check(check, task);
            }

            ChoiceRules.Check(check, phase);
        }

        ContractConflicts.Check(check);
        if (CycleRules.Check(check) && !check.HasLostParts && !check.HasGaps)
        {
            LockRules.Check(check);
            JoinRules.Check(check);
        }
    }

    // Checked before anything else looks at the parts, so that a plan far over the limits costs nothing.
    private static bool IsTooLarge(OrchestrationPlan plan, VerificationContext context, string prefix)
    {
        var limits = context.Limits;
        var phases = plan.Phases?.Count ?? 0;
        var tasks = plan.Phases?.Sum(phase => (long)(phase?.Tasks?.Count ?? 0)) ?? 0;
        var message = phases > limits.MaxPhases
            ? FormattableString.Invariant($"The plan has {phases:N0} phases; the limit is {limits.MaxPhases:N0} ({nameof(PlanLimits)}.{nameof(PlanLimits.MaxPhases)}).")
            : tasks > limits.MaxTasks
                ? FormattableString.Invariant($"The plan has {tasks:N0} tasks; the limit is {limits.MaxTasks:N0} ({nameof(PlanLimits)}.{nameof(PlanLimits.MaxTasks)}).")
                : null;
        if (message is not null)
        {
            context.Findings.Problems.Add(PlanProblemKinds.PlanTooLarge, prefix + "/phases", message);
        }

        return message is not null;
    }
}

/// <summary>What holds for the verification of a plan and of those in it.</summary>
internal sealed record VerificationContext(PlanLimits Limits, HashSet<string>? RegisteredAgents, bool HasLostParts, PlanFindings Findings);
