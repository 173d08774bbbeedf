using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Schemas;
using OrchestrationEngine.Tests.Architecture;

namespace OrchestrationEngine.Tests.Plans;

public sealed partial class PlanSchemaTests
{
    private static readonly JsonElement Text = PlanJson.Schema.ToElement();
    private static readonly JsonSchema Schema = JsonSchema.Compile(Text);

    [Fact]
    public void The_schema_of_the_assembly_is_the_one_in_the_documentation()
        => Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, "docs", "plan.schema.json")).TrimEnd(), PlanJson.Schema.ToString().TrimEnd());

    [Fact]
    public void It_has_the_properties_that_the_reader_knows_and_no_others()
    {
        var readers = new[] { typeof(PlanReader), typeof(TaskReader), typeof(FlowReader), typeof(KindReader), typeof(ContractReader), typeof(HandoffReader) }
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic)).Where(field => field.FieldType == typeof(PropertySet)).Select(field => (PropertySet)field.GetValue(null)!).ToList();
        var objects = Text.GetProperty("$defs").EnumerateObject().Select(definition => definition.Value).Where(definition => definition.TryGetProperty("properties", out _)).ToList();

        Assert.Equal(readers.Select(reader => reader.Subject).Order(), objects.Select(Title).Order());
        foreach (var reader in readers)
        {
            var definition = objects.Single(definition => Title(definition) == reader.Subject);
            Assert.Equal(reader.Names.Order(), definition.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order());
            Assert.Equal(reader.Names.Take(reader.RequiredCount).Order(), Strings(definition, "required"));
            Assert.False(definition.GetProperty("additionalProperties").GetBoolean());
        }
    }

    [Fact]
    public void It_has_the_words_of_every_kind()
    {
        var enums = Text.GetProperty("$defs").EnumerateObject().Select(definition => definition.Value).Where(definition => definition.TryGetProperty("enum", out _)).ToList();
        Type[] types =
        [
            typeof(FailureMode), typeof(PhaseMode), typeof(OnSkipped), typeof(OnUnknown), typeof(TaskCriticality), typeof(RetryJitter), typeof(FailureClass), typeof(ExhaustedLoop),
            typeof(SignalMode), typeof(EndStatus), typeof(OnViolation), typeof(OnMissing), typeof(DocumentMerge),
        ];

        Assert.Equal(types.Select(type => type.Name).Order(), enums.Select(Title).Order());
        foreach (var type in types)
        {
            Assert.Equal(Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName).Order(), Strings(enums.Single(definition => Title(definition) == type.Name), "enum"));
        }

        var joins = Enum.GetNames<JoinKind>().Except([nameof(JoinKind.AtLeast), nameof(JoinKind.Until)]).Select(JsonNamingPolicy.CamelCase.ConvertName);
        Assert.Equal(joins.Order(), Strings(Text.GetProperty("$defs").GetProperty("join").GetProperty("anyOf")[0], "enum"));
    }

    [Fact]
    public void It_allows_every_plan_that_can_be_written()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            AssertValid(PlanJson.Write(new RandomPlan(seed).Make()), $"seed {seed}");
        }
    }

    [Fact]
    public void It_allows_the_samples_and_the_examples_of_the_documentation()
    {
        var plans = Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples"), "*.json", SearchOption.AllDirectories).Where(file => !file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
            .Select(file => (Place: file, Text: File.ReadAllText(file)))
            .Concat(Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories).Where(file => !file.Contains("/bin/", StringComparison.Ordinal))
                .SelectMany(file => JsonBlock().Matches(File.ReadAllText(file)).Select(match => (Place: file, Text: match.Groups[1].Value))))
            .Where(example => IsPlan(example.Text) && !IsTemplate(example.Text)).ToList();

        Assert.True(plans.Count >= 2, "There is the example of the format's page and at least one sample.");
        Assert.All(plans, plan => AssertValid(System.Text.Encoding.UTF8.GetBytes(plan.Text), plan.Place));
    }

    [Theory]
    [MemberData(nameof(PlanProblemKindTests.Examples), MemberType = typeof(PlanProblemKindTests))]
    public void It_refuses_nothing_that_can_be_read(string code, string what, string part)
    {
        var task = what == "wait" ? $$"""{"id":"t",{{part}}}""" : $$"""{"id":"t","agent":"g",{{part}}}""";
        if (what is "text" or "phase" || PlanJson.Inspect(Around(task)).Plan is null)
        {
            return;
        }

        AssertValid(System.Text.Encoding.UTF8.GetBytes(Around(task)), code);

        static string Around(string task) => $$"""{"id":"p","phases":[{"id":"a","mode":"parallel","tasks":[{"id":"x","agent":"g"},{"id":"y","agent":"g","outputs":["a"]},{{task}}]}]}""";
    }

    [Theory]
    [InlineData("\"agent\":\"g\",\"agnet\":\"g\"")]
    [InlineData("\"name\":\"n\"")]
    [InlineData("\"agent\":\"g\",\"end\":\"failed\"")]
    [InlineData("\"agent\":\"g\",\"join\":\"most\"")]
    [InlineData("\"agent\":\"g\",\"join\":{\"cancelRest\":true}")]
    [InlineData("\"agent\":\"g\",\"repeat\":{\"until\":\"true\"}")]
    [InlineData("\"agent\":\"g\",\"repeat\":{\"until\":\"true\",\"max\":0}")]
    [InlineData("\"agent\":\"g\",\"timeout\":\"5\"")]
    [InlineData("\"agent\":\"g\",\"resources\":{\"gpu\":0}")]
    [InlineData("\"wait\":{\"after\":\"1s\",\"signal\":\"s\"}")]
    [InlineData("\"wait\":{}")]
    [InlineData("\"plan\":{}")]
    [InlineData("\"plan\":{\"inline\":{\"id\":\"q\"}}")]
    [InlineData("\"end\":\"done\"")]
    public void It_refuses_what_can_not_be_read(string task)
    {
        var text = $$"""{"id":"p","phases":[{"id":"a","tasks":[{"id":"t",{{task}}}]}]}""";

        Assert.Null(PlanJson.Inspect(text).Plan);
        using var document = JsonDocument.Parse(text);
        Assert.False(Schema.IsValid(document.RootElement));
    }

    private static void AssertValid(byte[] utf8, string place)
    {
        var result = Schema.Validate(utf8);
        Assert.True(result.IsValid, $"{place}: {string.Join("\n", result.Violations.Select(violation => $"{violation.InstanceLocation}: {violation.Message}"))}");
    }

    private static string Title(JsonElement definition) => definition.GetProperty("title").GetString()!;

    private static IEnumerable<string> Strings(JsonElement definition, string name)
        => definition.TryGetProperty(name, out var list) ? list.EnumerateArray().Select(item => item.GetString()!).Order() : [];

    // It becomes a plan when its parameters are given.
    private static bool IsTemplate(string text) => text.Contains("\"parameters\"", StringComparison.Ordinal);

    private static bool IsPlan(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("phases", out _) && !document.RootElement.TryGetProperty("parameters", out _);
        }
        catch (JsonException)
        {
            // A part of a file, or a text of another kind.
            return false;
        }
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}
