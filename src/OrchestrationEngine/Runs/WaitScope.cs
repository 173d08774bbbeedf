using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Runs;

/// <summary>What the names of a wait's <c>where</c> mean: beside those of the task, <c>signal.payload</c> and <c>signal.name</c>.</summary>
internal sealed class WaitScope(IExpressionScope outer, RunSignal signal) : IExpressionScope
{
    private JsonElement? _payload;

    /// <inheritdoc/>
    public bool TryResolve(DataPath path, out JsonElement value, [NotNullWhen(false)] out string? problem)
    {
        if (path.Root != "signal")
        {
            return outer.TryResolve(path, out value, out problem);
        }

        switch (path.Segments)
        {
            case [{ Key: "payload" }, ..]:
                return DataPath.TryFollow(path, 1, _payload ??= signal.Payload.ToElement(), out value, out problem);
            case [{ Key: "name" }]:
                value = Plans.JsonData.String(signal.Name).ToElement();
                problem = null;
                return true;
            default:
                value = default;
                problem = $"'{path}' is not known: a signal has signal.payload and signal.name.";
                return false;
        }
    }
}
