using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>Finds conditions that always give the same, because they read nothing.</summary>
internal static class ConstantCondition
{
    public static bool IsFalse(ConditionExpression? condition) => Value(condition) == false;

    public static bool IsTrue(ConditionExpression? condition) => Value(condition) == true;

    private static bool? Value(ConditionExpression? condition) => condition is { References.Count: 0 } ? condition.Evaluate(Nothing.Instance).Value : null;

    private sealed class Nothing : IExpressionScope
    {
        public static readonly Nothing Instance = new();

        public bool TryResolve(DataPath path, out JsonElement value, [NotNullWhen(false)] out string? problem)
        {
            value = default;
            problem = "Nothing has a name here.";
            return false;
        }
    }
}
