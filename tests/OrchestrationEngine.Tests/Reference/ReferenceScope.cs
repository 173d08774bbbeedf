using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Reference;

/// <summary>What names mean, by building the whole document of all names and looking into it.</summary>
internal sealed class ReferenceScope(IEnumerable<ReferencePhase> phases, string inputs, int? turn = null) : IExpressionScope
{
    public bool TryResolve(DataPath path, out JsonElement value, [NotNullWhen(false)] out string? problem)
    {
        var tasks = phases.SelectMany(phase => phase.Tasks).ToDictionary(
            task => task.Id,
            task => new
            {
                output = Json(task.Status == RunTaskStatus.Succeeded || turn is not null ? task.Output : null),
                outputs = task.Outputs.Select(Json),
                status = task.Status.ToString().ToLowerInvariant(),
                turn = task.Turn,
            });
        var all = JsonSerializer.SerializeToElement(new { inputs = Json(inputs), tasks, turn });
        if (all.TryGetProperty(path.Root, out var root))
        {
            return DataPath.TryFollow(path, 0, root, out value, out problem);
        }

        (value, problem) = (default, $"There is no '{path.Root}'.");
        return false;
    }

    private static JsonElement Json(string? text) => JsonDocument.Parse(text ?? "null").RootElement;
}
