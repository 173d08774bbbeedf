using System.Text.Json;
using System.Text.RegularExpressions;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Tests.Expressions;

/// <summary>Conditions of real files of others, which are not part of this repository: ORCHESTRATION_TEST_DATA names the folder that has them.</summary>
public sealed partial class RealConditionsTests
{
    private const string Variable = "ORCHESTRATION_TEST_DATA";
    private static readonly string[] Properties = ["condition", "trigger", "triggered_by", "skip_when"];

    private static readonly LooseConditionOptions Options = new()
    {
        Root = DataPath.Parse("inputs"),
        Aliases = new Dictionary<string, string>
        {
            ["platform"] = "inputs.infrastructure.cloud",
            ["cloud"] = "inputs.infrastructure.cloud",
            ["backend_stack"] = "inputs.backend.framework",
            ["backend"] = "inputs.backend.framework",
            ["frontend_stack"] = "inputs.frontend.framework",
            ["frontend"] = "inputs.frontend.framework",
            ["database"] = "inputs.database.primary",
            ["steps"] = "tasks",
        },
    };

    [Fact]
    public void Every_condition_that_is_found_is_read()
    {
        var folder = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(folder), $"{Variable} is not set: the conditions of real files were not read.");
        var files = Directory.EnumerateFiles(Path.Combine(folder!, "inputs"), "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 });
        var conditions = files.SelectMany(file => In(file).Select(text => (File: Path.GetFileName(file), Text: text))).Distinct().ToList();

        var refused = conditions
            .Select(condition => LooseCondition.TryRead(condition.Text, Options, out _, out var error) ? null : $"{condition.File}: {condition.Text}: {error.Message}")
            .OfType<string>()
            .ToList();

        TestContext.Current.SendDiagnosticMessage($"{conditions.Count} conditions, {conditions.Select(condition => condition.Text).Distinct().Count()} different.");
        Assert.True(conditions.Count >= 80, $"Only {conditions.Count} conditions were found in {folder}.");
        Assert.True(refused.Count == 0, string.Join('\n', refused));
    }

    private static IEnumerable<string> In(string file) => Path.GetExtension(file) switch
    {
        ".json" => InJson(file),
        ".yaml" or ".yml" => InYaml().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value),
        ".md" when file.EndsWith("MATRIX.md", StringComparison.OrdinalIgnoreCase) => InTables().Matches(File.ReadAllText(file)).Select(match => match.Value.Trim()),
        _ => [],
    };

    private static IEnumerable<string> InJson(string file)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(File.ReadAllText(file));
        }
        catch (JsonException)
        {
            // Some of these files are damaged on purpose.
            return [];
        }

        // Schemas describe conditions; they have none.
        return file.Contains(".schema.json", StringComparison.Ordinal) || file.EndsWith("/schema.json", StringComparison.Ordinal) ? [] : In(document.RootElement, "");
    }

    private static IEnumerable<string> In(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => In(member.Value, name == "conditional_phases" ? "condition" : member.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => In(item, name)),
        JsonValueKind.String when Properties.Contains(name) => [element.GetString()!],
        _ => [],
    };

    [GeneratedRegex("^\\s*(?:condition|skip_when): \"(.+)\"\\s*$", RegexOptions.Multiline)]
    private static partial Regex InYaml();

    // A cell of a table, a line of pseudo code, or an item of a list of conditions.
    [GeneratedRegex(@"(?<=\|\s)(IF [^|]+|Always[^|]*)(?=\s\|)|(?<=^)(IF .+)$|(?<=^- `)([^`]+)(?=`\r?$)", RegexOptions.Multiline)]
    private static partial Regex InTables();
}
