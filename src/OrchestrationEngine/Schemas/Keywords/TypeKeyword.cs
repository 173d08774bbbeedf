using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary><c>type</c>.</summary>
internal sealed class TypeKeyword(SchemaNode node, IReadOnlyList<string> types) : Keyword(node, "type")
{
    public static readonly string[] Known = ["array", "boolean", "integer", "null", "number", "object", "string"];

    // A bit for each of the known types.
    private readonly int _allowed = types.Aggregate(0, (bits, type) => bits | Bit(type));

    public override int Order => 0;

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        var type = instance.Kind switch
        {
            JsonValueKind.Array => "array",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.Null => "null",
            JsonValueKind.Number => "number",
            JsonValueKind.Object => "object",
            _ => "string",
        };
        if ((_allowed & Bit(type)) != 0 || (type == "number" && (_allowed & Bit("integer")) != 0 && new JsonNumber(instance.Element).IsInteger))
        {
            return true;
        }

        if (context.IsCollecting)
        {
            context.Report(this, $"Expected {string.Join(" or ", types.Select(WithArticle))}; found {instance.Described}.");
        }

        return false;
    }

    private static int Bit(string type) => type switch
    {
        "array" => 1,
        "boolean" => 2,
        "integer" => 4,
        "null" => 8,
        "number" => 16,
        "object" => 32,
        _ => 64,
    };

    private static string WithArticle(string type) => type switch
    {
        "null" => type,
        "array" or "integer" or "object" => $"an {type}",
        _ => $"a {type}",
    };
}
