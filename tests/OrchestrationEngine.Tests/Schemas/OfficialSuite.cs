using System.Text.Json;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Tests.Schemas;

/// <summary>The official test suite of JSON Schema, where ORCHESTRATION_TEST_DATA says that it is.</summary>
internal static class OfficialSuite
{
    public const string Variable = "ORCHESTRATION_TEST_DATA";

    public static string? Root { get; } = Find();

    public static SchemaRegistry Remotes { get; } = ReadRemotes();

    /// <summary>The files of a draft, as their paths within it; one entry that says what is missing when there are none.</summary>
    public static TheoryData<string> Files(string draft, bool isOptional)
    {
        var folder = Root is null ? null : Path.Combine(Root, "tests", draft);
        if (folder is null || !Directory.Exists(folder))
        {
            return [string.Empty];
        }

        var files = Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Where(file => file.StartsWith("optional/", StringComparison.Ordinal) == isOptional);
        return [.. files.Order(StringComparer.Ordinal)];
    }

    public static JsonElement Read(string draft, string file) => Parse(File.ReadAllBytes(Path.Combine(Root!, "tests", draft, file)));

    /// <summary>Runs all tests of a file.</summary>
    /// <returns>How many there are, and those that don't come out as they should: their names and what came out.</returns>
    public static (int Count, IReadOnlyDictionary<string, string> Failed) Run(JsonElement groups, SchemaOptions options)
    {
        var count = 0;
        var failed = new Dictionary<string, string>();

        // Nothing here depends on how busy the machine is.
        options = options with { PatternTimeout = TimeSpan.FromMinutes(1) };
        foreach (var group in groups.EnumerateArray())
        {
            JsonSchema.TryCompile(group.GetProperty("schema"), options, out var schema, out var problems);
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                count++;
                var name = $"{group.GetProperty("description").GetString()!.Trim()}: {test.GetProperty("description").GetString()}";
                if (schema is null)
                {
                    failed[name] = string.Join("; ", problems);
                    continue;
                }

                var (instance, expected) = (test.GetProperty("data"), test.GetProperty("valid").GetBoolean());
                var result = schema.Validate(instance);
                if (result.IsValid != expected || schema.IsValid(instance) != expected || !result.IsComplete || schema.Annotate(instance).IsValid != expected)
                {
                    failed[name] = expected ? $"should be valid: {result}" : "should be invalid";
                }
            }
        }

        return (count, failed);
    }

    public static JsonElement Parse(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        return document.RootElement.Clone();
    }

    private static string? Find()
    {
        var folder = Environment.GetEnvironmentVariable(Variable);
        var suite = string.IsNullOrEmpty(folder) ? null : Path.Combine(folder, "json-schema-suite");
        return suite is not null && Directory.Exists(suite) ? suite : null;
    }

    private static SchemaRegistry ReadRemotes()
    {
        var registry = new SchemaRegistry();
        var folder = Root is null ? null : Path.Combine(Root, "remotes");
        foreach (var file in folder is null ? [] : Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories))
        {
            registry.Add(File.ReadAllBytes(file), new Uri("http://localhost:1234/" + Path.GetRelativePath(folder!, file).Replace('\\', '/')));
        }

        return registry;
    }
}
