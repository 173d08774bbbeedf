using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>
/// Finds producers and consumers that can never both be content: only what is certain is said, since whatever schemas say through references, alternatives
/// and conditions is left out.
/// </summary>
internal static class ContractConflicts
{
    public static void Check(PlanCheck check)
    {
        if (check.HasLostParts || (check.Plan.Handoffs is not { Count: > 0 } && check.Plan.Contracts is not { Count: > 0 } && !HasContracts(check)))
        {
            return;
        }

        var shapes = new ContractShapes(check.Plan);
        for (var task = 0; task < check.Names.TaskCount; task++)
        {
            if (check.Names.Task(task) is { } definition)
            {
                CheckOutputs(check, shapes, task, definition);
                CheckBindings(check, shapes, task, definition);
            }
        }

        for (var index = 0; index < (check.Plan.Handoffs?.Count ?? 0); index++)
        {
            if (check.Plan.Handoffs![index] is { From: { } from } handoff && check.Names.TryGetTask(from, out var task) && check.Names.Task(task) is { Contract: not null } producer)
            {
                CheckHandoff(check, shapes, producer, handoff, ContractPlaces.Handoff(index));
            }
        }
    }

    private static bool HasContracts(PlanCheck check) => Enumerable.Range(0, check.Names.TaskCount).Any(task => check.Names.Task(task) is { IsPlain: false, Contract: not null });

    // The members that the output must have, against the contract on the same output.
    private static void CheckOutputs(PlanCheck check, ContractShapes shapes, int task, TaskDefinition definition)
    {
        if (definition.Contract is null || definition.Outputs is not { Count: > 0 })
        {
            return;
        }

        for (var index = 0; index < definition.Outputs.Count; index++)
        {
            if (definition.Outputs[index] is { } member && shapes.WhyNever(definition.Contract, [member]) is { } why)
            {
                Report(check, check.Names.PointerTo(task).Member("outputs").Item(index), $"The output must have the member '{member}', and by the contract of the task '{definition.Id}' it can't: {why}", member);
            }
        }
    }

    // What the inputs of a task are bound to, against the contract of the task that makes it.
    private static void CheckBindings(PlanCheck check, ContractShapes shapes, int task, TaskDefinition definition)
    {
        foreach (var input in (definition.Inputs ?? []).Where(input => input is { From: not null, Name: not null }))
        {
            if (check.Names.TryGetSource(input.From, out var source) && check.Names.Task(source) is { Contract: { } contract, ForEach: null, Wait: null, SubPlan: null } producer
                && producer.Join?.Kind != JoinKind.Each && !IsTransformed(check, producer.Id, definition.Id) && MembersOf(input.From!) is { Length: > 0 } members && shapes.WhyNever(contract, members) is { } why)
            {
                Report(check, check.Names.PointerTo(task).Member(PlanPaths.Inputs).Leaf(input.Name), $"'{input.From}' never has a value: by the contract of the task '{producer.Id}', {why}", input.Name);
            }
        }
    }

    private static void CheckHandoff(PlanCheck check, ContractShapes shapes, TaskDefinition producer, HandoffDefinition handoff, PlanPointer at)
    {
        foreach (var part in (handoff.Sends ?? []).Where(part => part is { Name.Length: > 0, Critical: true, Contract: not null }))
        {
            if (shapes.WhyNeverBoth(producer.Contract!, [part.Name], part.Contract!) is { } why)
            {
                Report(check, at.Within("sends").Leaf(part.Name), $"What task '{producer.Id}' sends as '{part.Name}' breaks either the contract of the task or this one: {why}", part.Name);
            }
        }

        if (handoff.Contract is { } contract && handoff.Transforms is null or { Count: 0 } && shapes.WhyNeverBoth(producer.Contract!, [], contract!) is { } conflict)
        {
            Report(check, at.Leaf("contract"), $"Whatever task '{producer.Id}' makes, it breaks either the contract of the task or this one: {conflict}", handoff.Id);
        }
    }

    private static void Report(PlanCheck check, PlanPointer at, string message, string? name) => check.Problem(PlanProblemKinds.ContractConflict, at, message, name);

    private static bool IsTransformed(PlanCheck check, string from, string to)
        => check.Plan.Handoffs?.Any(handoff => handoff is { Transforms.Count: > 0 } && handoff.From == from && handoff.To == to) == true;

    // tasks.ID.output, and the members behind it; an index ends what can be said.
    private static string[] MembersOf(DataPath path)
        => path.Segments is [_, { Key: PlanPaths.Output }, ..] ? [.. path.Segments.Skip(2).TakeWhile(step => step.Key is not null).Select(step => step.Key!)] : [];
}
