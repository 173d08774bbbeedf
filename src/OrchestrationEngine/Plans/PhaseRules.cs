namespace OrchestrationEngine.Plans;

/// <summary>What must hold for a phase, apart from its tasks.</summary>
internal static class PhaseRules
{
    public static void Check(PlanCheck check, int index)
    {
        var at = PlanPointer.Phase(index);
        var phase = check.Names.Phases[index];
        if (!check.Exists(at, phase))
        {
            return;
        }

        CheckId(check, index, phase!.Id, at.Member("id"));
        if (phase.Tier is { } tier && !check.Tiers.Contains(tier))
        {
            check.Unknown(at.Member("tier"), $"The plan has no tier '{tier}'. {PlanCheck.Known("It has", check.Tiers)}", tier, check.Tiers);
        }

        CheckDependencies(check, phase, at);
        check.Defined(at.Member("mode"), phase.Mode, "The mode");
        check.Positive(at.Member("timeout"), phase.Timeout, "The timeout");
        check.Failures(at, phase.OnFailure);
        if (phase.When is not null)
        {
            ConditionRules.Check(check, index, phase.When, at.Member("when"));
        }

        check.Exists(at.Member("tasks"), phase.Tasks);
    }

    private static void CheckId(PlanCheck check, int index, string? id, PlanPointer at)
    {
        check.Name(at, id, "The phase's id");
        if (!string.IsNullOrWhiteSpace(id) && check.Names.TryGetPhase(id, out var first) && first != index)
        {
            check.Problem(at, $"The phase id '{id}' is there twice; the first is at {PlanPointer.Phase(first)}.", id);
        }
    }

    private static void CheckDependencies(PlanCheck check, PhaseDefinition phase, PlanPointer at)
    {
        for (var index = 0; index < (phase.DependsOn?.Count ?? 0); index++)
        {
            var place = at.Member("dependsOn").Item(index);
            var id = phase.DependsOn![index];
            if (!check.Exists(place, id))
            {
                continue;
            }

            if (id == phase.Id)
            {
                check.Problem(place, $"The phase '{id}' depends on itself.", id);
            }
            else if (!check.Names.TryGetPhase(id, out _))
            {
                check.Unknown(place, $"The plan has no phase '{id}'.", id, check.Names.PhaseIds);
            }
        }
    }
}
