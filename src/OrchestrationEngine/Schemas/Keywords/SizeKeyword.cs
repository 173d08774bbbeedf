using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>The keywords that count: <c>minLength</c>, <c>maxLength</c>, <c>minItems</c>, <c>maxItems</c>, <c>minProperties</c> and <c>maxProperties</c>.</summary>
internal sealed class SizeKeyword : Keyword
{
    private readonly int _limit;
    private readonly bool _isMinimum;
    private readonly JsonValueKind _kind;

    public SizeKeyword(SchemaNode node, string name, int limit)
        : base(node, name)
    {
        _limit = limit;
        _isMinimum = name.StartsWith("min", StringComparison.Ordinal);
        _kind = name[3..] switch { "Length" => JsonValueKind.String, "Items" => JsonValueKind.Array, _ => JsonValueKind.Object };
    }

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        if (instance.Kind != _kind)
        {
            return true;
        }

        var size = _kind switch
        {
            JsonValueKind.String => JsonText.CountCharacters(instance.RawText),
            JsonValueKind.Array => instance.Element.GetArrayLength(),
            _ => instance.Element.GetPropertyCount(),
        };
        if (_isMinimum ? size >= _limit : size <= _limit)
        {
            return true;
        }

        if (context.IsCollecting)
        {
            var relation = _isMinimum ? "at least" : "at most";
            context.Report(this, _kind switch
            {
                JsonValueKind.String => $"Expected {relation} {Shown.Count(_limit, "character")}; found {size}: {instance.Written}.",
                JsonValueKind.Array => $"Expected {relation} {Shown.Count(_limit, "item")}; found {size}.",
                _ => $"Expected {relation} {Shown.Count(_limit, "property", "properties")}; found {size}.",
            });
        }

        return false;
    }
}
