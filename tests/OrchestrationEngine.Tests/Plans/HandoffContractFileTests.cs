using System.Text;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class HandoffContractFileTests
{
    private const string Folder = "inputs/AgenticCoder/_extracted-json";

    [Fact]
    public void A_file_becomes_a_handoff_and_says_what_it_assumed()
    {
        var file = Read("""
            {
              "handoff_id": "h1", "from_agent": "@a", "from_phase": 8, "to_agent": "@b", "to_phase": "9a", "timing": { "phase_8_expected_end": "2026-01-13T11:30:00Z" },
              "contract": {
                "sends": { "a.json": { "schema": "a.schema.json", "description": "A", "required_fields": [ "x", "y" ], "example": {} }, "b.json": { "required": false } },
                "expects_in_return": {
                  "c.json": { "schema": { "type": "object" }, "timeout_minutes": 120, "expected_in": 90, "if_missing": "ask", "critical": false },
                  "d.json": { "timeout_action": "escalate" },
                  "tests": { "type": "directory", "minimum_test_coverage": 0.8, "critical": false } }
              }
            }
            """);
        var handoff = file.Handoff;
        Assert.Equal(("h1", "8:@a", "9a:@b", "@a", "@b"), (handoff.Id, handoff.From, handoff.To, file.FromAgent, file.ToAgent));
        Assert.Equal(("A", "\"a.schema.json\"", OnMissing.Retry), (handoff.Sends[0].Description, handoff.Sends[0].Contract!.Inline!.Schema.ToString(), handoff.Sends[0].IfMissing));
        Assert.Equal(["x", "y"], handoff.Sends[0].Contract!.Inline!.Required);
        Assert.Equal((OnMissing.Skip, null), (handoff.Sends[1].IfMissing, handoff.Sends[1].Contract));
        Assert.Equal([("c.json", OnMissing.Ask, false), ("d.json", OnMissing.Retry, true)], handoff.ExpectsInReturn.Select(part => (part.Name, part.IfMissing, part.Critical)));
        Assert.Equal((TimeSpan.FromHours(2), "tests/"), (file.ExpectedWithin, Assert.Single(file.ExpectedFolders)));
        string[] words = ["'timing'", "120 minutes", "90 minutes", "'escalate'", "coverage of 0.8", "'expects_in_return/tests' is a folder"];
        Assert.All(words, word => Assert.Contains(file.Assumptions, assumption => assumption.Contains(word, StringComparison.Ordinal)));
        Assert.Equal(words.Length, file.Assumptions.Count);
    }

    [Theory]
    [InlineData("[]", "is a JSON object")]
    [InlineData("{\"contract\":{}}", "names the agents")]
    [InlineData("{\"from_agent\":\"a\",\"to_agent\":\"b\"}", "'contract'")]
    [InlineData("{\"from_agent\":\"a\",\"to_agent\":\"b\",\"contract\":{\"sends\":[]}}", "'sends' is an object")]
    [InlineData("{\"from_agent\":\"a\",\"to_agent\":\"b\",\"contract\":{\"sends\":{\"x\":1}}}", "'sends/x' is an object")]
    public void What_is_none_is_refused_with_what_is_missing(string json, string message)
        => Assert.Contains(message, Assert.Throws<FormatException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_of_10_000_levels_is_refused()
    {
        var deep = JsonData.Trusted(Encoding.UTF8.GetBytes(new string('[', 10_000) + new string(']', 10_000)));
        Assert.Contains("nested at most", Assert.Throws<FormatException>(() => HandoffContractFile.Read(deep, (agent, _) => agent)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TaskExtractionEngine__04_orchestration-planner__03_data-contracts.json", 1, 1)]
    [InlineData("OrchestrationEngine__03_handoff-manager__01_example-code-architect-nodejs-specialist.json", 2, 2)]
    public void Real_files_become_handoffs_of_a_plan_that_can_run(string name, int sends, int returns)
    {
        if (Environment.GetEnvironmentVariable(RealTaskList.Variable) is not { } data || Path.Combine(data, Folder, name) is not { } path || !File.Exists(path))
        {
            Assert.Skip($"{RealTaskList.Variable} names no folder with the handoff contracts.");
            return;
        }

        var file = HandoffContractFile.Read(JsonData.Parse(File.ReadAllBytes(path)), (agent, _) => agent);
        Assert.Equal((sends, returns), (file.Handoff.Sends.Count, file.Handoff.ExpectsInReturn.Count));
        Assert.NotEmpty(file.Assumptions);
        Assert.Equal(TimeSpan.FromHours(2), file.ExpectedWithin);
        var plan = new PlanBuilder("p").Phase("a", phase => phase.Task(file.FromAgent, "x").Task(file.ToAgent, "x")).Handoff(file.Handoff).Build();
        Assert.Equal(PlanJson.Write(plan), PlanJson.Write(PlanJson.Read(PlanJson.Write(plan))));
    }

    private static HandoffContractFile Read(string json) => HandoffContractFile.Read(JsonData.Parse(Encoding.UTF8.GetBytes(json)), (agent, phase) => $"{phase}:{agent}");
}
