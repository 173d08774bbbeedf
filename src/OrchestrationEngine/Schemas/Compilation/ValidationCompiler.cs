using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>Compiles the keywords that check a value by itself.</summary>
internal static class ValidationCompiler
{
    private static readonly string[] Bounds = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];
    private static readonly string[] Sizes = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];
    private const int MostDigits = 1_000;

    public static void Compile(NodeCompiler node)
    {
        CompileType(node);
        CompileValues(node);
        CompileNumbers(node);
        foreach (var name in Sizes)
        {
            if (node.HasCount(name, out var limit) && (limit > 0 || name.StartsWith("max", StringComparison.Ordinal)))
            {
                node.Add(new SizeKeyword(node.Node, name, limit));
            }
        }

        if (node.HasText("pattern", out var source) && node.Pattern("/pattern", source) is { } pattern)
        {
            node.Add(new PatternKeyword(node.Node, pattern));
        }

        if (node.Has("uniqueItems", out var unique))
        {
            if (unique.ValueKind == JsonValueKind.True)
            {
                node.Add(new UniqueItemsKeyword(node.Node));
            }
            else if (unique.ValueKind != JsonValueKind.False)
            {
                node.Problem("/uniqueItems", $"'uniqueItems' must be true or false; found {Shown.Value(unique)}.");
            }
        }

        CompilePresence(node);
        CompileFormat(node);
    }

    private static void CompileType(NodeCompiler node)
    {
        if (!node.Has("type", out var type))
        {
            return;
        }

        var types = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().ToList() : [type];
        var names = new List<string>();
        foreach (var name in types)
        {
            var text = name.ValueKind == JsonValueKind.String ? JsonText.ToText(name) : null;
            if (text is null || !TypeKeyword.Known.Contains(text) || names.Contains(text))
            {
                var again = text is not null && names.Contains(text) ? " once" : string.Empty;
                var message = $"'type' must be one of {string.Join(", ", TypeKeyword.Known)}, or a list of some of them{again}; found {Shown.Json(name)}.";
                node.Problem("/type", message, text is null || again.Length > 0 ? null : Near(text));
                return;
            }

            names.Add(text);
        }

        if (names.Count == 0)
        {
            node.Problem("/type", "'type' must name at least one type; the list is empty.");
            return;
        }

        node.Add(new TypeKeyword(node.Node, names));
    }

    private static string? Near(string type) => type switch
    {
        "int" or "long" => "integer",
        "float" or "double" or "decimal" => "number",
        "str" or "text" => "string",
        "bool" => "boolean",
        "list" => "array",
        "map" or "dict" => "object",
        _ => NearName.Find(type, TypeKeyword.Known),
    };

    private static void CompileValues(NodeCompiler node)
    {
        if (node.Has("const", out var value))
        {
            node.Add(new ConstKeyword(node.Node, value));
        }

        if (!node.Has("enum", out var values))
        {
            return;
        }

        if (values.ValueKind != JsonValueKind.Array)
        {
            node.Problem("/enum", $"'enum' must be a list of values; found {Shown.Value(values)}.");
            return;
        }

        node.Add(new EnumKeyword(node.Node, values));
    }

    private static void CompileNumbers(NodeCompiler node)
    {
        foreach (var name in Bounds)
        {
            if (node.HasNumber(name, out var bound))
            {
                node.Add(new BoundKeyword(node.Node, name, bound));
            }
        }

        if (!node.HasNumber("multipleOf", out var divisor))
        {
            return;
        }

        var number = new JsonNumber(divisor);
        if (number.IsZero || number.IsNegative || number.Digits > MostDigits)
        {
            node.Problem("/multipleOf", $"'multipleOf' must be more than 0 and have at most {MostDigits} digits; found {Shown.Json(divisor)}.");
            return;
        }

        node.Add(new MultipleOfKeyword(node.Node, divisor));
    }

    private static void CompilePresence(NodeCompiler node)
    {
        if (node.Has("required", out var required) && node.TryNames("/required", "required", required, out var names, out var bytes) && names.Count > 0)
        {
            node.Add(new RequiredKeyword(node.Node, names, bytes));
        }

        if (!node.HasMap("dependentRequired", out var triggers))
        {
            return;
        }

        var rules = new List<(string Trigger, byte[] Bytes, PresenceTable Required)>();
        foreach (var trigger in triggers)
        {
            if (node.TryNames(trigger.Path, "dependentRequired", trigger.Value, out names, out bytes) && names.Count > 0)
            {
                rules.Add((trigger.Name, trigger.Bytes, new PresenceTable(names, bytes)));
            }
        }

        if (rules.Count > 0)
        {
            node.Add(new DependentRequiredKeyword(node.Node, "dependentRequired", rules));
        }
    }

    private static void CompileFormat(NodeCompiler node)
    {
        if (!node.HasText("format", out var name) || !(node.Options.AssertFormats || node.Dialect.Has(SchemaVocabularies.FormatAssertion)))
        {
            return;
        }

        if (TextFormat.Find(name) is { } format)
        {
            node.Add(new FormatKeyword(node.Node, format));
            return;
        }

        node.Warn("/format", $"The format {Shown.Name(name)} is not known and is not checked.", NearName.Find(name, TextFormat.Names));
    }
}
