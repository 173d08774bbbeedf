namespace OrchestrationEngine.Plans;

/// <summary>A contract, and where in the plan it stands.</summary>
/// <param name="At">The place.</param>
/// <param name="Contract">The contract.</param>
/// <param name="Depth">In how many others it stands.</param>
/// <param name="InPart">Whether its members stand among those of a part of a handoff.</param>
internal readonly record struct PlacedContract(PlanPointer At, ContractDefinition Contract, int Depth = 0, bool InPart = false);

/// <summary>A contract where it is used: by its name, or where it stands.</summary>
/// <param name="At">The place.</param>
/// <param name="Use">The use.</param>
/// <param name="Depth">In how many others it stands.</param>
/// <param name="InPart">Whether it stands in a part of a handoff.</param>
internal readonly record struct PlacedUse(PlanPointer At, ContractUse Use, int Depth = 0, bool InPart = false);

/// <summary>Finds every contract of a plan, also in plans with gaps, in the order of the plan.</summary>
internal static class ContractPlaces
{
    /// <summary>How many contracts may stand in one another, by their names or where they stand.</summary>
    public const int MaxDepth = 32;

    /// <summary>Every contract that stands in the plan, those in others included.</summary>
    public static IEnumerable<PlacedContract> All(PlanNames names, OrchestrationPlan plan) => Named(plan).Concat(Uses(names, plan).SelectMany(Standing)).SelectMany(Within);

    /// <summary>The contracts that have a name.</summary>
    public static IEnumerable<PlacedContract> Named(OrchestrationPlan plan)
        => (plan.Contracts ?? []).Where(contract => contract is { Name: not null, Contract: not null }).Select(contract => new PlacedContract(PlanPointer.Plan.Member("contracts").Within(contract.Name), contract.Contract));

    /// <summary>Every use of a contract by a task, a handoff or a document; not those by other contracts.</summary>
    public static IEnumerable<PlacedUse> Uses(PlanNames names, OrchestrationPlan plan)
    {
        for (var index = 0; index < (plan.Handoffs?.Count ?? 0); index++)
        {
            foreach (var use in plan.Handoffs![index] is { } handoff ? OfHandoff(Handoff(index), handoff) : [])
            {
                yield return use;
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

    /// <summary>Every contract that counts where some are used: those that have a name with it, and those that they are combined of. Each name once.</summary>
    public static IEnumerable<(string? Name, ContractDefinition Contract)> Reached(OrchestrationPlan plan, IEnumerable<ContractUse?> uses)
    {
        var (named, left) = (new HashSet<string>(StringComparer.Ordinal), new Stack<ContractUse?>(uses));
        while (left.TryPop(out var use))
        {
            var contract = use?.Inline ?? (use?.Name is { } name && named.Add(name) ? plan.Contracts?.FirstOrDefault(each => each?.Name == name)?.Contract : null);
            if (contract is null)
            {
                continue;
            }

            yield return (use!.Name, contract);
            foreach (var inner in (contract.All ?? []).Concat(contract.Any ?? []))
            {
                left.Push(inner);
            }
        }
    }

    /// <summary>The place of a handoff.</summary>
    public static PlanPointer Handoff(int index) => PlanPointer.Plan.Member("handoffs").Within(FormattableString.Invariant($"{index}"));

    /// <summary>What passes with a handoff, and where it stands.</summary>
    public static IEnumerable<(PlanPointer At, HandoffPart Part)> Parts(PlanPointer handoff, HandoffDefinition definition)
        => Side(handoff.Within("sends"), definition.Sends).Concat(Side(handoff.Within("expectsInReturn"), definition.ExpectsInReturn));

    /// <summary>The contract of a part. What is asked for of a part stands in the part itself.</summary>
    public static PlacedUse OfPart(PlanPointer part, ContractUse use) => new(use.Name is null ? part : part.Within("contract"), use, InPart: true);

    /// <summary>The contracts that a contract is combined of, and where they stand.</summary>
    public static IEnumerable<PlacedUse> Combined(PlacedContract placed)
        => Listed(IsList(placed.Contract) && !placed.InPart ? placed.At : placed.At.Within("all"), placed.Contract.All, placed.Depth + 1)
            .Concat(Listed(placed.At.Within("any"), placed.Contract.Any, placed.Depth + 1));

    /// <summary>Whether a contract is nothing but others of which all must hold; then a plan file has their list in its place.</summary>
    public static bool IsList(ContractDefinition contract)
        => contract is { Description: null, Uses: null, Schema: null, MinBytes: null, MaxBytes: null, Sha256: null, Expression: null, Judge: null, All.Count: > 0 }
            && contract is { Required: null or { Count: 0 }, MediaTypes: null or { Count: 0 }, Artifacts: null or { Count: 0 }, Files: null or { Count: 0 }, Any: null or { Count: 0 } };

    private static IEnumerable<PlacedUse> OfHandoff(PlanPointer at, HandoffDefinition handoff)
    {
        foreach (var (place, part) in Parts(at, handoff))
        {
            if (part.Contract is { } use)
            {
                yield return OfPart(place, use);
            }
        }

        if (handoff.Contract is { } contract)
        {
            yield return new PlacedUse(at.Within("contract"), contract);
        }
    }

    private static IEnumerable<PlacedContract> Standing(PlacedUse placed) => placed.Use?.Inline is { } contract ? [new PlacedContract(placed.At, contract, placed.Depth, placed.InPart)] : [];

    private static IEnumerable<(PlanPointer At, HandoffPart Part)> Side(PlanPointer at, IReadOnlyList<HandoffPart>? parts)
        => (parts ?? []).Where(part => part?.Name is not null).Select(part => (at.Within(part.Name), part));

    private static IEnumerable<PlacedUse> Listed(PlanPointer list, IReadOnlyList<ContractUse>? uses, int depth)
        => (uses ?? []).Select((use, index) => new PlacedUse(list.Within(FormattableString.Invariant($"{index}")), use, depth));

    // Without recursion, and no deeper than contracts may be: a plan made in code may nest them as deep as it likes.
    private static IEnumerable<PlacedContract> Within(PlacedContract outer)
    {
        var open = new Stack<PlacedContract>([outer]);
        while (open.TryPop(out var placed))
        {
            yield return placed;
            if (placed.Depth <= MaxDepth)
            {
                foreach (var inner in Combined(placed).SelectMany(Standing).Reverse())
                {
                    open.Push(inner);
                }
            }
        }
    }
}
