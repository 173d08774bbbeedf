using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Walks;

/// <summary>Outcomes of attempts that passed a gate or did not, and decisions of people, at random.</summary>
internal static class HandoffOutcome
{
    public static RunCommand Make(Random random, PlanGraph graph, int task, int attempt) => Make(random, graph, task, graph.Task(task).Id, null, attempt);

    public static RunCommand Make(Random random, PlanGraph graph, int task, string id, int? item, int attempt, PlanEdition? edition = null, PlanPatch? patch = null)
    {
        return random.Next(4) switch
        {
            0 => new RunCommand.ReportQuestion(task, attempt, new HandoffAsked { Task = id, Item = item, Attempt = attempt, Patch = patch, Handoffs = ["h"], Violations = [Violation(random)], Output = RandomPlan.Output(random) })
            {
                Records = [Sent(random, graph, id, item, attempt)],
                Edition = edition,
            },
            1 => new RunCommand.ReportSuccess(task, attempt, RandomPlan.Output(random)) { Records = [Sent(random, graph, id, item, attempt)], Edition = edition },
            _ => new RunCommand.ReportFailure(task, attempt, new Failure(FailureClass.ContractViolation, "It was rejected."), Retryable: random.Next(4) > 0, null, random.NextDouble())
            {
                Records = [.. Enumerable.Range(1, random.Next(1, 3)).Select(_ => new HandoffRejected { Task = id, Item = item, Attempt = attempt, Contract = "c", Violations = [Violation(random)] })],
                Edition = edition,
            },
        };
    }

    /// <summary>A decision about one of the tasks that wait for one, or about a task for which nobody may be asked.</summary>
    public static RunCommand.DecideHandoff Decide(Random random, RunState state, string? task)
    {
        var asked = state.Handoffs.Asked.Keys.Order().ToList();
        var chosen = asked.Count > 0 && (task is null || random.Next(4) > 0) ? asked[random.Next(asked.Count)] : -1;
        return new RunCommand.DecideHandoff(chosen < 0 ? task ?? "none" : state.Definition(chosen).Id, chosen < 0 ? null : state.ItemOf(chosen), new HandoffDecision
        {
            Choice = (HandoffChoice)random.Next(4),
            By = "Ada",
            Reason = "It is so.",
            Attempt = random.Next(4) == 0 ? random.Next(1, 4) : null,
        });
    }

    private static HandoffValidated Sent(Random random, PlanGraph graph, string id, int? item, int attempt)
        => random.Next(2) == 0
            ? new HandoffValidated { Task = id, Item = item, Attempt = attempt, Contract = "c" }
            : new HandoffValidated { Task = id, Item = item, Attempt = attempt, Handoff = "h", To = graph.Task(random.Next(graph.TaskCount)).Id, Transforms = ["select"], Output = RandomPlan.Output(random) };

    private static ContractViolation Violation(Random random) => new()
    {
        Contract = "c",
        Rule = "schema/type",
        Location = random.Next(2) == 0 ? "" : "/a",
        Message = "It is not ⚙.",
        Expected = random.Next(2) == 0 ? "a number" : null,
        Found = random.Next(2) == 0 ? "a text" : null,
    };
}
