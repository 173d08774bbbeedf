using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace OrchestrationEngine.Expressions;

/// <summary>Computes a tree's value. Whatever the data holds, the outcome is a value or an error value.</summary>
internal static class ExpressionEvaluator
{
    public static ExpressionValue Evaluate(ExpressionNode node, Evaluation evaluation)
    {
        if (!evaluation.TrySpend(1))
        {
            return evaluation.Exhausted;
        }

        return node switch
        {
            ExpressionNode.Literal literal => literal.Value,
            ExpressionNode.Reference reference => evaluation.Resolve(reference),
            ExpressionNode.Binary binary => Binary(binary, evaluation),
            ExpressionNode.All all => Combine(all.Operands, evaluation, absorbing: false),
            ExpressionNode.Any any => Combine(any.Operands, evaluation, absorbing: true),
            ExpressionNode.Negation negation => Negate(Evaluate(negation.Operand, evaluation)),
            ExpressionNode.Variable variable => evaluation[variable.Slot],
            ExpressionNode.Member member => Member(member, evaluation),
            ExpressionNode.Index index => Index(index, evaluation),
            ExpressionNode.Presence presence => Has(presence, evaluation),
            ExpressionNode.Call call => Call(call, evaluation),
            ExpressionNode.Macro macro => MacroEvaluator.Evaluate(macro, evaluation),
            ExpressionNode.Choice choice => Choose(choice, evaluation),
            ExpressionNode.Minus minus => Arithmetic.Negate(Evaluate(minus.Operand, evaluation)),
            ExpressionNode.List list => List(list, evaluation),
            ExpressionNode.Map map => Map(map, evaluation),
            _ => throw new InvalidOperationException($"No rule evaluates {node.GetType().Name}."),
        };
    }

    private static ExpressionValue Binary(ExpressionNode.Binary node, Evaluation evaluation)
    {
        if (node.Symbol is TokenKind.Equal or TokenKind.NotEqual && TryCompareText(node, evaluation, out var isSame))
        {
            return ExpressionValue.Of(isSame == (node.Symbol == TokenKind.Equal));
        }

        var left = Evaluate(node.Left, evaluation);
        if (left.IsError)
        {
            return left;
        }

        var right = Evaluate(node.Right, evaluation);
        if (right.IsError)
        {
            return right;
        }

        return node.Symbol switch
        {
            TokenKind.Equal => ValueEquality.Compare(left, right, evaluation),
            TokenKind.NotEqual => Negate(ValueEquality.Compare(left, right, evaluation)),
            TokenKind.Less or TokenKind.LessOrEqual or TokenKind.Greater or TokenKind.GreaterOrEqual => ValueOrder.Compare(node.Symbol, left, right, evaluation),
            TokenKind.In => Collections.Contains(right, left, evaluation),
            _ => Arithmetic.Compute(node.Symbol, left, right, evaluation),
        };
    }

