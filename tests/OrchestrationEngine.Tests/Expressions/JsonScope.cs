using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Tests.Expressions;

/// <summary>A scope whose roots are the members of one JSON object.</summary>
internal sealed class JsonScope(string json) : IExpressionScope
{
    private readonly JsonElement _roots = JsonDocument.Parse(json, new() { MaxDepth = 100_000 }).RootElement;

    public bool TryResolve(DataPath path, out JsonElement value, [NotNullWhen(false)] out string? problem)
    {
        if (_roots.TryGetProperty(path.Root, out var root))
        {
            return DataPath.TryFollow(path, 0, root, out value, out problem);
        }

        value = default;
        problem = $"There is no '{path.Root}'.";
        return false;
    }
}
