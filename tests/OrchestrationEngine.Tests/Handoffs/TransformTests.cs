using OrchestrationEngine.Expressions;
using OrchestrationEngine.Handoffs;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Schemas;
using static OrchestrationEngine.Tests.Handoffs.Contracts;

namespace OrchestrationEngine.Tests.Handoffs;

public sealed class TransformTests
{
    [Theory]
    [InlineData("""{"a":1,"b":{"c":2,"d":{"e":3}},"f":4}""", """{"f":4,"b":{"d":{"e":3}}}""")]
    [InlineData("""{"a":1,"b":7}""", "{}")]
    [InlineData("""{"b":{}}""", """{"b":{}}""")]
    public async Task Select_keeps_members_by_their_paths(string output, string expected)
        => Assert.Equal(expected, await Made(new() { Select = ["f", "b.d.e", "none"] }, GivenHandoff.Of(output)));

    [Fact]
    public async Task Rename_gives_members_other_names_in_their_places()
        => Assert.Equal(
            """{"b":1,"a":2,"c":3}""",
            await Made(new() { Rename = [new("a", "b"), new("b", "a"), new("x", "y")] }, GivenHandoff.Of("""{"a":1,"b":2,"c":3}""")));

    [Fact]
    public async Task Rename_never_makes_a_member_twice()
    {
        var error = await Assert.ThrowsAsync<HandoffTransformException>(() => Made(new() { Rename = [new("a", "c")] }, GivenHandoff.Of("""{"a":1,"c":3}""")));
        Assert.Contains("the member 'c' twice", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Map_makes_another_value_of_the_content()
        => Assert.Equal(
            """{"n":2,"all":{"files":["a","b"],"title":"x"},"t":"x!"}""",
            await Made(new() { Map = DataTemplate.Parse(Json("""{"n":"${size(files)}","all":"${content}","t":"${title}!"}""")) }, GivenHandoff.Of("""{"files":["a","b"],"title":"x"}""")));

    [Fact]
    public async Task Text_makes_a_text_of_the_content()
        => Assert.Equal(
            "\"# x\\n2 files: [\\u0022a\\u0022,1]\"".Replace("\\u0022", "\\\"", StringComparison.Ordinal),
            await Made(new() { Text = TextTemplate.Parse("# ${title}\n${size(files)} files: ${files}") }, GivenHandoff.Of("""{"files":["a",1],"title":"x"}""")));

    [Fact]
    public async Task An_agent_makes_what_the_plan_has_it_make()
    {
        var handoff = GivenHandoff.WithTransformer("1", agent => $"\"{agent}\"");
        Assert.Equal("\"registered\"", await Made(new() { Agent = "writer" }, handoff));
    }

    [Fact]
    public async Task What_the_content_does_not_give_is_the_fault_of_its_maker()
    {
        await Assert.ThrowsAsync<HandoffTransformException>(() => Made(new() { Map = DataTemplate.Parse(Json("\"${none.at}\"")) }, GivenHandoff.Of("{}")));
        await Assert.ThrowsAsync<HandoffTransformException>(() => Made(new() { Text = TextTemplate.Parse("${none}") }, GivenHandoff.Of("{}")));
        await Assert.ThrowsAsync<HandoffTransformException>(() => Made(new() { Select = ["a"] }, GivenHandoff.Of("[]")));
        await Assert.ThrowsAsync<HandoffTransformException>(() => Made(new() { Rename = [new("a", "b")] }, GivenHandoff.Of("{\"\\ud800\":1}")));
    }

    [Fact]
    public void The_names_of_transformations_say_what_they_are()
        => Assert.Equal(
            ["select", "rename", "map", "text", "agent:registered"],
            Compiled(
                new() { Select = ["a"] },
                new() { Rename = [new("a", "b")] },
                new() { Map = DataTemplate.Parse(Json("1")) },
                new() { Text = TextTemplate.Parse("x") },
                new() { Agent = "writer" }).Select(transform => transform.Name));

    [Fact]
    public void The_gate_finds_what_a_task_sends_and_what_it_owes()
    {
        var plan = new PlanBuilder("p").Phase("a", phase => phase.Task("t", "x").Task("u", "x")).Build() with
        {
            Handoffs = [new() { Id = "h", From = "t", To = "u", Sends = [new() { Name = "spec" }], ExpectsInReturn = [new() { Name = "report", Critical = false, IfMissing = OnMissing.Ask }], Contract = Inline(new() { MaxBytes = 3 }) }],
        };
        var rules = HandoffRules.Of(PlanGraph.Compile(plan), HandoffRegistry.Empty);
        var sender = rules.Of(0)!;
        var outgoing = Assert.Single(sender.Outgoing);
        Assert.Equal(("h", "u", 1, "handoff 'h'"), (outgoing.Id, outgoing.To, outgoing.ToTask, outgoing.Contract!.Name));
        Assert.Equal(new PartContract("spec", null, true, OnMissing.Retry), Assert.Single(outgoing.Sends));
        Assert.Empty(sender.Owed);
        var owed = Assert.Single(rules.Of(1)!.Owed);
        Assert.Equal(("h", "t", new PartContract("report", null, false, OnMissing.Ask)), (owed.Id, owed.From, Assert.Single(owed.Parts)));
        Assert.Empty(rules.Of(1)!.Outgoing);
    }

    private static async Task<string> Made(TransformDefinition transform, GivenHandoff handoff)
        => (await Assert.Single(Compiled(transform)).TransformAsync(handoff, TestContext.Current.CancellationToken)).ToString();

    private static IReadOnlyList<IHandoffTransform> Compiled(params TransformDefinition[] transforms)
    {
        var plan = new PlanBuilder("p").Agent("x").Agent("writer", "registered").Phase("a", phase => phase.Task("t", "x").Task("u", "x")).Build() with
        {
            Handoffs = [new() { Id = "h", From = "t", To = "u", Transforms = transforms }],
        };
        return Assert.Single(HandoffRules.Of(PlanGraph.Compile(plan), new HandoffRegistry(HandoffSettings.Default, [], [], new SchemaRegistry())).Of(0)!.Outgoing).Transforms;
    }
}
