namespace OrchestrationEngine.Expressions;

/// <summary>The operators of arithmetic. Nothing wraps around: what does not fit is an error.</summary>
internal static class Arithmetic
{
    private const string Overflow = "The result does not fit into a whole number of 64 bits.";

    public static ExpressionValue Negate(in ExpressionValue value) => value.Kind switch
    {
        ExpressionValueKind.Error => value,
        ExpressionValueKind.Integer => value.Integer == long.MinValue ? ExpressionValue.Failed(Overflow) : ExpressionValue.Of(-value.Integer),
        ExpressionValueKind.Double => ExpressionValue.Of(-value.Number),
        _ => ExpressionValue.Failed($"'-' needs a number, and was given {value.KindName}."),
    };

    public static ExpressionValue Compute(TokenKind symbol, in ExpressionValue left, in ExpressionValue right, Evaluation evaluation) => (left.Kind, right.Kind) switch
    {
        (ExpressionValueKind.Integer, ExpressionValueKind.Integer) => Integers(symbol, left.Integer, right.Integer),
        (ExpressionValueKind.Double, ExpressionValueKind.Double) when symbol != TokenKind.Remainder => Doubles(symbol, left.Number, right.Number),
        (ExpressionValueKind.String, ExpressionValueKind.String) when symbol == TokenKind.Plus => Join(left.Text, right.Text, evaluation),
        (ExpressionValueKind.List, ExpressionValueKind.List) when symbol == TokenKind.Plus => Join(left, right, evaluation),
        (ExpressionValueKind.Timestamp or ExpressionValueKind.Duration, ExpressionValueKind.Timestamp or ExpressionValueKind.Duration)
            when symbol is TokenKind.Plus or TokenKind.Minus => Times.Compute(symbol, left, right) ?? Mismatch(symbol, left, right),
        _ => Mismatch(symbol, left, right),
    };

    private static ExpressionValue Integers(TokenKind symbol, long left, long right)
    {
        if (symbol is TokenKind.Divide or TokenKind.Remainder)
        {
            return right == 0 ? ExpressionValue.Failed(symbol == TokenKind.Divide ? "A whole number cannot be divided by zero." : "There is no remainder of a division by zero.")
                : right != -1 ? ExpressionValue.Of(symbol == TokenKind.Divide ? left / right : left % right)
                : left == long.MinValue ? ExpressionValue.Failed(Overflow)
                : ExpressionValue.Of(symbol == TokenKind.Divide ? -left : 0);
        }

        var result = symbol switch
        {
            TokenKind.Plus => (Int128)left + right,
            TokenKind.Minus => (Int128)left - right,
            _ => (Int128)left * right,
        };
        return result >= long.MinValue && result <= long.MaxValue ? ExpressionValue.Of((long)result) : ExpressionValue.Failed(Overflow);
    }

    private static ExpressionValue Doubles(TokenKind symbol, double left, double right) => ExpressionValue.Of(symbol switch
    {
        TokenKind.Plus => left + right,
        TokenKind.Minus => left - right,
        TokenKind.Times => left * right,
        _ => left / right,
    });

    private static ExpressionValue Join(string left, string right, Evaluation evaluation) =>
        evaluation.TryMakeText((long)left.Length + right.Length) ? ExpressionValue.Of(left + right) : evaluation.Exhausted;

    private static ExpressionValue Join(in ExpressionValue left, in ExpressionValue right, Evaluation evaluation)
    {
        if (!evaluation.TryMakeList((long)Collections.Count(left) + Collections.Count(right)))
        {
            return evaluation.Exhausted;
        }

        var first = Collections.ToArray(left, evaluation, out var problem);
        var second = first is null ? null : Collections.ToArray(right, evaluation, out problem);
        return second is null ? problem : ExpressionValue.Of([.. first!, .. second]);
    }

    private static ExpressionValue Mismatch(TokenKind symbol, in ExpressionValue left, in ExpressionValue right) => ExpressionValue.Failed(
        left.IsNumber && right.IsNumber
            ? symbol == TokenKind.Remainder
                ? "'%' needs two whole numbers; convert with int()."
                : $"'{Symbols.Of(symbol)}' needs two numbers of one type, and was given an int and a double; convert with double() or int()."
            : $"'{Symbols.Of(symbol)}' cannot be used with {left.KindName} and {right.KindName}.");
}
