using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>What must hold for the condition of a phase: that what it reads is there when it is read.</summary>
internal static class ConditionRules
{
    public static void Check(PlanCheck check, int phase, ConditionExpression condition, PlanPointer at)
    {
        bool[]? before = null;
        foreach (var path in condition.References)
        {
            if (!PathRules.Check(check, at, path, out var task) || task < 0)
            {
                continue;
            }

            // Only phases count: a task that another phase waits for can still be running when that other phase is skipped or stopped.
            var source = check.Names.PhaseOf(task);
            before ??= check.Edges.PhasesBefore(phase);
            if (source == phase || !before[source])
            {
                var where = source == phase ? "is in this phase itself" : $"is in phase '{check.Names.Phases[source]?.Id}', on which this phase does not depend";
                check.Problem(
                    at,
                    $"The condition reads '{path}', but task '{check.Names.Task(task)?.Id}' {where}, so it may not have ended when the phase is to start.",
                    check.Names.Task(task)?.Id);
            }
        }
    }
}
