using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace OrchestrationEngine.Expressions;

/// <summary>All functions of the language by name.</summary>
internal static class ExpressionFunctions
{
    private const int Any = int.MaxValue;

    private static readonly FrozenDictionary<string, ExpressionFunction> ByName = new ExpressionFunction[]
    {
        new("size", CallForm.Both, 1, 1, Size),
        new("matches", CallForm.Both, 2, 2, PatternFunctions.Matches),
        new("contains", CallForm.Method, 2, 2, TextFunctions.Contains),
        new("startsWith", CallForm.Method, 2, 2, TextFunctions.StartsWith),
        new("endsWith", CallForm.Method, 2, 2, TextFunctions.EndsWith),
        new("lowerAscii", CallForm.Method, 1, 1, TextFunctions.LowerAscii),
        new("upperAscii", CallForm.Method, 1, 1, TextFunctions.UpperAscii),
        new("trim", CallForm.Method, 1, 1, TextFunctions.Trim),
        new("split", CallForm.Method, 2, 3, TextListFunctions.Split),
        new("join", CallForm.Method, 1, 2, TextListFunctions.Join),
        new("replace", CallForm.Method, 3, 4, TextListFunctions.Replace),
        new("substring", CallForm.Method, 2, 3, TextFunctions.Substring),
        new("int", CallForm.Function, 1, 1, Conversions.ToInteger),
        new("uint", CallForm.Function, 1, 1, Conversions.ToUnsigned),
        new("double", CallForm.Function, 1, 1, Conversions.ToDouble),
        new("string", CallForm.Function, 1, 1, Conversions.ToText),
        new("bool", CallForm.Function, 1, 1, Conversions.ToBoolean),
        new("timestamp", CallForm.Function, 1, 1, Conversions.ToTimestamp),
        new("duration", CallForm.Function, 1, 1, Conversions.ToDuration),
        new("type", CallForm.Function, 1, 1, Conversions.TypeOf),
        new("dyn", CallForm.Function, 1, 1, (arguments, _) => arguments[0]),
        new("getFullYear", CallForm.Method, 1, 2, Times.GetFullYear),
        new("getMonth", CallForm.Method, 1, 2, Times.GetMonth),
        new("getDate", CallForm.Method, 1, 2, Times.GetDate),
        new("getDayOfMonth", CallForm.Method, 1, 2, Times.GetDayOfMonth),
        new("getDayOfWeek", CallForm.Method, 1, 2, Times.GetDayOfWeek),
        new("getDayOfYear", CallForm.Method, 1, 2, Times.GetDayOfYear),
        new("getHours", CallForm.Method, 1, 2, Times.GetHours),
        new("getMinutes", CallForm.Method, 1, 2, Times.GetMinutes),
        new("getSeconds", CallForm.Method, 1, 2, Times.GetSeconds),
        new("getMilliseconds", CallForm.Method, 1, 2, Times.GetMilliseconds),
        new("math.greatest", CallForm.Function, 1, Any, (arguments, evaluation) => MathFunctions.Extreme("math.greatest", 1, arguments, evaluation)),
        new("math.least", CallForm.Function, 1, Any, (arguments, evaluation) => MathFunctions.Extreme("math.least", -1, arguments, evaluation)),
    }.ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    /// <summary>The macros that go through a list or a map, by name.</summary>
    public static FrozenDictionary<string, MacroKind> Macros { get; } = new Dictionary<string, MacroKind>
    {
        ["all"] = MacroKind.All,
        ["exists"] = MacroKind.Exists,
        ["exists_one"] = MacroKind.ExistsOne,
        ["existsOne"] = MacroKind.ExistsOne,
        ["filter"] = MacroKind.Filter,
        ["map"] = MacroKind.Map,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Names => ByName.Keys.Concat(Macros.Keys).Append("has");

    public static bool TryGet(string name, [NotNullWhen(true)] out ExpressionFunction? function) => ByName.TryGetValue(name, out function);

    private static ExpressionValue Size(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) => arguments[0].Kind switch
    {
        ExpressionValueKind.String => TextFunctions.Size(arguments[0].Text, evaluation),
        ExpressionValueKind.List or ExpressionValueKind.Map => Collections.Size(arguments[0], evaluation),
        _ => ExpressionFunction.Mismatch("size", "a text, a list or an object", arguments),
    };
}

/// <summary>The functions of CEL's <c>math</c> extension that are here.</summary>
internal static class MathFunctions
{
    public static ExpressionValue Extreme(string name, int sign, ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation)
    {
        if (arguments.Length == 1 && arguments[0].Kind == ExpressionValueKind.List)
        {
            if (Collections.ToArray(arguments[0], evaluation, out var problem) is not { } items)
            {
                return problem;
            }

            return items.Length > 0 && evaluation.TrySpend(items.Length) ? Extreme(name, sign, items.AsSpan())
                : evaluation.IsExhausted ? evaluation.Exhausted
                : ExpressionValue.Failed($"'{name}' needs at least one number.");
        }

        return Extreme(name, sign, arguments);
    }

    private static ExpressionValue Extreme(string name, int sign, ReadOnlySpan<ExpressionValue> numbers)
    {
        var best = numbers[0];
        foreach (ref readonly var number in numbers)
        {
            if (!number.IsNumber)
            {
                return ExpressionValue.Failed($"'{name}' needs numbers, and was given {number.KindName}.");
            }

            if (ValueOrder.Order(number, best, out _) is { } order && order * sign > 0)
            {
                best = number;
            }
        }

        return best;
    }
}
