using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Handoffs;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Schemas;
using static OrchestrationEngine.Tests.Handoffs.Contracts;

namespace OrchestrationEngine.Tests.Handoffs;

public sealed class HandoffRegistrationTests
{
    [Fact]
    public void What_a_plan_names_and_the_application_has_not_is_a_problem_with_the_nearest_name()
    {
        var registry = new HandoffRegistry(HandoffSettings.Default, [new Named("reviewed")], [], new SchemaRegistry());
        var plan = Plan(new() { Uses = "reviewd", Files = ["a"], Schema = Json("\"https://example.test/s\"") }) with
        {
            Contracts = [new() { Name = "c", Contract = new() { Schema = Json("""{"items":{"$ref":"other.json#/$defs/x"}}""") } }],
        };
        var problems = HandoffRegistrations.Problems(PlanGraph.Compile(plan), registry, PlanLimits.Default);
        Assert.Equal(
            [("OE2002", "/contracts/c/schema/items/$ref"), ("OE2002", "/phases/0/tasks/0/contract/uses"), ("OE2005", "/phases/0/tasks/0/contract/files"), ("OE2002", "/phases/0/tasks/0/contract/schema")],
            problems.Select(problem => (problem.Code, problem.Pointer)));
        Assert.Equal("reviewed", problems[1].Nearest);
    }

    [Fact]
    public async Task A_run_whose_plan_names_a_contract_that_is_not_registered_is_refused_when_it_starts()
    {
        await using var services = new ServiceCollection().AddOrchestration().UseInMemoryStore().AddAgent("agent", (_, _, _) => throw new InvalidOperationException()).Services.BuildServiceProvider();
        var error = await Assert.ThrowsAsync<PlanInvalidException>(() => services.GetRequiredService<IOrchestrator>().StartAsync(Plan(new() { Uses = "none" }), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal("OE2002", Assert.Single(error.Problems).Code);
    }

    [Fact]
    public void Contracts_and_transformations_of_one_name_are_refused_all_at_once()
    {
        using var services = new ServiceCollection().AddOrchestration().UseInMemoryStore()
            .AddContract(new Named("a")).AddContract<Nameless>().AddContract(new Named("a"))
            .AddSchemas(schemas => schemas.Add("{}"))
            .Services.BuildServiceProvider();
        var error = Assert.Throws<OrchestrationConfigurationException>(services.GetRequiredService<IOrchestrator>);
        Assert.Equal(3, error.Problems.Count);
    }

    [Fact]
    public void Schemas_come_from_texts_and_from_files()
    {
        var folder = Directory.CreateTempSubdirectory("schemas-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "plain.json"), """{"type":"object"}""");
            File.WriteAllText(Path.Combine(folder.FullName, "named.json"), """{"$id":"https://example.test/named","type":"array"}""");
            using var services = new ServiceCollection().AddOrchestration().AddSchemaFiles(folder.FullName).AddSchemas(schemas => schemas.Add("""{"$id":"https://example.test/text"}""")).Services.BuildServiceProvider();
            var registry = services.HandoffRegistryOf(HandoffSettings.Default);
            Assert.Equal(["https://example.test/named", "https://example.test/text", "plain.json"], registry.Schemas.Identifiers);
            Assert.NotNull(registry.TryCompile(Json("\"plain.json\""), out _));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class Nameless : IHandoffContract
    {
        public string Name => " ";

        public ValueTask<HandoffVerdict> ValidateAsync(Handoff handoff, CancellationToken cancellationToken) => ValueTask.FromResult(HandoffVerdict.Valid);
    }

    private sealed class Named(string name) : IHandoffContract
    {
        public string Name => name;

        public ValueTask<HandoffVerdict> ValidateAsync(Handoff handoff, CancellationToken cancellationToken) => ValueTask.FromResult(HandoffVerdict.Valid);
    }
}
