using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>
/// What contracts certainly say about the shape of a value: types, members that must be there, members that can't. For one thread.
/// </summary>
internal sealed class ContractShapes(OrchestrationPlan plan)
{
    private const int MostLevels = 16;

    private readonly Dictionary<string, ContractDefinition> _named = (plan.Contracts ?? [])
        .Where(contract => contract is { Name: not null, Contract: not null })
        .DistinctBy(contract => contract.Name, StringComparer.Ordinal)
        .ToDictionary(contract => contract.Name, contract => contract.Contract, StringComparer.Ordinal);

    private readonly Dictionary<ContractDefinition, Shape> _shapes = new(ReferenceEqualityComparer.Instance);

    /// <summary>Why a value under a contract never has a member; null where it may.</summary>
    public string? WhyNever(ContractUse contract, ReadOnlySpan<string> members)
        => ShapeOf(contract) is { } shape ? Forbidden(shape.Schemas, members) : null;

    /// <summary>Why a member of a value under one contract can't be there and keep to another contract too; null where it may.</summary>
    /// <param name="producer">The contract of the whole value.</param>
    /// <param name="members">The way to the member; empty for the whole value.</param>
    /// <param name="consumer">The other contract.</param>
    public string? WhyNeverBoth(ContractUse producer, ReadOnlySpan<string> members, ContractUse consumer)
    {
        var made = ShapeOf(producer)?.Schemas.ToList();
        var wanted = ShapeOf(consumer);
        foreach (var member in members)
        {
            // A part that is no member may be an artifact.
            made = made?.Select(schema => Property(schema, member)).Where(schema => schema is not null).Select(schema => schema!.Value).ToList();
        }

        if (made is not { Count: > 0 } || wanted is null)
        {
            return null;
        }

        foreach (var required in wanted.Required)
        {
            if (Forbidden(made, required) is { } why)
            {
                return $"'{string.Join('.', required)}' is required here, and {why}";
            }
        }

        return made.SelectMany(one => wanted.Schemas, (one, other) => Conflict(one, other, "", MostLevels)).FirstOrDefault(why => why is not null);
    }

    private Shape? ShapeOf(ContractUse use)
    {
        var contract = use.Inline ?? (use.Name is { } name ? _named.GetValueOrDefault(name) : null);
        if (contract is null)
        {
            return null;
        }

        if (!_shapes.TryGetValue(contract, out var shape))
        {
            shape = new Shape();
            Collect(contract, shape, new HashSet<ContractDefinition>(ReferenceEqualityComparer.Instance));
            _shapes.Add(contract, shape);
        }

        return shape;
    }

    private void Collect(ContractDefinition contract, Shape shape, HashSet<ContractDefinition> seen)
    {
        if (!seen.Add(contract) || seen.Count > ContractPlaces.MaxDepth * ContractPlaces.MaxDepth)
        {
            return;
        }

        if (contract.Schema is { } schema && !ContractSchemas.IsName(schema) && ContractSchemas.TryParse(schema) is { ValueKind: JsonValueKind.Object } element)
        {
            shape.Schemas.Add(element);
        }

        shape.Required.AddRange((contract.Required ?? []).Where(member => member is not null).Select(member => member.Split('.')));
        foreach (var use in contract.All ?? [])
        {
            if ((use?.Inline ?? (use?.Name is { } name ? _named.GetValueOrDefault(name) : null)) is { } inner)
            {
                Collect(inner, shape, seen);
            }
        }
    }

    private static string? Forbidden(IEnumerable<JsonElement> schemas, ReadOnlySpan<string> members)
    {
        foreach (var schema in schemas)
        {
            var at = schema;
            for (var level = 0; level < members.Length; level++)
            {
                if (WhyNoMember(at, members[level]) is { } why)
                {
                    return why;
                }

                if (Property(at, members[level]) is not { } next)
                {
                    break;
                }

                at = next;
            }
        }

        return null;
    }

    // Why an object under this schema can't have a member, or no value under it is an object.
    private static string? WhyNoMember(JsonElement schema, string name)
    {
        if (schema.ValueKind == JsonValueKind.False)
        {
            return "nothing is allowed there.";
        }

        if (!IsPlain(schema))
        {
            return null;
        }

        if (TypesOf(schema) is { } types && !types.Contains("object"))
        {
            return $"the value is of type {string.Join(" or ", types)} and has no members, so no '{name}'.";
        }

        if (Member(schema, "properties") is { ValueKind: JsonValueKind.Object } properties && Member(properties, name) is { } property)
        {
            return property.ValueKind == JsonValueKind.False ? $"the schema forbids '{name}'." : null;
        }

        return Member(schema, "additionalProperties") is { ValueKind: JsonValueKind.False } && Member(schema, "patternProperties") is null
            ? $"the schema allows no member '{name}' (additionalProperties is false)."
            : null;
    }

    private static string? Conflict(JsonElement one, JsonElement other, string path, int levels)
    {
        if (levels == 0 || !IsPlain(one) || !IsPlain(other))
        {
            return null;
        }

        if (TypesOf(one) is { } types && TypesOf(other) is { } others && !types.Any(type => others.Any(type2 => Overlap(type, type2))))
        {
            return $"{Place(path)} is of type {string.Join(" or ", types)} by the one, and of type {string.Join(" or ", others)} by the other.";
        }

        foreach (var name in RequiredOf(one).Union(RequiredOf(other), StringComparer.Ordinal))
        {
            var inner = path.Length == 0 ? name : $"{path}.{name}";
            if (!(TypesOf(one) ?? TypesOf(other) ?? []).SequenceEqual(["object"]))
            {
                // What is no object breaks no rule about members.
                return null;
            }

            if ((WhyNoMember(one, name) ?? WhyNoMember(other, name)) is { } why)
            {
                return $"'{inner}' is required by one of them, and {why}";
            }

            if (Property(one, name) is { } left && Property(other, name) is { } right && Conflict(left, right, inner, levels - 1) is { } conflict)
            {
                return conflict;
            }
        }

        return null;
    }

    private static string Place(string path) => path.Length == 0 ? "the value" : $"'{path}'";

    private static bool Overlap(string one, string other) => one == other || (one, other) is ("integer", "number") or ("number", "integer");

    // In draft-07 everything beside a $ref is ignored.
    private static bool IsPlain(JsonElement schema) => schema.ValueKind == JsonValueKind.Object && Member(schema, "$ref") is null;

    private static JsonElement? Property(JsonElement schema, string name)
        => IsPlain(schema) && Member(schema, "properties") is { ValueKind: JsonValueKind.Object } properties ? Member(properties, name) : null;

    private static IEnumerable<string> RequiredOf(JsonElement schema)
        => Member(schema, "required") is { ValueKind: JsonValueKind.Array } required ? required.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!) : [];

    private static List<string>? TypesOf(JsonElement schema) => Member(schema, "type") switch
    {
        { ValueKind: JsonValueKind.String } type => [type.GetString()!],
        { ValueKind: JsonValueKind.Array } types => [.. types.EnumerateArray().Where(type => type.ValueKind == JsonValueKind.String).Select(type => type.GetString()!)],
        _ => null,
    };

    private static JsonElement? Member(JsonElement value, string name) => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;

    private sealed class Shape
    {
        public List<JsonElement> Schemas { get; } = [];

        public List<string[]> Required { get; } = [];
    }
}
