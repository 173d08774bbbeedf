using System.Collections.Concurrent;
using System.Text.Json;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Handoffs;

/// <summary>The contracts, transformations and schemas that the application registered. Safe for many threads.</summary>
internal sealed class HandoffRegistry
{
    // Plans that differ in nothing but their version share their schemas; an application that makes ever new ones must not fill the memory.
    private const int MostSchemas = 1_000;

    public static readonly HandoffRegistry Empty = new(HandoffSettings.Default, [], [], new SchemaRegistry());

    private readonly Dictionary<string, IHandoffContract> _contracts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IHandoffTransform> _transforms = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<JsonData, JsonSchema> _compiled = new();
    private readonly SchemaOptions _options;

    public HandoffRegistry(HandoffSettings settings, IEnumerable<IHandoffContract> contracts, IEnumerable<IHandoffTransform> transforms, SchemaRegistry schemas)
    {
        Settings = settings;
        Schemas = schemas;
        _options = new SchemaOptions { Registry = schemas, MaxInstanceBytes = int.MaxValue, MaxNesting = HandoffSettings.MaxNesting };
        foreach (var contract in contracts)
        {
            _contracts.TryAdd(contract.Name, contract);
        }

        foreach (var transform in transforms)
        {
            _transforms.TryAdd(transform.Name, transform);
        }
    }

    public HandoffSettings Settings { get; }

    public SchemaRegistry Schemas { get; }

    public IReadOnlyCollection<string> ContractNames => _contracts.Keys;

    public IReadOnlyCollection<string> TransformNames => _transforms.Keys;

    public IHandoffContract Contract(string name)
        => _contracts.GetValueOrDefault(name) ?? throw new InvalidOperationException($"No contract '{name}' is registered here. {PlanCheck.Known("Registered are", ContractNames)}");

    public IHandoffTransform Transform(string name)
        => _transforms.GetValueOrDefault(name) ?? throw new InvalidOperationException($"No transformation '{name}' is registered here. {PlanCheck.Known("Registered are", TransformNames)}");

    /// <summary>Compiles a schema of a plan: the schema itself, or a JSON string with the URI of a registered one.</summary>
    /// <exception cref="SchemaException">It can't be used.</exception>
    public JsonSchema SchemaOf(JsonData schema)
    {
        if (_compiled.TryGetValue(schema, out var known))
        {
            return known;
        }

        var compiled = TryCompile(schema, out var problems) ?? throw new SchemaException(problems);
        if (_compiled.Count < MostSchemas)
        {
            _compiled.TryAdd(schema, compiled);
        }

        return compiled;
    }

    /// <summary>Compiles a schema of a plan, or says all that is wrong with it.</summary>
    public JsonSchema? TryCompile(JsonData schema, out IReadOnlyList<SchemaProblem> problems)
    {
        var json = schema.Utf8;
        if (json.Span[0] == (byte)'"')
        {
            // A schema that is nothing but a way to another one.
            json = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["$ref"] = schema.To(SchemaUri.Default.String)! }, SchemaUri.Default.DictionaryStringString);
        }

        return JsonSchema.TryCompile(json, _options, out var compiled, out problems) ? compiled : null;
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
[System.Text.Json.Serialization.JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class SchemaUri : System.Text.Json.Serialization.JsonSerializerContext;
