namespace OrchestrationEngine.Plans;

/// <summary>A contract, and where in the plan it stands.</summary>
internal readonly record struct PlacedContract(PlanPointer At, ContractDefinition Contract);

/// <summary>A contract where it is used: by its name, or where it stands.</summary>
internal readonly record struct PlacedUse(PlanPointer At, ContractUse Use);

/// <summary>Finds every contract of a plan, also in plans with gaps, in the order of the plan.</summary>
internal static class ContractPlaces
{
    /// <summary>Every contract that stands in the plan, those in others included.</summary>
    public static IEnumerable<PlacedContract> All(PlanNames names, OrchestrationPlan plan)
        => Named(plan).Concat(Uses(names, plan).SelectMany(Standing)).SelectMany(Within);

    /// <summary>The contracts that have a name.</summary>
    public static IEnumerable<PlacedContract> Named(OrchestrationPlan plan)
        => (plan.Contracts ?? []).Where(contract => contract is { Name: not null, Contract: not null }).Select(contract => new PlacedContract(PlanPointer.Plan.Member("contracts").Within(contract.Name), contract.Contract));

    /// <summary>Every use of a contract by a task, a handoff or a document; not those by other contracts.</summary>
    public static IEnumerable<PlacedUse> Uses(PlanNames names, OrchestrationPlan plan)
    {
        for (var index = 0; index < (plan.Handoffs?.Count ?? 0); index++)
        {
            if (plan.Handoffs![index] is not { } handoff)
            {
                continue;
            }

            var at = PlanPointer.Plan.Member("handoffs").Within(FormattableString.Invariant($"{index}"));
            foreach (var part in Parts(at, handoff))
            {
                if (part.Part.Contract is { } use)
                {
                    yield return new PlacedUse(use.Name is null ? part.At : part.At.Within("contract"), use);
                }
            }

            if (handoff.Contract is { } contract)
            {
                yield return new PlacedUse(at.Within("contract"), contract);
            }
        }

        foreach (var document in plan.Workspace ?? [])
        {
            if (document is { Name: { } name, Contract: { } contract })
            {
                yield return new PlacedUse(PlanPointer.Plan.Member("workspace").Within(name).Within("contract"), contract);
            }
        }

        for (var task = 0; task < names.TaskCount; task++)
        {
            if (names.Task(task) is { IsPlain: false, Contract: { } contract })
            {
                yield return new PlacedUse(names.PointerTo(task).Member("contract"), contract);
            }
        }
    }

    /// <summary>What passes with a handoff, and where it stands.</summary>
    public static IEnumerable<(PlanPointer At, HandoffPart Part)> Parts(PlanPointer handoff, HandoffDefinition definition)
        => Side(handoff.Within("sends"), definition.Sends).Concat(Side(handoff.Within("expectsInReturn"), definition.ExpectsInReturn));

    /// <summary>The contracts that a contract is combined of, and where they stand.</summary>
    public static IEnumerable<PlacedUse> Combined(PlacedContract placed)
        => Listed(placed.At.Within("all"), placed.Contract.All).Concat(Listed(placed.At.Within("any"), placed.Contract.Any));

    /// <summary>The contract that stands where it is used. One that is nothing but a list of others is written as the list.</summary>
    public static IEnumerable<PlacedContract> Standing(PlacedUse placed) => placed.Use.Inline is { } contract ? [new PlacedContract(placed.At, contract)] : [];

    private static IEnumerable<(PlanPointer At, HandoffPart Part)> Side(PlanPointer at, IReadOnlyList<HandoffPart>? parts)
        => (parts ?? []).Where(part => part?.Name is not null).Select(part => (at.Within(part.Name), part));

    private static IEnumerable<PlacedUse> Listed(PlanPointer list, IReadOnlyList<ContractUse>? uses)
        => (uses ?? []).Select((use, index) => new PlacedUse(list.Within(FormattableString.Invariant($"{index}")), use)).Where(placed => placed.Use is not null);

    // Without recursion: a plan made in code may nest them as deep as it likes.
    private static IEnumerable<PlacedContract> Within(PlacedContract outer)
    {
        var open = new Stack<PlacedContract>([outer]);
        while (open.TryPop(out var placed))
        {
            yield return placed;
            foreach (var inner in Combined(placed).SelectMany(Standing).Reverse())
            {
                open.Push(inner);
            }
        }
    }
}
