using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Runs;

/// <summary>
/// What a restart does again: what is at the point and everything that depends on it, and what had not succeeded in failed or
/// canceled phases with everything that depends on that. What succeeded and depends on none of it stays done.
/// </summary>
internal static class RestartRules
{
    public static string? Decide(RunState state, RunCommand.Restart command, List<RunEvent> facts)
    {
        if (!RunLifecycle.Table.CanFire(state.Status, RunTrigger.Restart))
        {
            return RunDecider.Refusal(state, RunTrigger.Restart);
        }

        var again = new Closure(state);
        if (command.Point.Phase is { } phaseId)
        {
            if (!state.Graph.TryGetPhase(phaseId, out var phase))
            {
                return Unknown(state, "phase", phaseId, state.Graph.Plan.Phases.Select(each => each.Id));
            }

            again.AddWhole(phase);
        }
        else
        {
            if (!state.Graph.TryGetTask(command.Point.Task!, out var task))
            {
                return Unknown(state, "task", command.Point.Task!, state.Graph.Plan.Phases.SelectMany(each => each.Tasks).Select(each => each.Id));
            }

            again.Add(task);
        }

        again.AddUnsuccessful();
        again.Follow();
        facts.Add(new RunRestarted { Phase = command.Point.Phase, Task = command.Point.Task, Reason = command.Reason });
        again.AddFacts(facts);
        return null;
    }

    private static string Unknown(RunState state, string kind, string id, IEnumerable<string> known)
    {
        var nearest = new NameSuggestions().Find(id, known);
        return $"The plan of run '{state.Id}' has no {kind} '{id}'." + (nearest is null ? "" : $" Did you mean '{nearest}'?");
    }

    /// <summary>The tasks and phases that are done again, followed along the edges of the plan.</summary>
    private sealed class Closure(RunState state)
    {
        private readonly bool[] _tasks = new bool[state.Tasks.Length];
        private readonly bool[] _phases = new bool[state.Phases.Length];
        private readonly bool[] _whole = new bool[state.Phases.Length];
        private readonly Stack<int> _newTasks = new();
        private readonly Stack<int> _newPhases = new();

        public void AddWhole(int phase)
        {
            if (_whole[phase])
            {
                return;
            }

            _whole[phase] = true;
            AddPhase(phase);
            for (var task = state.Graph.FirstTask(phase); task < state.Graph.EndTask(phase); task++)
            {
                Add(task);
            }
        }

        public void Add(int task)
        {
            if (!_tasks[task])
            {
                _tasks[task] = true;
                _newTasks.Push(task);
                AddPhase(state.PhaseOf(task));
                AddChoice(task);
            }
        }

        public void AddUnsuccessful()
        {
            for (var phase = 0; phase < _phases.Length; phase++)
            {
                if (state.Phase(phase).Status is not (RunPhaseStatus.Failed or RunPhaseStatus.Canceled))
                {
                    continue;
                }

                AddPhase(phase);
                for (var task = state.Graph.FirstTask(phase); task < state.Graph.EndTask(phase); task++)
                {
                    if (state.Task(task).Status != RunTaskStatus.Succeeded)
                    {
                        Add(task);
                    }
                }
            }
        }

        public void Follow()
        {
            while (true)
            {
                if (_newTasks.TryPop(out var task))
                {
                    foreach (var dependent in state.Graph.JoinDependents(task))
                    {
                        Add(dependent);
                    }

                    foreach (var dependent in state.Graph.OrderDependents(task))
                    {
                        Add(dependent);
                    }
                }
                else if (_newPhases.TryPop(out var phase))
                {
                    foreach (var dependent in state.Graph.PhaseDependents(phase))
                    {
                        AddWhole(dependent);
                    }
                }
                else
                {
                    return;
                }
            }
        }

        public void AddFacts(List<RunEvent> facts)
        {
            for (var phase = 0; phase < _phases.Length; phase++)
            {
                if (_phases[phase])
                {
                    facts.Add(new PhaseReopened
                    {
                        Phase = state.Graph.Phase(phase).Id,
                        Generation = state.Phase(phase).Generation + 1,
                        Tasks = _whole[phase] ? null : [.. Listed(phase)],
                    });
                }
            }
        }

        private IEnumerable<string> Listed(int phase)
        {
            for (var task = state.Graph.FirstTask(phase); task < state.Graph.EndTask(phase); task++)
            {
                if (_tasks[task])
                {
                    yield return state.Definition(task).Id;
                }
            }
        }

        // Who is chosen depends on all of them.
        private void AddChoice(int task)
        {
            if (state.Graph.Flows is { } flows)
            {
                AddIfAny(flows.EarlierChoice(task));
                AddIfAny(flows.LaterChoice(task));
            }

            void AddIfAny(int member)
            {
                if (member >= 0)
                {
                    Add(member);
                }
            }
        }

        private void AddPhase(int phase)
        {
            if (!_phases[phase])
            {
                _phases[phase] = true;
                _newPhases.Push(phase);
                if (state.Graph.Phase(phase).Repeat is not null)
                {
                    // A loop has no turn to go on from: it begins anew.
                    AddWhole(phase);
                }
            }
        }
    }
}
