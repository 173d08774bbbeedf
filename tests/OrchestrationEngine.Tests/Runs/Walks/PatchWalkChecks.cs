using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Walks;

/// <summary>Watches the facts of a walk whose plan is changed, one by one, and judges each by the plan as it is then, as it is written.</summary>
internal sealed class PatchWalkChecks(RunState state)
{
    public int Accepted { get; private set; }

    public int Refused { get; private set; }

    public int Moved { get; private set; }

    public void Saw(RecordedEvent recorded)
    {
        var before = state.Graph.Plan.Phases.SelectMany(phase => phase.Tasks).ToDictionary(task => task.Id, task => (Task: task, Slot: Slot(task.Id)));
        var phases = state.Graph.Plan.Phases.ToDictionary(phase => phase.Id, phase => state.Phase(state.Graph.TryGetPhase(phase.Id, out var index) ? index : -1).Status);
        Judge(recorded);
        RunFold.Apply(state, recorded);
        state.Agenda.Touched.Clear();
        var renames = (recorded.Event as PlanMoved)?.Renames ?? PlanRenames.None;
        foreach (var (old, (_, slot)) in before)
        {
            var id = renames.Task(old);
            if (!state.Graph.TryGetTask(id, out _))
            {
                Require(recorded.Event is PlanMoved && slot.Status == RunTaskStatus.Pending, $"task {id} is gone", recorded);
                continue;
            }

            Require(LifecycleModel.CanFollow(slot.Status, Slot(id).Status), $"task {id} went from {slot.Status} to {Slot(id).Status}", recorded);
        }

        switch (recorded.Event)
        {
            case PlanPatched:
                Accepted++;
                Require(PlanVerifier.Verify(state.Graph.Plan).Count == 0, "the plan is not good any more", recorded);
                foreach (var (id, (task, slot)) in before.Where(pair => pair.Value.Slot.Status != RunTaskStatus.Pending))
                {
                    Require(Slot(id).Status == slot.Status && Slot(id).Attempt == slot.Attempt, $"it moved task {id}, which had begun", recorded);
                    Require(ReferenceEquals(Find(id), task), $"it changed task {id}, which had begun", recorded);
                }

                foreach (var phase in state.Graph.Plan.Phases.Where(phase => phases.TryGetValue(phase.Id, out var status) && status.IsTerminal()))
                {
                    Require(phase.Tasks.All(task => before.ContainsKey(task.Id)), $"it added to phase {phase.Id}, which had ended", recorded);
                }

                break;
            case PlanMoved moved:
                Moved++;
                Require(PlanVerifier.Verify(moved.Plan).Count == 0, "the plan is not good", recorded);
                foreach (var (old, (task, slot)) in before.Where(pair => pair.Value.Slot.Status != RunTaskStatus.Pending))
                {
                    var id = renames.Task(old);
                    Require(Slot(id).Status == slot.Status && Slot(id).Attempt == slot.Attempt, $"it moved task {id}, which had begun", recorded);
                    Require(slot.Status.IsTerminal() || (id == old && Find(id).Agent == task.Agent), $"it changed task {id}, which is under way", recorded);
                }

                break;
            case PlanPatchRefused refused:
                Refused++;
                Require(refused.Problems.Count > 0 && refused.Problems.All(problem => problem.Message.Length > 0), "nothing speaks against it", recorded);
                break;
        }

        if (state.IsTerminal)
        {
            Require(state.Graph.Plan.Phases.SelectMany(phase => phase.Tasks).All(task => Slot(task.Id) is { AttemptOut: false } slot && slot.Status.IsTerminal()), "a task has not ended", recorded);
            Require(state is { AttemptsOut: 0, OpenPhases: 0 }, "the counts are wrong", recorded);
        }
    }

    private void Judge(RecordedEvent recorded)
    {
        Require(!state.IsTerminal || recorded.Event is RunRestarted or RunQuarantined, "a run that has ended took a fact", recorded);
        switch (recorded.Event)
        {
            case RunStopping fact:
                Require(!fact.Reason.Contains("bug", StringComparison.Ordinal), "the run is stuck", recorded);
                break;
            case AttemptStarted { Attempt: 1 } fact:
                Require(state is { Status: RunStatus.Running, Stopping: null }, "the run takes no new attempts", recorded);
                var phase = state.Graph.Plan.Phases.Single(each => each.Tasks.Any(task => task.Id == fact.Task));
                var task = Find(fact.Task);
                if (phase.Mode == PhaseMode.Sequential)
                {
                    Require(phase.Tasks.TakeWhile(each => each != task).All(each => Slot(each.Id).Status.IsTerminal()), "a task before it has not ended", recorded);
                }

                if (task.IsPlain)
                {
                    var needs = task.DependsOn.Concat(task.Inputs.Where(input => input.From?.Root == "tasks").Select(input => input.From!.Segments[0].Key!));
                    Require(needs.All(need => Slot(need).Status.IsTerminal()), "a task that it depends on has not ended", recorded);
                    Require(task.OnSkipped == OnSkipped.Run || needs.All(need => Slot(need).Status == RunTaskStatus.Succeeded), "a task that it needs has no output", recorded);
                }

                break;
        }
    }

    private TaskDefinition Find(string id) => state.Graph.Task(state.Graph.TryGetTask(id, out var task) ? task : -1);

    private TaskSlot Slot(string id) => state.Task(state.Graph.TryGetTask(id, out var task) ? task : -1);

    private static void Require(bool holds, string problem, RecordedEvent recorded)
    {
        if (!holds)
        {
            Assert.Fail($"{FactText.Full(recorded)}: {problem}.");
        }
    }
}
