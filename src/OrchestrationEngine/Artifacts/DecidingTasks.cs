using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Artifacts;

/// <summary>The tasks that decide whether and how often another is done: those that its conditions, and those of its phase, look at.</summary>
internal static class DecidingTasks
{
    public static IReadOnlyList<ArtifactSource> Of(TaskDefinition task, PhaseDefinition phase)
    {
        IEnumerable<IReadOnlyList<DataPath>?> paths = [phase.When?.References, phase.Repeat?.Until.References];
        if (!task.IsPlain)
        {
            paths = [.. paths, task.When?.References, task.SkipWhen?.Condition.References, task.Guard?.References, task.Join.Condition?.References, task.ForEach?.Items.References, task.Repeat?.Until.References];
        }

        return
        [
            .. paths.SelectMany(static found => found ?? [])
                .Select(static path => path is { Root: "tasks", Segments: [{ Key: { } id }, ..] } ? id : null)
                .OfType<string>()
                .Where(id => id != task.Id)
                .Distinct(StringComparer.Ordinal)
                .Select(static id => new ArtifactSource { Kind = BoundSources.Output, Name = id }),
        ];
    }
}
