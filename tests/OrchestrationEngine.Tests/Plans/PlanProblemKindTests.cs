using System.Reflection;
using System.Text;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Tests.Architecture;

namespace OrchestrationEngine.Tests.Plans;

public sealed class PlanProblemKindTests
{
    /// <summary>For each code something that has it. Tasks stand in a parallel phase 'a' beside the tasks 'x' and 'y'; a phase stands behind it.</summary>
    public static TheoryData<string, string, string> Examples { get; } = new()
    {
        { "OE1002", "text", "" },
        { "OE1003", "text", "{" },
        { "OE1004", "text", """{"id":"\ud800","phases":[{"id":"a"}]}""" },
        { "OE1005", "text", new string('[', 100) },
        { "OE1006", "task", "\"priority\":\"1\"" },
        { "OE1007", "task", "\"agnt\":\"g\"" },
        { "OE1009", "task", "\"name\":\"n\",\"name\":\"n\"" },
        { "OE1010", "task", "\"repeat\":{\"until\":\"true\"}" },
        { "OE1011", "task", "\"join\":\"most\"" },
        { "OE1012", "task", "\"timeout\":\"5\"" },
        { "OE1013", "task", "\"when\":\"inputs.\"" },
        { "OE1014", "task", "\"inputs\":{\"v\":\"${inputs.}\"}" },
        { "OE1015", "text", """{"id":"p","inputs":{"i":{"default":"${inputs.i}"}},"phases":[{"id":"a"}]}""" },
        { "OE1016", "task", "\"join\":{\"cancelRest\":true}" },
        { "OE1017", "text", """{"id":"p","inputs":{"i":{"schema":{"type":"nothing"}}},"phases":[{"id":"a"}]}""" },
        { "OE1101", "task", "\"choice\":\"\"" },
        { "OE1102", "task", $"\"choice\":\"{new string('x', 300)}\"" },
        { "OE1103", "task", "\"choice\":\"a\\u0000\"" },
        { "OE1104", "task", "\"locks\":[\"l\",\"l\"]" },
        { "OE1105", "phase", "\"id\":\"a\"" },
        { "OE1201", "task", "\"repeat\":{\"until\":\"true\",\"max\":100001}" },
        { "OE1202", "task", "\"estimate\":\"2s\",\"estimateP90\":\"1s\"" },
        { "OE1205", "task", "\"dependsOn\":[\"x\"]" },
        { "OE1206", "text", """{"id":"p","phases":[]}""" },
        { "OE1207", "wait", "\"wait\":{\"at\":\"2027-01-31T08:00:00\"}" },
        { "OE1208", "wait", Nested(10) },
        { "OE1301", "phase", "\"id\":\"b\",\"tier\":\"t\"" },
        { "OE1302", "phase", "\"id\":\"b\",\"dependsOn\":[\"c\"]" },
        { "OE1303", "task", "\"when\":\"tasks.z.output == 1\"" },
        { "OE1304", "text", """{"id":"p","agents":[{"id":"h"}],"phases":[{"id":"a","tasks":[{"id":"t","agent":"g"}]}]}""" },
        { "OE1306", "task", "\"guard\":\"inputs.z == 1\"" },
        { "OE1307", "task", "\"when\":\"item == 1\"" },
        { "OE1308", "task", "\"when\":\"size(tasks) == 1\"" },
        { "OE1309", "task", "\"when\":\"tasks.x.state == 'done'\"" },
        { "OE1310", "task", "\"inputs\":{\"v\":\"${tasks.y.output.b}\"}" },
        { "OE1311", "task", "\"when\":\"tasks.t.output == 1\"" },
        { "OE1312", "phase", "\"id\":\"b\",\"dependsOn\":[],\"when\":\"tasks.x.output == 1\"" },
        { "OE1313", "phase", "\"id\":\"b\",\"dependsOn\":[],\"tasks\":[{\"id\":\"u\",\"agent\":\"g\",\"dependsOn\":[\"x\"]}]" },
        { "OE1314", "task", "\"when\":\"tasks.x.items.count == 1\"" },
        { "OE1401", "wait", "\"name\":\"n\"" },
        { "OE1402", "task", "\"end\":\"failed\"" },
        { "OE1403", "task", "\"dependsOn\":[\"x\"],\"forEach\":{\"items\":\"[1]\",\"join\":\"any\"}" },
        { "OE1404", "task", "\"dependsOn\":[\"x\"],\"join\":{\"until\":\"tasks.y.output == 1\"}" },
        { "OE1405", "wait", "\"wait\":{\"after\":\"1s\"},\"forEach\":\"[1, 2]\"" },
        { "OE1406", "wait", "\"wait\":{\"after\":\"1s\",\"signal\":\"s\"}" },
        { "OE1407", "wait", "\"plan\":{\"maxDepth\":3}" },
        { "OE1408", "phase", "\"id\":\"b\",\"locks\":[\"l\"],\"tasks\":[{\"id\":\"u\",\"agent\":\"g\",\"locks\":[\"l\"]}]" },
        { "OE1501", "task", "\"dependsOn\":[\"v\"]},{\"id\":\"v\",\"agent\":\"g\",\"dependsOn\":[\"t\"]" },
        { "OE1502", "task", "\"dependsOn\":[\"x\",\"y\"],\"join\":{\"atLeast\":3}" },
        { "OE1503", "phase", "\"id\":\"b\",\"mode\":\"smart\",\"dependsOn\":[],\"tasks\":[{\"id\":\"u\",\"agent\":\"g\",\"writes\":[\"d\"]}]},{\"id\":\"c\",\"mode\":\"smart\",\"dependsOn\":[],\"repeat\":{\"until\":\"true\",\"max\":2},\"tasks\":[{\"id\":\"v\",\"agent\":\"g\",\"reads\":[\"d\"]}]" },
        { "OE1601", "task", "\"dependsOn\":[\"x\"],\"join\":\"first\"" },
        { "OE1602", "task", "\"when\":\"1 == 2\"" },
        { "OE1603", "task", "\"choice\":\"c\"" },
        { "OE1604", "task", "\"guardTimeout\":\"1s\"" },
        { "OE1605", "wait", "\"end\":\"failed\"},{\"id\":\"v\",\"agent\":\"g\",\"dependsOn\":[\"t\"],\"onSkipped\":\"run\"" },
        { "OE1701", "wait", "\"plan\":{\"inline\":{\"id\":\"q\",\"inputs\":{\"i\":{\"required\":true}},\"phases\":[{\"id\":\"a\"}]}}" },
        { "OE1702", "wait", "\"inputs\":{\"i\":1},\"plan\":{\"inline\":{\"id\":\"q\",\"phases\":[{\"id\":\"a\"}]}}" },
        { "OE2001", "task", "\"contract\":\"c\"" },
        { "OE2003", "task", "\"contract\":{}" },
        { "OE2004", "text", """{"id":"p","contracts":{"c":["d"],"d":{"any":["c"]}},"phases":[{"id":"a"}]}""" },
        { "OE2005", "task", "\"contract\":{\"sha256\":\"12\"}" },
        { "OE2006", "task", "\"contract\":{\"files\":[\"../*\"]}" },
        { "OE2007", "text", """{"id":"p","handoffs":[{"id":"h","from":"x","to":"y","transforms":[{}]}],"phases":[{"id":"a","tasks":[{"id":"x","agent":"g"},{"id":"y","agent":"g"}]}]}""" },
        { "OE2008", "wait", "\"wait\":{\"after\":\"1s\"},\"contract\":{\"maxBytes\":1}" },
        { "OE2009", "task", "\"outputs\":[\"a\"],\"contract\":{\"schema\":{\"additionalProperties\":false}}" },
        { "OE2010", "text", """{"id":"p","workspace":{"d":{"writers":["t"]}},"phases":[{"id":"a"}]}""" },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void Each_kind_of_problem_has_its_code_and_severity(string code, string what, string part)
    {
        var json = what switch
        {
            "task" => Plan($$"""{"id":"t","agent":"g",{{part}}}""", "", code == "OE1313"),
            "wait" => Plan($$"""{"id":"t",{{part}}}""", "", false),
            "phase" => Plan("""{"id":"t","agent":"g"}""", $$""",{{{part}}}""", code == "OE1313"),
            _ => part,
        };
        var options = new PlanReadOptions { Limits = code == "OE1205" ? new PlanLimits { MaxEdges = 0 } : new PlanLimits { MaxDepth = code == "OE1005" ? 64 : 200 } };

        var result = PlanJson.Inspect(json, options);

        var found = result.Problems.Concat(result.Warnings).Where(problem => problem.Code == code).ToList();
        Assert.True(found.Count > 0, string.Join("\n", result.Problems.Concat(result.Warnings).Select(problem => $"{problem.Code} {problem}")));
        var kind = Assert.Single(PlanProblemKinds.All, kind => kind.Code == code);
        Assert.All(found, problem => Assert.Equal(kind.Severity, problem.Severity));
        Assert.All(found, problem => Assert.True(problem.Line > 0));
        Assert.Equal(kind.Severity == PlanProblemSeverity.Error, result.Plan is null);
    }

    [Fact]
    public void Every_code_has_an_example_here_or_a_test_of_its_own()
    {
        string[] elsewhere =
        [
            "OE1000", // of problems that others make
            "OE1001", "OE1008", "OE1106", "OE1203", "OE1204", "OE1305", "OE1999", // below
            "OE2002", // when the application is known
            "OE1209", "OE1315", "OE1316", // when the application is known
            "OE1703", // when a run starts
            "OE1801", "OE1802", "OE1803", "OE1804", // patches
            "OE1901", "OE1902", "OE1903", "OE1904", // templates
        ];

        Assert.Equal(PlanProblemKinds.All.Select(kind => kind.Code).Order(), Examples.Select(example => example.Data.Item1).Concat(elsewhere).Distinct().Order());
    }

    [Fact]
    public void Kinds_that_a_plan_file_alone_does_not_show_have_their_codes_too()
    {
        var plan = new OrchestrationPlan { Id = "p", OnFailure = new FailurePolicy { Mode = (FailureMode)9 }, Agents = [new PlanAgent { Id = "g" }, null!], Phases = [new PhaseDefinition { Id = "a", Tasks = [new TaskDefinition { Id = "t", Agent = "g", Inputs = [new TaskInput { Name = "i", Value = JsonData.String("large") }] }] }] };
        var found = PlanVerifier.Verify(plan, new PlanLimits { MaxLiteralBytes = 3 }, []).Select(problem => problem.Code);
        var cut = PlanVerifier.Verify(plan, new PlanLimits { MaxLiteralBytes = 3, MaxProblems = 1 }, [])[^1];
        var large = PlanJson.Inspect("{ }", new PlanReadOptions { Limits = new PlanLimits { MaxBytes = 2 } }).Problems;
        var lenient = PlanJson.Inspect("""{"id":"p","color":1,"phases":[{"id":"a"}]}""", new PlanReadOptions { Strict = false }).Warnings;

        Assert.Equal(["OE1106", "OE1203", "OE1204", "OE1305"], found.Order());
        Assert.Equal("OE1999", cut.Code);
        Assert.Equal("OE1001", Assert.Single(large).Code);
        Assert.Equal(("OE1008", PlanProblemSeverity.Warning), (Assert.Single(lenient).Code, lenient[0].Severity));
    }

    [Fact]
    public void The_list_has_every_kind_once_in_the_order_of_the_codes()
    {
        var fields = typeof(PlanProblemKinds).GetFields(BindingFlags.Static | BindingFlags.NonPublic).Where(field => field.FieldType == typeof(PlanProblemKind)).Select(field => (PlanProblemKind)field.GetValue(null)!);

        Assert.Equal(PlanProblemKinds.All.Select(kind => kind.Code).Distinct().Order(), PlanProblemKinds.All.Select(kind => kind.Code));
        Assert.Equal(PlanProblemKinds.All.ToHashSet(), fields.ToHashSet());
    }

    [Fact]
    public void The_page_of_problems_is_the_list()
    {
        var page = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "plan-problems.md"));

