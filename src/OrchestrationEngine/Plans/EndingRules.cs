using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>That what an expression reads has ended, or will be waited for, when it is read.</summary>
internal static class EndingRules
{
    /// <summary>Checks a path to a task.</summary>
    public static void Check(PlanCheck check, PlanPointer at, DataPath path, int source, NamePlace place)
    {
        switch (place.Kind)
        {
            case PlaceKind.TaskStart when source == place.Task:
                CheckSelf(check, at, path, place);
                break;
            case PlaceKind.TaskStart:
                CheckLoop(check, at, source, place.Task);
                break;
            case PlaceKind.PhaseStart when !IsBefore(check, check.Names.PhaseOf(source), place.Phase):
                // Only phases count: a task that another phase waits for can still be running when that other phase is skipped or stopped.
                var phase = check.Names.PhaseOf(source);
                var where = phase == place.Phase ? "is in this phase itself" : $"is in phase '{check.Names.Phases[phase]?.Id}', on which this phase does not depend";
                check.Problem(
                    PlanProblemKinds.MayNotHaveEnded,
                    at,
                    $"The condition reads '{path}', but task '{check.Names.Task(source)?.Id}' {where}, so it may not have ended when the phase is to start.",
                    check.Names.Task(source)?.Id);
                break;
        }
    }

    /// <summary>Checks a path to a phase.</summary>
    public static void CheckPhase(PlanCheck check, PlanPointer at, DataPath path, int source, NamePlace place)
    {
        if (place.Kind is PlaceKind.PhaseStart or PlaceKind.TaskStart && source != place.Phase && !IsBefore(check, source, place.Phase))
        {
            check.Problem(
                PlanProblemKinds.MayNotHaveEnded,
                at,
                $"'{path}' is read when phase '{check.Names.Phases[place.Phase]?.Id}' is under way, which does not depend on phase '{check.Names.Phases[source]?.Id}', so that one may not have ended.",
                check.Names.Phases[source]?.Id);
        }
    }

    /// <summary>Checks that a task may use a task of a phase that is repeated: it has to wait for the last turn.</summary>
    public static void CheckLoop(PlanCheck check, PlanPointer at, int source, int task)
    {
        var (from, to) = (check.Names.PhaseOf(source), check.Names.PhaseOf(task));
        if (from != to && check.Names.Phases[from]?.Repeat is not null && !IsBefore(check, from, to))
        {
            check.Problem(
                PlanProblemKinds.OutsideOfLoop,
                at,
                $"Task '{check.Names.Task(source)?.Id}' is in phase '{check.Names.Phases[from]?.Id}', which is repeated; it can be used only in phases that depend on that phase, and '{check.Names.Phases[to]?.Id}' does not.",
                check.Names.Task(source)?.Id);
        }
    }

    private static void CheckSelf(PlanCheck check, PlanPointer at, DataPath path, NamePlace place)
    {
        if (check.Names.Task(place.Task) is { Repeat: null } task && check.Names.Phases[place.Phase]?.Repeat is null)
        {
            check.Problem(
                PlanProblemKinds.DependsOnItself,
                at,
                path.Segments.Count > 1 && path.Segments[1].Key == PlanPaths.Output
                    ? $"'{path}' is bound to the output of task '{task.Id}' itself, which is not repeated."
                    : $"'{path}' reads task '{task.Id}' itself before it starts.",
                task.Id);
        }
    }

    private static bool IsBefore(PlanCheck check, int phase, int later) => phase != later && check.Edges.PhasesBefore(later)[phase];
}
