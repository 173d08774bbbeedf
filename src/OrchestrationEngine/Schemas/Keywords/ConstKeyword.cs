using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary><c>const</c>.</summary>
internal sealed class ConstKeyword(SchemaNode node, JsonElement value) : Keyword(node, "const")
{
    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        if (instance.IsEqual(context, value))
        {
            return true;
        }

        if (context.IsCollecting)
        {
            context.Report(this, $"Expected {Shown.Json(value)}; found {instance.Written}.");
        }

        return false;
    }
}

/// <summary><c>enum</c>.</summary>
internal sealed class EnumKeyword : Keyword
{
    private readonly JsonElement[] _others;
    private readonly NameTable _texts;
    private readonly JsonElement[] _all;

    public EnumKeyword(SchemaNode node, JsonElement values)
        : base(node, "enum")
    {
        _all = [.. values.EnumerateArray()];
        _others = [.. _all.Where(value => value.ValueKind != JsonValueKind.String)];
        _texts = new NameTable([.. _all.Where(value => value.ValueKind == JsonValueKind.String).Select(value => JsonText.Decode(JsonText.Raw(value))).DistinctBy(Convert.ToHexString)]);
    }

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        if (instance.Kind == JsonValueKind.String ? _texts.Find(instance.RawText) >= 0 : IsOther(context, instance))
        {
            return true;
        }

        if (context.IsCollecting)
        {
            var nearest = instance.Kind == JsonValueKind.String
                ? NearName.Find(JsonText.ToText(instance.RawText), _all.Where(value => value.ValueKind == JsonValueKind.String).Select(JsonText.ToText))
                : null;
            var expected = _all.Length == 0 ? "No value is allowed here" : $"Expected one of {Shown.List(_all.Select(Shown.Json))}";
            context.Report(this, $"{expected}; found {instance.Written}.{Shown.DidYouMean(nearest)}");
        }

        return false;
    }

    private bool IsOther(ValidationContext context, in Instance instance)
    {
        foreach (var other in _others)
        {
            if (instance.IsEqual(context, other))
            {
                return true;
            }
        }

        return false;
    }
}
