using System.Text.Json;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Handoffs;

/// <summary>A condition over the content holds.</summary>
internal sealed class ExpressionRule(ConditionExpression condition) : ContractRule
{
    private const int MostShown = 5;

    public override async ValueTask CheckAsync(ContractCheck check, CancellationToken cancellationToken)
    {
        if (!await check.CanLookInsideAsync(cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var scope = new ContentScope(check.Content.Root);
        var result = condition.Evaluate(scope);
        if (result.IsError)
        {
            check.Add("expression", $"The condition '{condition.Text}' can't be decided. {result.Error}", expected: condition.Text);
        }
        else if (!result.IsTrue)
        {
            check.Add("expression", $"The condition '{condition.Text}' does not hold.", LocationOf(condition.References), condition.Text, Found(scope));
        }
    }

    private static string LocationOf(IReadOnlyList<DataPath> references)
    {
        if (references is not [var only])
        {
            return "";
        }

        var pointer = only.Root == ContentScope.Whole ? "" : JsonPointers.Append("", only.Root);
        return only.Segments.Aggregate(pointer, (at, step) => step.Key is { } key ? JsonPointers.Append(at, key) : JsonPointers.Append(at, step.Index));
    }

    private string? Found(ContentScope scope)
    {
        var values = condition.References.Where(path => path.Segments.Count > 0 || path.Root != ContentScope.Whole).Take(MostShown)
            .Select(path => $"{path} is {(scope.TryResolve(path, out var value, out _) && value.ValueKind != JsonValueKind.Undefined ? Shown.Value(value) : "missing")}");
        return string.Join(", ", values) is { Length: > 0 } text ? text : null;
    }
}
