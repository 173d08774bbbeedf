using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>
/// Starts the attempts that a run's state wants and are not under way, and stops those that are under way and not wanted: the only place
/// that touches the world. After a crash nothing is under way, and the same comparison does the recovery. Used by the run's loop; anybody may close it.
/// </summary>
internal sealed class EffectHost(RunActor actor, RunState state, NodeContext node)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, AttemptExecution> _live = [];
    private readonly RunScope _scope = new(state);
    private bool _closed;

    /// <summary>Follows what the facts since the last call touched. Call only when they are stored.</summary>
    /// <param name="reporter">The attempt whose report this thread is about, or null: it may go on with one of those that start.</param>
    public void Reconcile(AttemptExecution? reporter)
    {
        var touched = state.Agenda.Touched;
        lock (_gate)
        {
            for (var i = 0; i < touched.Count; i++)
            {
                Follow(touched[i], reporter);
            }
        }

        touched.Clear();
    }

    /// <summary>Gives up all that is under way, without an outcome, and starts nothing any more. Called from any thread: a lease that is lost does not wait for the loop.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var execution in _live.Values)
            {
                // It stays in the list, so that the loop does not take it for one that is to start.
                execution.Lose();
            }
        }
    }

    private void Follow(int task, AttemptExecution? reporter)
    {
        var wanted = WantedEffects.ForTask(state, task);
        if (_live.TryGetValue(task, out var live))
        {
            if (wanted?.Attempt == live.Request.Attempt)
            {
                if (wanted.Value.Stop)
                {
                    live.RequestStop();
                }

                return;
            }

            live.Abandon();
            _live.Remove(task);
        }

        if (wanted is { } attempt)
        {
            Start(attempt, reporter);
        }
    }

    private void Start(WantedAttempt wanted, AttemptExecution? reporter)
    {
        if (_closed)
        {
            // Its room was taken; nobody else gives it back.
            node.Slots.Release(1);
            return;
        }

        var definition = state.Definition(wanted.Task);
        var name = state.AgentOf(wanted.Task) ?? throw new NotSupportedException($"Task '{definition.Id}' has no agent.");
        var inputs = TaskInputs.Empty;
        if (definition.Inputs.Count > 0)
        {
            if (_scope.Bind(wanted.Task, out var problem) is not { } values)
            {
                Refuse(wanted, Failure.Of(FailureClass.InvalidInput, problem));
                return;
            }

            inputs = new TaskInputs(definition.Inputs, values);
        }

        if (node.Agents.Find(name) is not { } registration)
        {
            Refuse(wanted, Failure.Of(FailureClass.Unavailable, $"No agent '{name}' is registered here. Registered are: {string.Join(", ", node.Agents.Names)}."));
            return;
        }

        var request = new AgentRequest
        {
            Run = state.Id,
            Plan = state.Graph.Plan.Id,
            Phase = state.Graph.Phase(state.PhaseOf(wanted.Task)).Id,
            Task = definition.Id,
            Agent = name,
            Attempt = wanted.Attempt,
            Generation = state.Task(wanted.Task).Generation,
            Inputs = inputs,
        };
        var execution = new AttemptExecution(actor, node, wanted.Task, definition, registration, request)
        {
            AsksFirst = definition.OnUnknown == OnUnknown.Probe && state.Task(wanted.Task).OutcomeUnknown,
        };
        _live[wanted.Task] = execution;
        if (reporter?.TryHandOver(execution) != true)
        {
            node.Work.Queue(execution, preferLocal: true);
        }
    }

    private void Refuse(WantedAttempt wanted, Failure failure)
    {
        node.Slots.Release(1);
        actor.TryPost(new Envelope(new RunCommand.ReportFailure(wanted.Task, wanted.Attempt, failure, Retryable: failure.Class == FailureClass.Unavailable, null, 0)));
    }
}