        Assert.Equal(
            PlanProblemKinds.All.Select(kind => $"| {kind.Code} | {(kind.Severity == PlanProblemSeverity.Error ? "error" : "warning")} | {kind.Meaning} | {kind.Remedy} |"),
            page.Where(line => line.StartsWith("| OE", StringComparison.Ordinal)));
    }

    [Fact]
    public void Warnings_do_not_refuse_a_plan()
    {
        var result = PlanJson.Inspect(Plan("""{"id":"t","agent":"g","dependsOn":["x"],"join":"any"}""", "", false));

        Assert.NotNull(result.Plan);
        Assert.Equal("OE1601", Assert.Single(result.Warnings).Code);
        Assert.Empty(PlanVerifier.Verify(result.Plan));
        Assert.Single(PlanVerifier.Inspect(result.Plan).Warnings);
        Assert.True(PlanVerifier.Inspect(result.Plan).IsValid);
    }

    private static string Plan(string task, string phase, bool isRepeated)
        => $$"""{"id":"p","phases":[{"id":"a","mode":"parallel",{{(isRepeated ? "\"repeat\":{\"until\":\"true\",\"max\":2}," : "")}}"tasks":[{"id":"x","agent":"g"},{"id":"y","agent":"g","outputs":["a"]},{{task}}]}{{phase}}]}""";

    private static string Nested(int depth)
    {
        var text = new StringBuilder("\"plan\":{\"id\":\"q\"}");
        for (; depth > 0; depth--)
        {
            text.Insert(0, "\"plan\":{\"inline\":{\"id\":\"q\",\"phases\":[{\"id\":\"a\",\"tasks\":[{\"id\":\"t\",").Append("}]}]}}");
        }

        return text.ToString();
    }
}
