using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// Which changes of its plan a run takes. What has begun stays as it is and keeps what it waited for: a phase or a task may be replaced, left out or
/// rewired while it is pending, and nothing may come to stand before something that is not. The plan as it would be passes the same checks as a plan
/// that is started.
/// </summary>
internal static class PatchRules
{
    /// <summary>Decides a patch. A refused one is a fact as well.</summary>
    /// <returns>Why it is refused, or null; what speaks against the patch itself is written so that <see cref="ProblemsOf"/> reads it.</returns>
    public static string? Decide(RunState state, RunCommand.Patch command, List<RunEvent> facts)
    {
        if (state.IsTerminal)
        {
            return $"Run '{state.Id}' has ended as {state.Status}; its plan can't be changed any more. Restart it first, where it can be, or start another run.";
        }

        var problems = Judge(state, command.Changes);
        if (problems.Count == 0)
        {
            facts.Add(new PlanPatched { Patch = command.Changes, Author = command.Author, Reason = command.Reason });
            return null;
        }

        facts.Add(new PlanPatchRefused { Patch = command.Changes, Author = command.Author, Reason = command.Reason, Problems = problems });
        return JsonSerializer.Serialize([.. problems], ProblemJsonContext.Default.PlanProblemArray);
    }

    /// <summary>The problems that a refusal was made of; null when it is a sentence.</summary>
    public static IReadOnlyList<PlanProblem>? ProblemsOf(string refusal)
        => refusal.StartsWith('[') ? JsonSerializer.Deserialize(refusal, ProblemJsonContext.Default.PlanProblemArray) : null;

    /// <summary>
    /// Whether a task has begun, so that it stays as it is. It has not while it is pending, ready or not, and whether or not it was done in an earlier
    /// generation; but it has where another turn of its own follows.
    /// </summary>
    public static bool HasBegun(RunState state, int task) => state.Task(task).Status != RunTaskStatus.Pending || state.TurnOf(task) > 1;

    /// <summary>Whether a phase has begun, so that it stays as it is.</summary>
    public static bool HasBegun(RunState state, PhaseSlot phase) => phase.Status != RunPhaseStatus.Pending;

    /// <summary>Finds everything that speaks against a patch.</summary>
    public static IReadOnlyList<PlanProblem> Judge(RunState state, PlanPatch patch)
    {
        if (state.Stopping is { } stopping)
        {
            return [new PlanProblem { Code = PlanProblemKinds.PatchTooLate.Code, Pointer = string.Empty, Message = $"The run is stopping, to end as {stopping.Outcome} ({stopping.Reason}); nothing new starts." }];
        }

        var isMade = patch.TryApply(state.Graph.Plan, out var patched, out var unmade);
        var problems = new List<PlanProblem>(unmade);
        var places = new PatchPlaces(patch);
        for (var index = 0; index < patch.Changes.Count; index++)
        {
            if (patch.Changes[index] is { } change && Begun(state, change) is { } problem)
            {
                problems.Add(new PlanProblem { Code = PlanProblemKinds.PatchTooLate.Code, Pointer = PlanPatchApplication.PointerTo(index, change), Message = problem.Message, Name = problem.Name });
            }
        }

        if (isMade)
        {
            problems.AddRange(state.VerifyPlan(patched!).Select(problem => places.InPatch(problem, patched!)));
            problems.AddRange(OrderProblems.Find(state, patched!, PlanRenames.None).Select(found => new PlanProblem
            {
                Code = PlanProblemKinds.PatchTooLate.Code,
                Pointer = found.What == "Task" ? places.OfTask(found.Earlier) : places.OfPhase(found.Earlier),
                Message = found.Message,
                Name = found.Earlier,
            }));
        }

        return [.. problems.OrderBy(PatchPlaces.ChangeOf).Take(PlanLimits.Default.MaxProblems)];
    }

    private static (string Message, string Name)? Begun(RunState state, PlanChange change) => change switch
    {
        TaskAddition addition => EndedPhase(state, addition.Phase),
        PhaseReplacement replacement => BegunPhase(state, replacement.Phase.Id, "replaced"),
        PhaseOmission omission => BegunPhase(state, omission.Phase, "left out"),
        PhaseRewiring rewiring => BegunPhase(state, rewiring.Phase, "rewired"),
        TaskReplacement replacement => BegunTask(state, replacement.Task.Id, "replaced"),
        TaskOmission omission => BegunTask(state, omission.Task, "left out"),
        TaskRewiring rewiring => BegunTask(state, rewiring.Task, "rewired"),
        _ => null,
    };

    private static (string Message, string Name)? EndedPhase(RunState state, string id)
    {
        if (!state.Graph.TryGetPhase(id, out var phase))
        {
            return null;
        }

        ref readonly var slot = ref state.Phase(phase);
        return slot switch
        {
            { Stopping: true } => ($"Phase '{id}' is stopping ({slot.Reason}); it takes no more tasks. Add a phase instead.", id),
            _ when slot.Status.IsTerminal() => ($"Phase '{id}' has ended as {slot.Status}; it takes no more tasks. Add a phase instead.", id),
            _ => null,
        };
    }

    private static (string Message, string Name)? BegunPhase(RunState state, string id, string how)
        => state.Graph.TryGetPhase(id, out var phase) && HasBegun(state, state.Phase(phase))
            ? ($"Phase '{id}' is {state.Phase(phase).Status}; it can't be {how} any more. Only phases that have not started can be.", id)
            : null;

    private static (string Message, string Name)? BegunTask(RunState state, string id, string how)
        => state.Graph.TryGetTask(id, out var task) && HasBegun(state, task)
            ? ($"Task '{id}' is {state.Task(task).Status}; it can't be {how} any more. Only tasks that have not started can be.", id)
            : null;
}

[System.Text.Json.Serialization.JsonSourceGenerationOptions(
    PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[System.Text.Json.Serialization.JsonSerializable(typeof(PlanProblem[]))]
internal sealed partial class ProblemJsonContext : System.Text.Json.Serialization.JsonSerializerContext;
