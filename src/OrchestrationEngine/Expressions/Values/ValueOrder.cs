namespace OrchestrationEngine.Expressions;

/// <summary>CEL's order: of numbers by value whatever their type, of texts by code points, of booleans, timestamps and durations.</summary>
internal static class ValueOrder
{
    public static ExpressionValue Compare(TokenKind symbol, in ExpressionValue left, in ExpressionValue right, Evaluation evaluation)
    {
        if (left.Kind == ExpressionValueKind.String && right.Kind == ExpressionValueKind.String && !evaluation.TryRead(Math.Min(left.Text.Length, right.Text.Length)))
        {
            return evaluation.Exhausted;
        }

        if (Order(left, right, out var isComparable) is { } order)
        {
            return ExpressionValue.Of(symbol switch
            {
                TokenKind.Less => order < 0,
                TokenKind.LessOrEqual => order <= 0,
                TokenKind.Greater => order > 0,
                _ => order >= 0,
            });
        }

        // What is not a number is neither less nor greater than any.
        return isComparable
            ? ExpressionValue.Of(false)
            : ExpressionValue.Failed($"{left.KindName} and {right.KindName} have no order; '{Symbols.Of(symbol)}' compares two numbers, texts, timestamps, durations or booleans.");
    }

    /// <summary>The sign of the order of two values, or null when they have none.</summary>
    public static int? Order(in ExpressionValue left, in ExpressionValue right, out bool isComparable)
    {
        isComparable = true;
        switch (left.Kind, right.Kind)
        {
            case (ExpressionValueKind.Integer, ExpressionValueKind.Integer):
            case (ExpressionValueKind.Boolean, ExpressionValueKind.Boolean):
            case (ExpressionValueKind.Duration, ExpressionValueKind.Duration):
                return left.Integer.CompareTo(right.Integer);
            case (ExpressionValueKind.Timestamp, ExpressionValueKind.Timestamp):
                return (left.Seconds, left.Nanoseconds).CompareTo((right.Seconds, right.Nanoseconds));
            case (ExpressionValueKind.String, ExpressionValueKind.String):
                return Texts(left.Text, right.Text);
            case (ExpressionValueKind.Integer or ExpressionValueKind.Double, ExpressionValueKind.Integer or ExpressionValueKind.Double):
                return Mixed(left, right);
            default:
                isComparable = false;
                return null;
        }
    }

    private static int? Mixed(in ExpressionValue left, in ExpressionValue right) =>
        double.IsNaN(left.Number) || double.IsNaN(right.Number) ? null
        : left.Kind == ExpressionValueKind.Integer ? Numbers.Compare(left.Integer, right.Number)
        : right.Kind == ExpressionValueKind.Integer ? -Numbers.Compare(right.Integer, left.Number)
        : left.Number.CompareTo(right.Number);

    // UTF-16 puts the surrogates before U+E000; by code points they come last.
    private static int Texts(string left, string right)
    {
        var same = left.AsSpan().CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        var (ours, theirs) = (left[same], right[same]);
        var isOurPair = char.IsSurrogate(ours);
        return isOurPair == char.IsSurrogate(theirs) ? ours.CompareTo(theirs) : isOurPair ? 1 : -1;
    }
}
