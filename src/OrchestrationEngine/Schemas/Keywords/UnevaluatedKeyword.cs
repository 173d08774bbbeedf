using System.Globalization;
using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary><c>unevaluatedItems</c> and <c>unevaluatedProperties</c>: the schema of what no other keyword has looked at.</summary>
internal sealed class UnevaluatedKeyword(SchemaNode node, string name, SchemaNode schema) : Keyword(node, name)
{
    private readonly bool _isOfItems = name == "unevaluatedItems";
    private readonly string _path = "/" + name;

    public override int Order => 9;

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        if (!evaluated.IsTracked || instance.Kind != (_isOfItems ? JsonValueKind.Array : JsonValueKind.Object))
        {
            return true;
        }

        return _isOfItems ? EvaluateItems(context, instance.Element, evaluated) : EvaluateMembers(context, instance.Element, evaluated);
    }

    private bool EvaluateItems(ValidationContext context, JsonElement value, EvaluatedSet evaluated)
    {
        var (isValid, index) = (true, 0);
        foreach (var item in value.EnumerateArray())
        {
            if (!context.IsMarked(evaluated, index))
            {
                context.Mark(evaluated, index);
                if (schema.IsNever && context.IsCollecting)
                {
                    isValid = false;
                    context.ReportAt(this, _path, index.ToString(CultureInfo.InvariantCulture), "The item is not allowed here: no part of the schema describes it.");
                }
                else
                {
                    isValid &= context.Item(schema, item, index, _path);
                }
            }

            index++;
            if (!isValid && (!context.IsCollecting || context.Stopped is not null))
            {
                return false;
            }
        }

        return isValid;
    }

    private bool EvaluateMembers(ValidationContext context, JsonElement value, EvaluatedSet evaluated)
    {
        var (isValid, index) = (true, 0);
        foreach (var member in value.EnumerateObject())
        {
            if (!context.IsMarked(evaluated, index))
            {
                context.Mark(evaluated, index);
                if (schema.IsNever && context.IsCollecting)
                {
                    isValid = false;
                    var name = JsonText.ToText(JsonText.Raw(member));
                    context.ReportAt(this, _path, name, $"The property {Shown.Name(name)} is not allowed here: no part of the schema describes it.");
                }
                else
                {
                    isValid &= context.Member(schema, member, _path);
                }
            }

            index++;
            if (!isValid && (!context.IsCollecting || context.Stopped is not null))
            {
                return false;
            }
        }

        return isValid;
    }
}
