using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>Compiles the keywords that apply other schemas.</summary>
internal static class ApplicatorCompiler
{
    public static void Compile(NodeCompiler node)
    {
        CompileItems(node);
        CompileContains(node);
        CompileProperties(node);
        CompileDependencies(node);
        if (node.HasSchema("propertyNames", out var names))
        {
            node.Add(new PropertyNamesKeyword(node.Node, names));
        }

        if (node.HasSchemas("allOf", out var all))
        {
            node.Add(new AllOfKeyword(node.Node, all));
        }

        if (node.HasSchemas("anyOf", out var any))
        {
            node.Add(new AlternativesKeyword(node.Node, "anyOf", any));
        }

        if (node.HasSchemas("oneOf", out var one))
        {
            node.Add(new AlternativesKeyword(node.Node, "oneOf", one));
        }

        if (node.HasSchema("not", out var not))
        {
            node.Add(new NotKeyword(node.Node, not));
        }

        CompileCondition(node);
        foreach (var name in (ReadOnlySpan<string>)["unevaluatedItems", "unevaluatedProperties"])
        {
            if (node.HasSchema(name, out var rest))
            {
                node.Add(new UnevaluatedKeyword(node.Node, name, rest));
            }
        }
    }

    private static void CompileCondition(NodeCompiler node)
    {
        var (hasThen, hasElse) = (node.HasSchema("then", out var then), node.HasSchema("else", out var otherwise));
        if (node.HasSchema("if", out var condition))
        {
            node.Add(new ConditionKeyword(node.Node, condition, hasThen ? then : null, hasElse ? otherwise : null));
        }
        else if (hasThen || hasElse)
        {
            node.Warn(hasThen ? "/then" : "/else", $"'{(hasThen ? "then" : "else")}' does nothing without 'if'.");
        }
    }

    private static void CompileItems(NodeCompiler node)
    {
        if (node.Dialect.Draft == SchemaDraft.Draft7)
        {
            CompileItems7(node);
            return;
        }

        if (node.Has("items", out var items) && items.ValueKind == JsonValueKind.Array)
        {
            node.Problem("/items", "'items' is one schema in draft 2020-12; a list of schemas by position is 'prefixItems', and 'items' is that of the rest.");
            return;
        }

        node.HasSchemas("prefixItems", out var prefix);
        var hasRest = node.HasSchema("items", out var rest);
        if (prefix.Count > 0 || hasRest)
        {
            node.Add(new ItemsKeyword(node.Node, "prefixItems", prefix, "items", hasRest ? rest : null));
        }
    }

    private static void CompileItems7(NodeCompiler node)
    {
        var hasAdditional = node.HasSchema("additionalItems", out var additional);
        if (!node.Has("items", out var items))
        {
            return;
        }

        if (items.ValueKind != JsonValueKind.Array)
        {
            node.Add(new ItemsKeyword(node.Node, "items", [], "items", node.Child("/items", items)));
        }
        else if (node.HasSchemas("items", out var prefix))
        {
            node.Add(new ItemsKeyword(node.Node, "items", prefix, "additionalItems", hasAdditional ? additional : null));
        }
    }

    private static void CompileContains(NodeCompiler node)
    {
        var minimum = node.HasCount("minContains", out var least) ? least : 1;
        var maximum = node.HasCount("maxContains", out var most) ? most : int.MaxValue;
        if (node.HasSchema("contains", out var wanted))
        {
            node.Add(new ContainsKeyword(node.Node, wanted, minimum, maximum));
        }
    }

    private static void CompileProperties(NodeCompiler node)
    {
        var members = new List<(string Name, byte[] Bytes, SchemaNode Schema)>();
        var patterns = new List<(SchemaPattern Pattern, SchemaNode Schema)>();
        if (node.HasMap("properties", out var named))
        {
            members.AddRange(named.Select(member => (member.Name, member.Bytes, node.Child(member.Path, member.Value))));
        }

        if (node.HasMap("patternProperties", out var matched))
        {
            foreach (var member in matched)
            {
                var schema = node.Child(member.Path, member.Value);
                if (node.Pattern(member.Path, member.Name) is { } pattern)
                {
                    patterns.Add((pattern, schema));
                }
            }
        }

        var hasAdditional = node.HasSchema("additionalProperties", out var additional);
        if (members.Count > 0 || patterns.Count > 0 || hasAdditional)
        {
            node.Add(new PropertiesKeyword(node.Node, members, patterns, hasAdditional ? additional : null));
        }
    }

    private static void CompileDependencies(NodeCompiler node)
    {
        if (node.HasMap("dependentSchemas", out var dependents) && dependents.Count > 0)
        {
            node.Add(new DependentSchemasKeyword(node.Node, "dependentSchemas", [.. dependents.Select(member => (member.Name, member.Bytes, node.Child(member.Path, member.Value)))]));
        }

        if (!node.HasMap("dependencies", out var dependencies))
        {
            return;
        }

        if (node.Dialect.Draft != SchemaDraft.Draft7)
        {
            node.Warn("/dependencies", "'dependencies' is of draft-07 and kept for old schemas; draft 2020-12 has 'dependentRequired' and 'dependentSchemas'.");
        }

        var schemas = new List<(string Trigger, byte[] Bytes, SchemaNode Schema)>();
        var rules = new List<(string Trigger, byte[] Bytes, PresenceTable Required)>();
        foreach (var member in dependencies)
        {
            if (member.Value.ValueKind != JsonValueKind.Array)
            {
                schemas.Add((member.Name, member.Bytes, node.Child(member.Path, member.Value)));
            }
            else if (node.TryNames(member.Path, "dependencies", member.Value, out var names, out var bytes) && names.Count > 0)
            {
                rules.Add((member.Name, member.Bytes, new PresenceTable(names, bytes)));
            }
        }

        if (schemas.Count > 0)
        {
            node.Add(new DependentSchemasKeyword(node.Node, "dependencies", schemas));
        }

        if (rules.Count > 0)
        {
            node.Add(new DependentRequiredKeyword(node.Node, "dependencies", rules));
        }
    }
}
