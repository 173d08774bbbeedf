using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>
/// Judges what a new version of a run's plan says of handoffs. What a task has made, or is making, is checked and transformed by the plan that it began with;
/// under other terms its receivers would be given what nobody has held to them.
/// </summary>
internal sealed class MovedHandoffs(RunState state, OrchestrationPlan plan, PlanRenames renames, List<MoveReason> reasons)
{
    private readonly Dictionary<string, int> _tasks = new(StringComparer.Ordinal);

    public void Judge()
    {
        var old = state.Graph.Plan;
        if (old.Handoffs.Count == 0 && plan.Handoffs.Count == 0)
        {
            return;
        }

        for (var task = 0; task < state.Tasks.Length; task++)
        {
            // Two of one name are a problem of the renames.
            _tasks.TryAdd(renames.Task(state.Graph.Task(task).Id), task);
        }

        var before = old.Handoffs.ToDictionary(handoff => handoff.Id, handoff => handoff with { From = renames.Task(handoff.From), To = renames.Task(handoff.To) }, StringComparer.Ordinal);
        for (var i = 0; i < plan.Handoffs.Count; i++)
        {
            var now = plan.Handoffs[i];
            var was = before.GetValueOrDefault(now.Id);
            before.Remove(now.Id);
            if (IsSettled(now) && (was is null || !PlanComparison.SaysTheSame(old, Counting(was), plan, Counting(now))))
            {
                MoveRules.Impossible(reasons, $"/handoffs/{i}", now.Id, Message(now, was is null ? "is new" : "says something else than before"));
            }
        }

        foreach (var gone in before.Values.Where(IsSettled))
        {
            MoveRules.Impossible(reasons, "/handoffs", gone.Id, Message(gone, "is not in the new plan"));
        }
    }

    // Its receiver can still be given what its sender has made, or is making.
    private bool IsSettled(HandoffDefinition handoff)
        => _tasks.TryGetValue(handoff.From, out var from)
            && state.Task(from).Status is RunTaskStatus.Running or RunTaskStatus.Waiting or RunTaskStatus.Succeeded
            && !(_tasks.TryGetValue(handoff.To, out var to) && state.Task(to).Status.IsTerminal());

    // What a receiver owes that has not begun is checked when it has.
    private HandoffDefinition Counting(HandoffDefinition handoff)
        => _tasks.TryGetValue(handoff.To, out var to) && state.Task(to).Status is RunTaskStatus.Running or RunTaskStatus.Waiting ? handoff : handoff with { ExpectsInReturn = [] };

    private string Message(HandoffDefinition handoff, string how)
        => $"Handoff '{handoff.Id}' {how}, and its sender '{state.Graph.Task(_tasks[handoff.From]).Id}' is {state.Task(_tasks[handoff.From]).Status}: what it makes was to be checked and transformed as the plan said when it began. Leave the handoff as it was, or move the run before its sender starts.";
}
