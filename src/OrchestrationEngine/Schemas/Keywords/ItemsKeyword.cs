using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>The schemas of items: those of the first ones by position (<c>prefixItems</c>, in draft-07 <c>items</c> with a list) and that of the rest.</summary>
/// <param name="node">The schema that they are in.</param>
/// <param name="prefixName">The keyword of the first ones.</param>
/// <param name="prefix">The schemas of the first ones.</param>
/// <param name="restName">The keyword of the rest.</param>
/// <param name="rest">The schema of the rest, or null.</param>
internal sealed class ItemsKeyword(SchemaNode node, string prefixName, IReadOnlyList<SchemaNode> prefix, string restName, SchemaNode? rest)
    : Keyword(node, rest is null ? prefixName : restName)
{
    private readonly SchemaNode[] _prefix = [.. prefix];
    private readonly string[] _prefixPaths = [.. prefix.Select((_, index) => JsonPointers.Append("/" + prefixName, index))];
    private readonly string _restPath = "/" + restName;

    public override int Order => 3;

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        if (instance.Kind != JsonValueKind.Array)
        {
            return true;
        }

        if (rest is null && _prefix.Length == 0)
        {
            return true;
        }

        var isValid = true;
        var index = 0;
        foreach (var item in instance.Element.EnumerateArray())
        {
            if (index >= _prefix.Length && rest is null)
            {
                break;
            }

            isValid &= index < _prefix.Length
                ? context.Item(_prefix[index], item, index, _prefixPaths[index])
                : EvaluateRest(context, item, index, instance);
            if (!isValid && (!context.IsCollecting || context.Stopped is not null))
            {
                return false;
            }

            context.Mark(evaluated, index);
            index++;
        }

        return isValid;
    }

    private bool EvaluateRest(ValidationContext context, JsonElement item, int index, in Instance instance)
    {
        if (!rest!.IsNever || !context.IsCollecting)
        {
            return context.Item(rest, item, index, _restPath);
        }

        // Said once, not of each item.
        if (index == _prefix.Length)
        {
            context.ReportAt(this, _restPath, Index(index), $"Expected at most {Shown.Count(_prefix.Length, "item")}; found {instance.Element.GetArrayLength()}.");
        }

        return false;
    }

    private static string Index(int index) => index.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary><c>contains</c> with <c>minContains</c> and <c>maxContains</c>.</summary>
internal sealed class ContainsKeyword(SchemaNode node, SchemaNode wanted, int minimum, int maximum) : Keyword(node, "contains")
{
    public override int Order => 3;

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        if (instance.Kind != JsonValueKind.Array)
        {
            return true;
        }

        var (found, index) = (0, 0);
        var visitAll = context.MustVisitAll(evaluated) || context.IsCollecting;
        foreach (var item in instance.Element.EnumerateArray())
        {
            if (!visitAll && (found > maximum || (found >= minimum && maximum == int.MaxValue)))
            {
                break;
            }

            if (context.Mode == CheckMode.Annotations ? context.Item(wanted, item, index, "/contains") : context.Decide(wanted, new Instance(item)))
            {
                found++;
                context.Mark(evaluated, index);
            }

            index++;
        }

        if (found >= minimum && found <= maximum)
        {
            return true;
        }

        if (context.IsCollecting)
        {
            var what = found < minimum ? $"at least {Shown.Count(minimum, "item")}" : $"at most {Shown.Count(maximum, "item")}";
            var keyword = found > maximum ? "maxContains" : minimum == 1 ? Name : "minContains";
            context.ReportAs(this, keyword, $"Expected {what} of the kind that 'contains' asks for; found {found} among {instance.Element.GetArrayLength()}.");
        }

        return false;
    }
}

/// <summary><c>uniqueItems</c>.</summary>
internal sealed class UniqueItemsKeyword(SchemaNode node) : Keyword(node, "uniqueItems")
{
    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        if (instance.Kind != JsonValueKind.Array || instance.Element.GetArrayLength() < 2 || !EqualItems.TryFind(context, instance.Element, out var first, out var second))
        {
            return context.Stopped is null;
        }

        if (context.IsCollecting)
        {
            context.Report(this, $"Expected items that all differ; items {first} and {second} are both {Shown.Json(instance.Element[second])}.");
        }

        return false;
    }
}
