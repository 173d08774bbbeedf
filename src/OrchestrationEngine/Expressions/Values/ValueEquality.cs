using System.Runtime.CompilerServices;
using System.Text.Json;

namespace OrchestrationEngine.Expressions;

/// <summary>
/// CEL's equality: numbers by value whatever their type, lists and objects by their parts, values of different types not equal.
/// </summary>
internal static class ValueEquality
{
    /// <summary>Compares two values that are not errors.</summary>
    /// <returns>True or false, or an error when a part cannot be read.</returns>
    public static ExpressionValue Compare(in ExpressionValue left, in ExpressionValue right, Evaluation evaluation)
    {
        try
        {
            var result = Equal(left, right, evaluation);
            return result.IsError && !evaluation.IsExhausted ? ExpressionValue.Failed($"The values cannot be compared: {result.Error}") : result;
        }
        catch (InsufficientExecutionStackException)
        {
            return ExpressionValue.Failed("The values are nested too deep to be compared.");
        }
    }

    private static ExpressionValue Equal(in ExpressionValue left, in ExpressionValue right, Evaluation evaluation) => (left.Kind, right.Kind) switch
    {
        (ExpressionValueKind.String, ExpressionValueKind.String) => Texts(left.Text, right.Text, evaluation),
        (ExpressionValueKind.Double, ExpressionValueKind.Double) => ExpressionValue.Of(left.Number == right.Number),
        (ExpressionValueKind.Integer, ExpressionValueKind.Double) => ExpressionValue.Of(Numbers.AreEqual(left.Integer, right.Number)),
        (ExpressionValueKind.Double, ExpressionValueKind.Integer) => ExpressionValue.Of(Numbers.AreEqual(right.Integer, left.Number)),
        (ExpressionValueKind.List, ExpressionValueKind.List) => Lists(left, right, evaluation),
        (ExpressionValueKind.Map, ExpressionValueKind.Map) => Maps(left, right, evaluation),
        (ExpressionValueKind.Type, ExpressionValueKind.Type) => ExpressionValue.Of(left.Text == right.Text),
        (ExpressionValueKind.Null, ExpressionValueKind.Null) => ExpressionValue.Of(true),
        _ => ExpressionValue.Of(left.Kind == right.Kind && left.Integer == right.Integer && left.Nanoseconds == right.Nanoseconds),
    };

    private static ExpressionValue Texts(string left, string right, Evaluation evaluation) =>
        left.Length != right.Length ? ExpressionValue.Of(false)
        : evaluation.TryRead(left.Length) ? ExpressionValue.Of(string.Equals(left, right, StringComparison.Ordinal))
        : evaluation.Exhausted;

    private static ExpressionValue Lists(in ExpressionValue left, in ExpressionValue right, Evaluation evaluation)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (Collections.Count(left) != Collections.Count(right))
        {
            return ExpressionValue.Of(false);
        }

        var (ours, theirs) = (Collections.Elements(left), Collections.Elements(right));
        var result = ExpressionValue.Of(true);
        while (ours.TryNext(evaluation, out var our) && theirs.TryNext(evaluation, out var their))
        {
            result = And(result, our, their, evaluation);
            if (result.IsFalse)
            {
                break;
            }
        }

        return evaluation.IsExhausted ? evaluation.Exhausted : result;
    }

    private static ExpressionValue Maps(in ExpressionValue left, in ExpressionValue right, Evaluation evaluation)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (left.Entries is null && right.Entries is null)
        {
            return Documents(left.Json, right.Json, evaluation);
        }

        var keys = Collections.Keys(left, evaluation, out var problem);
        var size = keys is null ? problem : Collections.Size(right, evaluation);
        if (size.IsError || size.Integer != keys!.Length)
        {
            return size.IsError ? size : ExpressionValue.Of(false);
        }

        var result = ExpressionValue.Of(true);
        foreach (var key in keys)
        {
            MapKey.TryMake(key, out var mapKey);
            if (!Collections.TryGet(right, mapKey, evaluation, out var theirs))
            {
                return ExpressionValue.Of(false);
            }

            Collections.TryGet(left, mapKey, evaluation, out var ours);
            result = And(result, ours, theirs, evaluation);
            if (result.IsFalse || evaluation.IsExhausted)
            {
                break;
            }
        }

        return result;
    }

    private static ExpressionValue Documents(JsonElement left, JsonElement right, Evaluation evaluation)
    {
        if (!JsonMembers.TryRead(left, evaluation, out var ours, out var problem) || !JsonMembers.TryRead(right, evaluation, out var theirs, out problem))
        {
            return problem;
        }

        var result = ExpressionValue.Of(ours.Count == theirs.Count);
        foreach (var (name, our) in ours)
        {
            if (result.IsFalse || !theirs.TryGetValue(name, out var their))
            {
                return ExpressionValue.Of(false);
            }

            result = And(result, evaluation.Take(our), evaluation.Take(their), evaluation);
        }

        return result;
    }

    // One part that differs decides, wherever it stands; otherwise one that cannot be read does.
    private static ExpressionValue And(in ExpressionValue soFar, in ExpressionValue left, in ExpressionValue right, Evaluation evaluation)
    {
        var next = left.IsError ? left : right.IsError ? right : Equal(left, right, evaluation);
        return next.IsFalse || !soFar.IsError ? next : soFar;
    }
}
