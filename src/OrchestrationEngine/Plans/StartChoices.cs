namespace OrchestrationEngine.Plans;

/// <summary>What whoever starts a run may choose about its plan.</summary>
internal static class StartChoices
{
    /// <summary>The plan with the modes that were chosen.</summary>
    /// <exception cref="PlanInvalidException">A phase is named that the plan does not have, or a mode that there is not.</exception>
    public static OrchestrationPlan Apply(OrchestrationPlan plan, string? startAt, IReadOnlyDictionary<string, PhaseMode> modes)
    {
        if (startAt is null && modes.Count == 0)
        {
            return plan;
        }

        var problems = new PlanProblemList(PlanLimits.Default.MaxProblems);
        var known = plan.Phases.Select(phase => phase.Id).ToHashSet(StringComparer.Ordinal);
        if (startAt is not null && !known.Contains(startAt))
        {
            Unknown(PlanPointer.Plan.Member("startAt"), startAt);
        }

        foreach (var (phase, mode) in modes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var at = PlanPointer.Plan.Member("phaseModes").Leaf(phase);
            if (!known.Contains(phase))
            {
                Unknown(at, phase);
            }
            else if (!Enum.IsDefined(mode))
            {
                problems.Add(PlanProblemKinds.UndefinedValue, at, $"{mode} is no mode of a phase.", phase);
            }
        }

        return problems.Total > 0
            ? throw new PlanInvalidException(plan.Id, problems.ToList())
            : modes.Count == 0 ? plan : plan with { Phases = [.. plan.Phases.Select(phase => modes.TryGetValue(phase.Id, out var mode) ? phase with { Mode = mode } : phase)] };

        void Unknown(PlanPointer at, string id) => problems.Add(PlanProblemKinds.UnknownPhase, at, $"The plan has no phase '{id}'.", id, known);
    }
}
