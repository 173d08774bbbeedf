using System.Text.Json;
using OrchestrationEngine.Plans;

namespace RepositoryReview.Reporting;

/// <summary>
/// Says in plain words why a phase was skipped. The engine says which condition was false; the task that the condition reads
/// says in <c>because</c> why its answer is what it is.
/// </summary>
internal static class SkipReasons
{
    public static string Explain(PhaseDefinition phase, string reason, Func<string, JsonData?> outputOf)
    {
        foreach (var path in phase.When?.References ?? [])
        {
            if (path is { Root: "tasks", Segments: [{ Key: { } task }, _, { Key: { } member }] }
                && outputOf(task) is { IsNull: false } output
                && output.ToElement() is { ValueKind: JsonValueKind.Object } element
                && element.TryGetProperty("because", out var because)
                && because.TryGetProperty(member, out var words))
            {
                return words.GetString() ?? reason;
            }
        }

        return reason;
    }
}
