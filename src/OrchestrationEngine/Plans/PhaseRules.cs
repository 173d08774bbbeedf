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
            check.Unknown(PlanProblemKinds.UnknownTier, at.Member("tier"), $"The plan has no tier '{tier}'. {PlanCheck.Known("It has", check.Tiers)}", tier, check.Tiers);
        }

        CheckDependencies(check, phase, at);
        check.Defined(at.Member("mode"), phase.Mode, "The mode");
        check.Positive(at.Member("timeout"), phase.Timeout, "The timeout");
        check.Failures(at, phase.OnFailure);
        var place = new NamePlace(-1, index, PlaceKind.PhaseStart);
        PathRules.Check(check, at.Member("when"), phase.When?.References, place);
        FlowRules.CheckSkip(check, phase.SkipWhen, at, place);
        FlowRules.CheckRepeat(check, phase.Repeat, at.Member("repeat"), new NamePlace(-1, index, PlaceKind.Live, MoreNames.Turn));
        check.AtLeast(at.Member("maxParallelTasks"), phase.MaxParallelTasks, 1, "The number of parallel tasks");
        check.DistinctTexts(phase.Locks, at.Member("locks"), "The lock");

        check.Exists(at.Member("tasks"), phase.Tasks);
    }

    private static void CheckId(PlanCheck check, int index, string? id, PlanPointer at)
    {
        check.Name(at, id, "The phase's id");
        if (!string.IsNullOrWhiteSpace(id) && check.Names.TryGetPhase(id, out var first) && first != index)
        {
            check.Problem(PlanProblemKinds.IdTwice, at, $"The phase id '{id}' is there twice; the first is at {PlanPointer.Phase(first)}.", id);
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
                check.Problem(PlanProblemKinds.DependsOnItself, place, $"The phase '{id}' depends on itself.", id);
            }
            else if (!check.Names.TryGetPhase(id, out _))
            {
                check.Unknown(PlanProblemKinds.UnknownPhase, place, $"The plan has no phase '{id}'.", id, check.Names.PhaseIds);
            }
        }
    }
}
