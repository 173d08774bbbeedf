using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// Whether a run can go on by another version of its plan. What has started must be in the new plan, in the same phase; what is under way must be the
/// same work there; what has ended stays as it ended; the rest is done as the new plan says.
/// </summary>
internal static class MoveRules
{
    /// <summary>Decides a move.</summary>
    /// <returns>Why it is refused, or null; a verdict is written so that <see cref="VerdictOf"/> reads it.</returns>
    public static string? Decide(RunState state, RunCommand.Move command, List<RunEvent> facts)
    {
        var verdict = Judge(state, command.Plan, command.Renames, state.VerifyPlan);
        if (verdict.Outcome != MoveOutcome.Safe)
        {
            return JsonSerializer.Serialize(verdict, MoveJsonContext.Default.MoveVerdict);
        }

        facts.Add(new PlanMoved
        {
            Plan = command.Plan,
            Renames = command.Renames.IsEmpty ? null : command.Renames,
            Inputs = MoveInputs.Added(state, command.Plan),
            Author = command.Author,
            Reason = command.Reason,
        });
        return null;
    }

    /// <summary>The verdict that a refusal was made of; null when it is a sentence.</summary>
    public static MoveVerdict? VerdictOf(string refusal) => refusal.StartsWith('{') ? JsonSerializer.Deserialize(refusal, MoveJsonContext.Default.MoveVerdict) : null;

    /// <summary>Judges a move.</summary>
    /// <param name="state">The run.</param>
    /// <param name="plan">The plan by which it is to go on.</param>
    /// <param name="renames">What phases and tasks are called there, where they are called otherwise.</param>
    /// <param name="verify">Finds what keeps a plan from being carried out here.</param>
    public static MoveVerdict Judge(RunState state, OrchestrationPlan plan, PlanRenames renames, Func<OrchestrationPlan, IReadOnlyList<PlanProblem>> verify)
    {
        var reasons = new List<MoveReason>();
        if (state.IsTerminal)
        {
            Impossible(reasons, "", null, $"The run has ended as {state.Status}; it goes on by no plan any more.");
        }
        else if (state.Stopping is { } stopping)
        {
            Impossible(reasons, "", null, $"The run is stopping, to end as {stopping.Outcome} ({stopping.Reason}).");
        }

        if (plan.Id != state.Graph.Plan.Id)
        {
            Impossible(reasons, "/id", plan.Id, $"The new plan is '{plan.Id}', the run's is '{state.Graph.Plan.Id}'. A run moves between versions of one plan; for another plan, start another run.");
        }

        var problems = verify(plan);
        reasons.AddRange(problems.Select(problem => new MoveReason(MoveOutcome.Impossible, problem.Pointer, problem.Name, problem.Message)));
        if (problems.Count == 0)
        {
            MoveInputs.Judge(state, plan, reasons);
            var names = new PlanNames(plan);
            RenameProblems.Find(state.Graph, names, renames, reasons);
            new MovedParts(state, plan, names, renames, reasons).Judge();
            new MovedHandoffs(state, plan, renames, reasons).Judge();

            // While it is not known what is what, nobody can say what comes before what.
            var orders = reasons.Exists(reason => reason.Outcome == MoveOutcome.NeedsMapping) ? [] : OrderProblems.Find(state, plan, renames);
            foreach (var found in orders)
            {
                reasons.Add(found.HasEnded
                    ? new MoveReason(MoveOutcome.Safe, found.Pointer, found.Later, $"{found.What} '{found.Later}' has ended; that the new plan puts '{found.Earlier}' before it changes nothing any more.")
                    : new MoveReason(MoveOutcome.Impossible, found.Pointer, found.Later, found.Message));
            }
        }

        return new MoveVerdict
        {
            Outcome = reasons.Count == 0 ? MoveOutcome.Safe : reasons.Max(reason => reason.Outcome),
            Reasons = [.. reasons.OrderByDescending(reason => reason.Outcome)],
        };
    }

    public static void Impossible(List<MoveReason> reasons, string pointer, string? subject, string message)
        => reasons.Add(new MoveReason(MoveOutcome.Impossible, pointer, subject, message));
}

[System.Text.Json.Serialization.JsonSourceGenerationOptions(
    PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[System.Text.Json.Serialization.JsonSerializable(typeof(MoveVerdict))]
internal sealed partial class MoveJsonContext : System.Text.Json.Serialization.JsonSerializerContext;
