using System.Text;
using System.Text.Json;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Benchmarks;

/// <summary>A schema with a document that keeps to it: of real users, where ORCHESTRATION_TEST_DATA says that their files are, otherwise our own of the same shape.</summary>
internal sealed record SchemaSample(string Name, byte[] SchemaText, byte[] Document)
{
    private static readonly string[] DependsOn = ["ws-01", "ws-02"];
    private static readonly string[] TaskKinds = ["edit", "review", "test"];

    private const string OwnWorkstream = """
        {
          "$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "additionalProperties": false, "required": ["id", "gate", "files_scope", "tasks", "tool"],
          "properties": {
            "id": { "type": "string", "pattern": "^ws-[a-z0-9-]+$" }, "gate": { "type": "integer", "minimum": 1 }, "tool": { "type": "string", "minLength": 1 },
            "files_scope": { "type": "array", "minItems": 1, "uniqueItems": true, "items": { "type": "string", "minLength": 1 } },
            "tasks": { "type": "array", "minItems": 1, "items": { "type": "string", "minLength": 1 } },
            "depends_on": { "type": "array", "uniqueItems": true, "items": { "type": "string", "pattern": "^ws-" } },
            "circuit_breaker": { "type": "object", "properties": { "max_attempts": { "type": "integer", "minimum": 1 } }, "additionalProperties": false }
          }
        }
        """;

    private const string OwnRouter = """
        {
          "$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "additionalProperties": false, "required": ["version", "apps", "routing"],
          "properties": {
            "version": { "type": "string", "pattern": "^[0-9]+\\.[0-9]+\\.[0-9]+$" },
            "apps": { "type": "object", "additionalProperties": { "type": "object", "required": ["kind", "command"], "properties": {
              "kind": { "enum": ["tool", "validator", "analyzer"] }, "command": { "type": "string" },
              "capabilities": { "type": "object", "properties": { "task_kinds": { "type": "array", "items": { "type": "string" } } } },
              "limits": { "type": "object", "properties": { "max_parallel": { "type": "integer" }, "timeout_seconds": { "type": "integer" } } } } } },
            "routing": { "type": "object", "properties": { "rules": { "type": "array", "items": { "type": "object", "required": ["id", "select_from"] } } } }
          }
        }
        """;

    private const string OwnProfile = """
        {
          "$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "required": ["profile_id", "profile_version"],
          "properties": { "profile_id": { "type": "string", "pattern": "^[a-z][a-z0-9-]*$" }, "profile_version": { "type": "string" }, "tags": { "type": "array", "items": { "type": "string" } } }
        }
        """;

    /// <summary>The three of them.</summary>
    public static IReadOnlyList<SchemaSample> All { get; } = Find();

    public JsonSchema Compile() => JsonSchema.Compile(SchemaText);

    private static List<SchemaSample> Find()
    {
        const string Uet = "inputs/uet/phase3-ec8cde4";
        const string Framework = Uet + "/UNIVERSAL_EXECUTION_TEMPLATES_FRAMEWORK";
        var root = Environment.GetEnvironmentVariable("ORCHESTRATION_TEST_DATA");
        return
        [
            Of(root, "workstream", $"{Uet}/schema/workstream.schema.json", $"{Uet}/workstreams/ws-19-test-suite-updates.json", OwnWorkstream, Workstream()),
            Of(root, "router", $"{Framework}/schema/router_config.v1.json", $"{Framework}/tests/adapters/test_router_config.json", OwnRouter, Router()),
            Of(root, "profile", $"{Framework}/schema/profile_extension.v1.json", $"{Framework}/profiles/software-dev-python/profile.json", OwnProfile, """{ "profile_id": "software-dev", "profile_version": "1.0.0", "tags": ["python", "tests"] }"""),
        ];
    }

    private static SchemaSample Of(string? root, string name, string schema, string document, string ownSchema, string ownDocument)
    {
        if (root is not null && File.Exists(Path.Combine(root, schema)) && File.Exists(Path.Combine(root, document)))
        {
            return new(name, File.ReadAllBytes(Path.Combine(root, schema)), File.ReadAllBytes(Path.Combine(root, document)));
        }

        return new(name + ", our own", Encoding.UTF8.GetBytes(ownSchema), Encoding.UTF8.GetBytes(ownDocument));
    }

    private static string Workstream() => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["id"] = "ws-19-test-suite",
        ["gate"] = 3,
        ["tool"] = "editor",
        ["files_scope"] = Enumerable.Range(0, 30).Select(i => $"tests/area_{i}/test_{i * 7}.py").ToArray(),
        ["tasks"] = Enumerable.Range(0, 20).Select(i => $"Update the imports of test {i} and run it until it is green, then note what was changed").ToArray(),
        ["depends_on"] = DependsOn,
        ["circuit_breaker"] = new Dictionary<string, int> { ["max_attempts"] = 3 },
    });

    private static string Router() => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["version"] = "1.0.0",
        ["apps"] = Enumerable.Range(0, 5).ToDictionary(i => $"app{i}", i => (object)new Dictionary<string, object>
        {
            ["kind"] = "tool",
            ["command"] = $"run-{i}",
            ["capabilities"] = new Dictionary<string, object> { ["task_kinds"] = TaskKinds },
            ["limits"] = new Dictionary<string, int> { ["max_parallel"] = 2, ["timeout_seconds"] = 300 },
        }),
        ["routing"] = new Dictionary<string, object> { ["rules"] = Enumerable.Range(0, 5).Select(i => new { id = $"r{i}", select_from = new[] { $"app{i}" } }).ToArray() },
    });
}
