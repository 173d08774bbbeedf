using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Tests.Execution;

namespace OrchestrationEngine.Tests.Handoffs;

/// <summary>What a plan file says of handoffs, from the file to the consumer.</summary>
public sealed class PlanFileRunTests
{
    private const string Plan = """
        {
          "id": "p",
          "contracts": {
            "spec": { "schema": { "type": "object", "required": [ "title", "pages" ], "properties": { "pages": { "type": "integer", "minimum": 2 } } } },
            "clear": { "judge": { "agent": "critic", "criteria": "clear", "threshold": 0.7 } }
          },
          "handoffs": [ { "id": "h", "from": "write", "to": "print", "transforms": [ { "select": [ "title", "pages" ] }, { "rename": { "pages": "sheets" } } ],
                          "contract": { "required": [ "sheets" ], "expression": "!has(content.pages)" } } ],
          "phases": [ { "id": "a", "tasks": [
            { "id": "write", "agent": "x", "contract": [ "spec", "clear" ], "retry": { "maxAttempts": 4, "initialDelay": "0" } },
            { "id": "print", "agent": "x", "inputs": { "spec": "${tasks.write.output}" } } ] } ]
        }
        """;

    [Fact]
    public async Task A_consumer_gets_what_passed_every_contract_in_the_form_that_it_needs()
    {
        var asked = new List<AgentRequest>();
        await using var engine = new TestEngine(build: builder => builder.AddAgent("critic", (request, _, _) =>
        {
            asked.Add(request);
            return Task.FromResult(AgentResult.Succeeded(Json(asked.Count == 1 ? """{"score":0.2,"reason":"vague"}""" : """{"score":0.9}""")));
        }));
        engine.Agent.On("write")
            .Succeeds(Json("""{"title":"x","pages":1}"""))
            .Succeeds(Json("""{"title":"x","pages":2,"draft":true}"""))
            .Succeeds(Json("""{"title":"y","pages":3,"draft":true}"""));

        var run = await engine.Orchestrator.StartAsync(PlanJson.Read(Plan), cancellationToken: TestEngine.Ending);

        Assert.Equal(RunStatus.Succeeded, (await TestEngine.EndOf(run)).Status);
        Assert.Equal("""{"title":"y","sheets":3}""", Assert.Single(engine.Agent.CallsOf("print")).Inputs["spec"].ToString());
        var calls = engine.Agent.CallsOf("write");
        Assert.Equal([("spec", "schema/minimum", "/pages")], calls[1].Feedback.Select(each => (each.Contract, each.Rule, each.Location)));
        Assert.Equal([("clear", "judge", "vague")], calls[2].Feedback.Select(each => (each.Contract, each.Rule, each.Message)));
        Assert.Equal([AgentPurpose.Judge, AgentPurpose.Judge], asked.Select(request => request.Purpose));
    }

    [Fact]
    public async Task An_agent_that_judges_must_be_registered_when_the_run_starts()
    {
        await using var engine = new TestEngine();
        var error = await Assert.ThrowsAsync<PlanInvalidException>(() => engine.Orchestrator.StartAsync(PlanJson.Read(Plan), cancellationToken: TestEngine.Ending));
        Assert.Equal(("OE1305", "/contracts/clear/judge/agent"), (Assert.Single(error.Problems).Code, error.Problems[0].Pointer));
    }

    private static JsonData Json(string text) => JsonData.Parse(Encoding.UTF8.GetBytes(text));
}
