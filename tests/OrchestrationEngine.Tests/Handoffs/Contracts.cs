using System.Text;
using OrchestrationEngine.Handoffs;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Tests.Handoffs;

/// <summary>Contracts of plans, compiled as the gate has them.</summary>
internal static class Contracts
{
    public static JsonData Json(string text) => JsonData.Parse(Encoding.UTF8.GetBytes(text));

    public static OrchestrationPlan Plan(ContractDefinition contract, params PlanContract[] named)
    {
        var plan = new PlanBuilder("p").Phase("a", phase => phase.Task("t", "agent")).Build();
        return plan with
        {
            Contracts = named,
            Phases = [plan.Phases[0] with { Tasks = [plan.Phases[0].Tasks[0] with { Contract = new ContractUse { Inline = contract } }] }],
        };
    }

    public static IHandoffContract Compile(ContractDefinition contract, HandoffRegistry? registry = null, params PlanContract[] named)
        => HandoffRules.Of(PlanGraph.Compile(Plan(contract, named)), registry ?? HandoffRegistry.Empty).Of(0)!.Contract!;

    public static async Task<IReadOnlyList<ContractViolation>> Check(ContractDefinition contract, Handoff handoff, HandoffRegistry? registry = null, params PlanContract[] named)
        => (await Compile(contract, registry, named).ValidateAsync(handoff, TestContext.Current.CancellationToken)).Violations;

    public static HandoffRegistry RegistryOf(HandoffSettings? settings = null, SchemaRegistry? schemas = null, params IHandoffContract[] contracts)
        => new(settings ?? HandoffSettings.Default, contracts, [], schemas ?? new SchemaRegistry());

    public static ContractUse Named(string name) => new() { Name = name };

    public static ContractUse Inline(ContractDefinition contract) => new() { Inline = contract };
}
