using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>
/// Starts the attempts that a run's state wants and are not under way, and stops those that are under way and not wanted: the only place
/// that touches the world. After a crash nothing is under way, and the same comparison does the recovery. Used by the run's loop; anybody may close it.
/// </summary>
internal sealed class EffectHost(RunActor actor, RunRoom room, RunState state, NodeContext node)
{
    private readonly Lock _gate = new();
    private Dictionary<int, AttemptExecution> _live = [];
    private RunScope _scope = new(state);
    private readonly ChildStarts _children = new(actor, state, node);
    private PlanEdition _edition = state.Edition;
    private bool _closed;

    /// <summary>Whether it is not settled whether a run that does a task is there.</summary>
    public bool IsBusy => _children.IsBusy;

    /// <summary>Follows what the facts since the last call touched. Call only when they are stored.</summary>
    /// <param name="reporter">The attempt whose report this thread is about, or null: it may go on with one of those that start.</param>
    public void Reconcile(AttemptExecution? reporter)
    {
        var touched = state.Agenda.Touched;
        lock (_gate)
        {
            if (_edition != state.Edition)
            {
                Renumber();
            }

            for (var i = 0; i < touched.Count; i++)
            {
                Follow(touched[i], reporter);
            }
        }

        foreach (var task in state.Agenda.ChildrenCreated)
        {
            _children.Settle(task, state.Task(task).Attempt);
        }

        state.Agenda.ChildrenCreated.Clear();
        touched.Clear();
    }

    /// <summary>Gives up all that is under way, without an outcome, and starts nothing any more. Called from any thread: a lease that is lost does not wait for the loop.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _children.Close();
            foreach (var execution in _live.Values)
            {
                // It stays in the list, so that the loop does not take it for one that is to start.
                execution.Lose();
            }
        }
    }

    // The plan was changed: what is under way goes on by the new numbers.
    private void Renumber()
    {
        _children.Renumber(_edition);
        _edition = state.Edition;

        // It keeps what it read of the plan before.
        _scope = new RunScope(state);
        var live = new Dictionary<int, AttemptExecution>(_live.Count);
        foreach (var execution in _live.Values)
        {
            if (state.Editions.Resolve(execution.Edition, execution.Task) is >= 0 and var task)
            {
                live[task] = execution;
            }
            else
            {
                execution.Abandon();
            }
        }

        _live = live;
    }

    private void Follow(int task, AttemptExecution? reporter)
    {
        // An item may be forgotten by now: its task is at its next turn.
        var isKnown = state.Has(task);
        var wanted = isKnown ? WantedEffects.ForTask(state, task) : null;
        if (isKnown && ChildRuns.Has(state, task))
        {
            _children.Follow(task, wanted);
            return;
        }

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
        var taken = room.LeaseFor(state, wanted.Task);
        if (_closed)
        {
            // Its room was taken; nobody else gives it back.
            taken.TryGiveBack();
            return;
        }

        var definition = state.Definition(wanted.Task);
        var name = state.AgentOf(wanted.Task) ?? throw new NotSupportedException($"Task '{definition.Id}' has no agent.");
        var moved = state.NamesContents && node.Contents is not null ? new MovedValues() : null;
        var binding = AttemptBinding.Of(state, moved is null ? _scope : new RunScope(state, moved), wanted.Task, moved);
        var isMissing = moved?.Missing.Count > 0;
        if (binding.Problem is { } problem && !isMissing)
        {
            Refuse(wanted, taken, Failure.Of(FailureClass.InvalidInput, problem));
            return;
        }

        if (node.Agents.Find(name) is not { } registration)
        {
            Refuse(wanted, taken, Failure.Of(FailureClass.Unavailable, $"No agent '{name}' is registered here. Registered are: {string.Join(", ", node.Agents.Names)}."));
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
            Turn = state.ShownTurnOf(state.TaskOf(wanted.Task)),
            Index = state.ItemOf(wanted.Task),
            Item = binding.Item,
            Inputs = binding.Inputs ?? TaskInputs.Empty,
            Feedback = state.Handoffs.Feedback.TryGetValue(wanted.Task, out var feedback) ? feedback.Violations : [],
        };
        var execution = new AttemptExecution(actor, node, taken, wanted.Task, definition, registration, request)
        {
            Edition = state.Edition,
            Moved = isMissing ? moved : null,
            MemoKey = binding.MemoKey,
            AsksFirst = definition.OnUnknown == OnUnknown.Probe && state.Task(wanted.Task).OutcomeUnknown,
        };
        _live[wanted.Task] = execution;
        if (reporter?.TryHandOver(execution) != true)
        {
            node.Work.Queue(execution, preferLocal: true);
        }
    }

    private void Refuse(WantedAttempt wanted, RoomLease taken, Failure failure)
    {
        taken.TryGiveBack();
        actor.TryPost(new Envelope(new RunCommand.ReportFailure(wanted.Task, wanted.Attempt, failure, Retryable: failure.Class == FailureClass.Unavailable, null, 0) { Edition = state.Edition }));
    }
}
