using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary><c>minimum</c>, <c>maximum</c>, <c>exclusiveMinimum</c> and <c>exclusiveMaximum</c>, exactly for numbers of any size.</summary>
internal sealed class BoundKeyword : Keyword
{
    private readonly byte[] _bound;
    private readonly long? _small;
    private readonly int _side;
    private readonly bool _isExclusive;

    public BoundKeyword(SchemaNode node, string name, JsonElement bound)
        : base(node, name)
    {
        _bound = JsonMarshal.GetRawUtf8Value(bound).ToArray();
        _small = bound.TryGetInt64(out var small) ? small : null;
        _side = name is "minimum" or "exclusiveMinimum" ? 1 : -1;
        _isExclusive = name.StartsWith("exclusive", StringComparison.Ordinal);
    }

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        if (instance.Kind != JsonValueKind.Number)
        {
            return true;
        }

        var order = _small is { } small && instance.Element.TryGetInt64(out var value) ? value.CompareTo(small) : new JsonNumber(instance.Element).CompareTo(new JsonNumber(_bound));
        if (order * _side > 0 || (order == 0 && !_isExclusive))
        {
            return true;
        }

        if (context.IsCollecting)
        {
            var relation = (_side, _isExclusive) switch { (1, false) => "at least", (1, true) => "more than", (_, false) => "at most", _ => "less than" };
            context.Report(this, $"Expected a number of {relation} {Encoding.UTF8.GetString(_bound)}; found {instance.Written}.");
        }

        return false;
    }
}

/// <summary><c>multipleOf</c>, without rounding.</summary>
internal sealed class MultipleOfKeyword(SchemaNode node, JsonElement divisor) : Keyword(node, "multipleOf")
{
    private readonly byte[] _divisor = JsonMarshal.GetRawUtf8Value(divisor).ToArray();

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        if (instance.Kind != JsonValueKind.Number || new JsonNumber(instance.Element).IsMultipleOf(new JsonNumber(_divisor)))
        {
            return true;
        }

        if (context.IsCollecting)
        {
            context.Report(this, $"Expected a multiple of {Encoding.UTF8.GetString(_divisor)}; found {instance.Written}.");
        }

        return false;
    }
}
