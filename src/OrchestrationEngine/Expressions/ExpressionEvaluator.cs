namespace OrchestrationEngine.Expressions;

/// <summary>Computes a tree's value. Whatever the data holds, the outcome is a value or an error value.</summary>
internal static class ExpressionEvaluator
{
    public static ExpressionValue Evaluate(ExpressionNode node, IExpressionScope scope) => node switch
    {
        ExpressionNode.Literal literal => literal.Value,
        ExpressionNode.Reference reference => Resolve(reference.Path, scope),
        ExpressionNode.Negation negation => Negate(Evaluate(negation.Operand, scope)),
        ExpressionNode.Equality equality => Compare(equality, scope),
        ExpressionNode.All all => Combine(all.Operands, scope, absorbing: false),
        ExpressionNode.Any any => Combine(any.Operands, scope, absorbing: true),
        _ => throw new InvalidOperationException($"No rule evaluates {node.GetType().Name}."),
    };

    private static ExpressionValue Resolve(DataPath path, IExpressionScope scope)
    {
        if (!scope.TryResolve(path, out var json, out var problem))
        {
            return ExpressionValue.Failed(problem ?? $"'{path}' has no value.");
        }

        try
        {
            var value = ExpressionValue.Of(json);
            return value.IsError ? ExpressionValue.Failed($"'{path}' has no value.") : value;
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            return ExpressionValue.Failed($"'{path}' is not valid text: {e.Message}");
        }
    }

    private static ExpressionValue Negate(in ExpressionValue value) =>
        value.IsError ? value
        : value.Kind == ExpressionValueKind.Boolean ? ExpressionValue.Of(!value.IsTrue)
        : ExpressionValue.Failed($"'!' needs a boolean, and was given {value.KindName}.");

    private static ExpressionValue Compare(ExpressionNode.Equality equality, IExpressionScope scope)
    {
        var left = Evaluate(equality.Left, scope);
        if (left.IsError)
        {
            return left;
        }

        var right = Evaluate(equality.Right, scope);
        if (right.IsError)
        {
            return right;
        }

        try
        {
            return ExpressionValue.Of(ExpressionValue.AreEqual(left, right) != equality.Negated);
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            return ExpressionValue.Failed($"The values cannot be compared: {e.Message}");
        }
        catch (InsufficientExecutionStackException)
        {
            return ExpressionValue.Failed("The values are nested too deep to be compared.");
        }
    }

    /// <summary>
    /// Joins a chain of one operator. An operand with the absorbing value decides, wherever it stands, so an error is the outcome only when no other
    /// operand decides; then it is the first error.
    /// </summary>
    private static ExpressionValue Combine(ExpressionNode[] operands, IExpressionScope scope, bool absorbing)
    {
        ExpressionValue? error = null;
        foreach (var operand in operands)
        {
            var value = Evaluate(operand, scope);
            if (absorbing ? value.IsTrue : value.IsFalse)
            {
                return value;
            }

            if (value.Kind != ExpressionValueKind.Boolean)
            {
                error ??= value.IsError
                    ? value
                    : ExpressionValue.Failed($"'{(absorbing ? "||" : "&&")}' needs booleans, and was given {value.KindName}.");
            }
        }

        return error ?? ExpressionValue.Of(!absorbing);
    }
}
