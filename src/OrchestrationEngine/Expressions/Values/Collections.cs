using System.Text.Json;

namespace OrchestrationEngine.Expressions;

/// <summary>What lists and maps can be asked, wherever they come from.</summary>
internal static class Collections
{
    public static ExpressionValue Size(in ExpressionValue value, Evaluation evaluation)
    {
        if (value.Kind == ExpressionValueKind.List)
        {
            return ExpressionValue.Of((long)Count(value));
        }

        if (value.Entries is { } entries)
        {
            return ExpressionValue.Of((long)entries.Count);
        }

        var keys = Keys(value, evaluation, out var problem);
        return keys is null ? problem : ExpressionValue.Of((long)keys.Length);
    }

    public static int Count(in ExpressionValue list) => list.Items?.Length ?? list.Json.GetArrayLength();

    /// <summary>The elements of a list, for going through them once.</summary>
    public static ElementCursor Elements(in ExpressionValue list) => list.Items is { } items ? new(items) : new(list.Json);

    /// <summary>The elements of a list as an array, which must not be written to.</summary>
    public static ExpressionValue[]? ToArray(in ExpressionValue list, Evaluation evaluation, out ExpressionValue problem)
    {
        problem = default;
        if (list.Items is { } items)
        {
            return items;
        }

        var count = Count(list);
        if (!evaluation.TryMakeList(count))
        {
            problem = evaluation.Exhausted;
            return null;
        }

        items = new ExpressionValue[count];
        var elements = Elements(list);
        for (var i = 0; elements.TryNext(evaluation, out var element); i++)
        {
            if (element.IsError)
            {
                problem = element;
                return null;
            }

            items[i] = element;
        }

        return items;
    }

    /// <summary>The keys of a map, each once.</summary>
    public static ExpressionValue[]? Keys(in ExpressionValue map, Evaluation evaluation, out ExpressionValue problem)
    {
        problem = default;
        var count = map.Entries?.Count ?? map.Json.GetPropertyCount();
        if (!evaluation.TryMakeList(count * 2L))
        {
            problem = evaluation.Exhausted;
            return null;
        }

        if (map.Entries is { } entries)
        {
            return [.. entries.Entries.Select(entry => entry.Key.Value)];
        }

        if (JsonMembers.TryRead(map.Json, evaluation, out var members, out problem))
        {
            return [.. members.Select(member => ExpressionValue.Of(member.Key))];
        }

        return null;
    }

    public static ExpressionValue Member(in ExpressionValue operand, string key, ExpressionNode text, Evaluation evaluation)
    {
        if (operand.Kind != ExpressionValueKind.Map)
        {
            return ExpressionValue.Failed($"'{ExpressionPrinter.Print(text)}' is {operand.KindName}, not an object, so it has no member '{key}'.");
        }

        return TryGet(operand, MapKey.Of(key), evaluation, out var value)
            ? value
            : ExpressionValue.Failed($"'{ExpressionPrinter.Print(text)}' has no member '{key}'.");
    }

    public static ExpressionValue Has(in ExpressionValue operand, string key, ExpressionNode text, Evaluation evaluation) =>
        operand.Kind == ExpressionValueKind.Map
            ? ExpressionValue.Of(TryGet(operand, MapKey.Of(key), evaluation, out _))
            : ExpressionValue.Failed($"'has' needs an object, but '{ExpressionPrinter.Print(text)}' is {operand.KindName}.");

    public static ExpressionValue Index(in ExpressionValue operand, in ExpressionValue key, ExpressionNode text, Evaluation evaluation)
    {
        if (operand.Kind == ExpressionValueKind.Map)
        {
            return !MapKey.TryMake(key, out var mapKey)
                ? ExpressionValue.Failed($"A key of '{ExpressionPrinter.Print(text)}' is a string, a whole number or a boolean, not {key.KindName}.")
                : TryGet(operand, mapKey, evaluation, out var value) ? value
                : ExpressionValue.Failed($"'{ExpressionPrinter.Print(text)}' has no member {mapKey}.");
        }

        if (operand.Kind != ExpressionValueKind.List)
        {
            return ExpressionValue.Failed($"'{ExpressionPrinter.Print(text)}' is {operand.KindName}, so it has neither members nor elements.");
        }

        if (!key.IsNumber || !Numbers.TryToIndex(key, out var index))
        {
            return ExpressionValue.Failed($"An index of '{ExpressionPrinter.Print(text)}' is a whole number, not {(key.IsNumber ? "one with a fraction" : key.KindName)}.");
        }

        var count = Count(operand);
        if (index < 0 || index >= count)
        {
            return ExpressionValue.Failed($"'{ExpressionPrinter.Print(text)}' has no element {index}; it has {count}.");
        }

        // The elements of a document are found by counting.
        return operand.Items is { } items ? items[index]
            : evaluation.TrySpend(1 + (index / 16)) ? evaluation.Take(operand.Json[(int)index])
            : evaluation.Exhausted;
    }

    /// <summary>CEL's <c>in</c>: whether a list has an equal element, or a map the key.</summary>
    public static ExpressionValue Contains(in ExpressionValue collection, in ExpressionValue wanted, Evaluation evaluation)
    {
        if (collection.Kind == ExpressionValueKind.Map)
        {
            return ExpressionValue.Of(MapKey.TryMake(wanted, out var key) && TryGet(collection, key, evaluation, out _));
        }

        if (collection.Kind != ExpressionValueKind.List)
        {
            return ExpressionValue.Failed($"'in' needs a list or an object behind it, and was given {collection.KindName}.");
        }

        var elements = Elements(collection);
        ExpressionValue? error = null;
        while (elements.TryNext(evaluation, out var element))
        {
            var isEqual = element.IsError ? element : ValueEquality.Compare(wanted, element, evaluation);
            if (isEqual.IsTrue)
            {
                return isEqual;
            }

            if (isEqual.IsError)
            {
                error ??= isEqual;
            }
        }

        return error ?? ExpressionValue.Of(false);
    }

    public static bool TryGet(in ExpressionValue map, MapKey key, Evaluation evaluation, out ExpressionValue value)
    {
        if (map.Entries is { } entries)
        {
            return entries.TryGet(key, out value);
        }

        value = default;
        if (key.Text is null)
        {
            return false;
        }

        if (!evaluation.TrySpend(1 + (map.Json.GetPropertyCount() / 16)))
        {
            value = evaluation.Exhausted;
            return true;
        }

        if (!JsonMembers.TryGet(map.Json, key.Text, out var json))
        {
            return false;
        }

        value = evaluation.Take(json);
        return true;
    }
}

/// <summary>Goes through a list once.</summary>
internal struct ElementCursor
{
    private readonly ExpressionValue[]? _items;
    private JsonElement.ArrayEnumerator _json;
    private int _next;

    public ElementCursor(ExpressionValue[] items) => _items = items;

    public ElementCursor(JsonElement json) => _json = json.EnumerateArray();

    /// <summary>Gives the next element; it may be an error. Ends when there is none, or when the evaluation may not spend more.</summary>
    public bool TryNext(Evaluation evaluation, out ExpressionValue element)
    {
        element = default;
        if (!evaluation.TrySpend(1))
        {
            return false;
        }

        if (_items is not null)
        {
            var exists = _next < _items.Length;
            element = exists ? _items[_next++] : default;
            return exists;
        }

        if (!_json.MoveNext())
        {
            return false;
        }

        element = evaluation.Take(_json.Current);
        return true;
    }
}