    /// <summary>The commonest condition, a path and a text, without copying the text. Anything unusual is left to the general rule.</summary>
    private static bool TryCompareText(ExpressionNode.Binary node, Evaluation evaluation, out bool isSame)
    {
        isSame = false;
        if (node is not { Left: ExpressionNode.Reference reference, Right: ExpressionNode.Literal { Value: { Kind: ExpressionValueKind.String } text } }
            || !evaluation.TryLookUp(reference, out var json)
            || json.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        var content = JsonMarshal.GetRawUtf8Value(json)[1..^1];
        if (!evaluation.TryRead(content.Length) || !Ascii.IsValid(content) || content.Contains((byte)'\\'))
        {
            return false;
        }

        isSame = Ascii.Equals(content, text.Text);
        return true;
    }

    private static ExpressionValue Negate(in ExpressionValue value) =>
        value.IsError ? value
        : value.Kind == ExpressionValueKind.Boolean ? ExpressionValue.Of(!value.IsTrue)
        : ExpressionValue.Failed($"'!' needs a boolean, and was given {value.KindName}.");

    /// <summary>
    /// Joins a chain of one operator. An operand with the absorbing value decides, wherever it stands, so an error is the outcome only when no other
    /// operand decides; then it is the first error.
    /// </summary>
    private static ExpressionValue Combine(ExpressionNode[] operands, Evaluation evaluation, bool absorbing)
    {
        ExpressionValue? error = null;
        foreach (var operand in operands)
        {
            var value = Evaluate(operand, evaluation);
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

    private static ExpressionValue Choose(ExpressionNode.Choice choice, Evaluation evaluation)
    {
        var condition = Evaluate(choice.Condition, evaluation);
        return condition.IsTrue ? Evaluate(choice.WhenTrue, evaluation)
            : condition.IsFalse ? Evaluate(choice.WhenFalse, evaluation)
            : condition.IsError ? condition
            : ExpressionValue.Failed($"'?' needs a boolean before it, and was given {condition.KindName}.");
    }

    private static ExpressionValue Member(ExpressionNode.Member node, Evaluation evaluation)
    {
        var operand = Evaluate(node.Operand, evaluation);
        return operand.IsError ? operand : Collections.Member(operand, node.Key, node.Operand, evaluation);
    }

    private static ExpressionValue Index(ExpressionNode.Index node, Evaluation evaluation)
    {
        var operand = Evaluate(node.Operand, evaluation);
        if (operand.IsError)
        {
            return operand;
        }

        var key = Evaluate(node.Key, evaluation);
        return key.IsError ? key : Collections.Index(operand, key, node.Operand, evaluation);
    }

    private static ExpressionValue Has(ExpressionNode.Presence node, Evaluation evaluation)
    {
        if (node.Whole is { } whole && !evaluation.Resolve(whole).IsError)
        {
            return ExpressionValue.Of(true);
        }

        var operand = Evaluate(node.Operand, evaluation);
        return operand.IsError ? operand : Collections.Has(operand, node.Key, node.Operand, evaluation);
    }

    private static ExpressionValue List(ExpressionNode.List node, Evaluation evaluation)
    {
        if (!evaluation.TryMakeList(node.Items.Length))
        {
            return evaluation.Exhausted;
        }

        var items = new ExpressionValue[node.Items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Evaluate(node.Items[i], evaluation);
            if (items[i].IsError)
            {
                return items[i];
            }
        }

        return ExpressionValue.Of(items);
    }

    private static ExpressionValue Map(ExpressionNode.Map node, Evaluation evaluation)
    {
        if (!evaluation.TryMakeList(node.Keys.Length * 3))
        {
            return evaluation.Exhausted;
        }

        var entries = new ExpressionMap(node.Keys.Length);
        for (var i = 0; i < node.Keys.Length; i++)
        {
            var key = Evaluate(node.Keys[i], evaluation);
            var value = key.IsError ? key : Evaluate(node.Values[i], evaluation);
            if (value.IsError)
            {
                return value;
            }

            if (key.Kind == ExpressionValueKind.Double || !MapKey.TryMake(key, out var mapKey))
            {
                return ExpressionValue.Failed($"A key of an object is a string, a whole number or a boolean, not {key.KindName}.");
            }

            if (!entries.TryAdd(mapKey, value))
            {
                return ExpressionValue.Failed($"The key {mapKey} stands twice in one object.");
            }
        }

        return ExpressionValue.Of(entries);
    }

    private static ExpressionValue Call(ExpressionNode.Call call, Evaluation evaluation)
    {
        var few = default(FewValues);
        Span<ExpressionValue> arguments = call.Arguments.Length <= FewValues.Length ? few : new ExpressionValue[call.Arguments.Length];
        arguments = arguments[..call.Arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Evaluate(call.Arguments[i], evaluation);
            if (arguments[i].IsError)
            {
                return arguments[i];
            }
        }

        return call.Pattern is { } pattern ? PatternFunctions.Matches(arguments, pattern, evaluation) : call.Function.Body(arguments, evaluation);
    }

    [InlineArray(Length)]
    private struct FewValues
    {
        public const int Length = 4;
        private ExpressionValue _first;
    }
}
