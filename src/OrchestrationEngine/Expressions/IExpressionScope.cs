using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace OrchestrationEngine.Expressions;

/// <summary>
/// What the names in an expression mean. Implementations are asked while an expression is evaluated, on its thread, possibly more than once for
/// one path; they must answer without waiting, and the same each time, or evaluation is no longer deterministic.
/// </summary>
public interface IExpressionScope
{
    /// <summary>Looks a whole path up. <see cref="DataPath.TryFollow(DataPath, int, System.Text.Json.JsonElement, out System.Text.Json.JsonElement, out string?)"/> walks the part of it that lies within a JSON value.</summary>
    /// <param name="path">The path.</param>
    /// <param name="value">What it leads to. Its document must stay alive until the evaluation has ended.</param>
    /// <param name="problem">When there is nothing: which part is missing, and what is there instead.</param>
    /// <returns>Whether there is a value; null in JSON is one.</returns>
    bool TryResolve(DataPath path, out JsonElement value, [NotNullWhen(false)] out string? problem);
}
