using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Reference;

/// <summary>What a join says.</summary>
internal enum JoinVerdict
{
    /// <summary>Not yet.</summary>
    Wait,

    /// <summary>It is complete.</summary>
    Run,

    /// <summary>It can't be complete any more.</summary>
    Missing,

    /// <summary>Its expression can't be read.</summary>
    Error,
}

/// <summary>Joins, by counting.</summary>
internal static class ReferenceJoin
{
    public static JoinVerdict Of(ReferenceTask task, Func<ConditionExpression, bool?> evaluate)
    {
        var sources = task.JoinSources;
        var arrived = sources.Count(source => source.Status == RunTaskStatus.Succeeded);
        var open = sources.Count(source => !source.HasEnded);
        if (sources.Count == 0)
        {
            return JoinVerdict.Run;
        }

        return task.Definition.Join.Kind switch
        {
            JoinKind.None => JoinVerdict.Run,
            JoinKind.Any or JoinKind.First => AtLeast(1),
            JoinKind.AtLeast => AtLeast(task.Definition.Join.Count),

            // Before one of them has ended there is nothing to look at.
            JoinKind.Until when open == sources.Count => JoinVerdict.Wait,
            JoinKind.Until => Until(evaluate(task.Definition.Join.Condition!)),
            _ when open > 0 => JoinVerdict.Wait,
            JoinKind.Activated => arrived > 0 && sources.All(source => source.Status is RunTaskStatus.Succeeded or RunTaskStatus.Skipped) ? JoinVerdict.Run : JoinVerdict.Missing,
            _ => arrived == sources.Count ? JoinVerdict.Run : JoinVerdict.Missing,
        };

        JoinVerdict AtLeast(int count) => arrived >= count ? JoinVerdict.Run : open + arrived < count ? JoinVerdict.Missing : JoinVerdict.Wait;

        JoinVerdict Until(bool? holds) => (holds, open) switch
        {
            (true, _) => JoinVerdict.Run,
            (_, > 0) => JoinVerdict.Wait,
            (false, _) => JoinVerdict.Missing,
            _ => JoinVerdict.Error,
        };
    }
}
