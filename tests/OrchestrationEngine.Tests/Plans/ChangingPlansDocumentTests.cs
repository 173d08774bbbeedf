using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Registry;

namespace OrchestrationEngine.Tests.Plans;

public sealed partial class ChangingPlansDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "docs", "changing-plans.md"));

    private static readonly string[] Examples = [.. JsonBlock().Matches(Document).Select(block => block.Groups[1].Value)];

    [Fact]
    public void The_example_of_a_patch_can_be_made_and_has_every_change_there_is()
    {
        var plan = new PlanBuilder("plan")
            .Phase("build", phase => phase.Task("compile", "compiler").Task("package", "packer"))
            .Phase("release", phase => phase.Task("publish", "publisher").Task("announce", "announcer"))
            .Phase("party", phase => phase.Task("cake", "baker"))
            .Build();
        var patch = PlanPatch.Read(Examples[0]);
        Assert.Empty(PlanVerifier.Verify(patch.Apply(plan)));
        var kinds = typeof(PlanChange).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(PlanChange)));
        Assert.Equal(kinds.OrderBy(kind => kind.Name), patch.Changes.Select(change => change.GetType()).Distinct().OrderBy(kind => kind.Name));
    }

    [Fact]
    public void Every_property_of_a_patch_and_of_a_parameter_is_explained()
    {
        Assert.Null(PlanPatch.Inspect("""
            { "changes": [ { "x": 0 }, { "addPhase": { "x": 0 } }, { "addTask": { "x": 0 } }, { "replacePhase": { "x": 0 } }, { "replaceTask": { "x": 0 } }, { "skipPhase": { "x": 0 } },
              { "skipTask": { "x": 0 } }, { "rewirePhase": { "x": 0 } }, { "rewireTask": { "x": 0 } } ] }
            """u8.ToArray(), out var problems));
        Assert.Null(PlanTemplate.Inspect("""{ "parameters": { "p": { "x": 0 } } }"""u8.ToArray(), out var more));
        var unknown = problems.Concat(more).Where(problem => problem.Name == "x").ToList();
        Assert.Equal(10, unknown.Count);
        var properties = unknown.SelectMany(problem => problem.Message[(problem.Message.LastIndexOf(": ", StringComparison.Ordinal) + 2)..].TrimEnd('.').Split(", "));
        Assert.All(properties.Distinct(), property => Assert.Contains($"`{property}`", Document, StringComparison.Ordinal));
    }

    [Fact]
    public void The_example_of_a_template_makes_a_plan()
    {
        var plan = PlanTemplate.Read(Examples[1]).Instantiate(new Dictionary<string, JsonData> { ["language"] = JsonData.String("C#") }).GetPlan();
        Assert.Equal(JsonData.Parse("[\"src\"]"), plan.Phases[0].Tasks[0].Inputs[0].Value);
        Assert.Equal(JsonData.String("A review of C#"), plan.Phases[0].Tasks[0].Inputs[1].Value);
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
