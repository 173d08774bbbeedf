namespace OrchestrationEngine.Expressions;

/// <summary>What can be known of a tree without data.</summary>
internal static class Constants
{
    /// <summary>Makes a list of constants a constant, so that it is not made again for each evaluation.</summary>
    public static ExpressionNode Fold(ExpressionNode.List list) =>
        ValuesOf(list.Items) is { } items ? new ExpressionNode.Literal(ExpressionValue.Of(items)) : list;

    /// <summary>Makes a map of constants a constant, unless its evaluation is an error.</summary>
    public static ExpressionNode Fold(ExpressionNode.Map map)
    {
        if (ValuesOf(map.Keys) is not { } keys || ValuesOf(map.Values) is not { } values)
        {
            return map;
        }

        var entries = new ExpressionMap(keys.Length);
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i].Kind == ExpressionValueKind.Double || !MapKey.TryMake(keys[i], out var key) || !entries.TryAdd(key, values[i]))
            {
                return map;
            }
        }

        return new ExpressionNode.Literal(ExpressionValue.Of(entries));
    }

    /// <summary>The step of a path that a constant index is.</summary>
    public static DataPathSegment? ToSegment(ExpressionNode index) => index is not ExpressionNode.Literal { Value: var value } ? null : value.Kind switch
    {
        ExpressionValueKind.String => DataPathSegment.Member(value.Text),
        ExpressionValueKind.Integer when value.Integer is >= 0 and <= int.MaxValue => DataPathSegment.Element((int)value.Integer),
        _ => null,
    };

    private static ExpressionValue[]? ValuesOf(ExpressionNode[] nodes)
    {
        var values = new ExpressionValue[nodes.Length];
        for (var i = 0; i < nodes.Length; i++)
        {
            if (nodes[i] is not ExpressionNode.Literal literal)
            {
                return null;
            }

            values[i] = literal.Value;
        }

        return values;
    }
}
