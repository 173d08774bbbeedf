using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>
/// Sees to it that the children that a run's state wants are there: when their attempt has started, and again whenever the run is loaded, for nobody
/// knows then how far that had come. Used by the run's loop; anybody may close it.
/// </summary>
internal sealed class ChildStarts(RunActor actor, RunState state, NodeContext node)
{
    private readonly Dictionary<int, (int Attempt, bool IsThere)> _known = [];
    private int _open;
    private volatile bool _closed;

    /// <summary>Whether it is not settled of some child whether it is there: the run must stay in memory until it is.</summary>
    public bool IsBusy => _open > 0;

    /// <summary>Follows what a task wants now.</summary>
    public void Follow(int task, WantedAttempt? wanted)
    {
        if (_known.TryGetValue(task, out var known) && known.Attempt != wanted?.Attempt)
        {
            Forget(task, known.IsThere);
        }

        if (wanted is { } attempt && !_closed && _known.TryAdd(task, (attempt.Attempt, false)))
        {
            _open++;
            Begin(task, attempt.Attempt);
        }
    }

    /// <summary>The child is there.</summary>
    public void Settle(int task, int attempt)
    {
        if (_known.TryGetValue(task, out var known) && known == (attempt, false))
        {
            _known[task] = (attempt, true);
            _open--;
        }
    }

    /// <summary>The plan was changed: tasks have other numbers from now on.</summary>
    /// <param name="before">What the numbers were of.</param>
    public void Renumber(PlanEdition before)
    {
        var known = _known.ToArray();
        _known.Clear();
        foreach (var (task, child) in known)
        {
            if (state.Resolve(before, task) is >= 0 and var number)
            {
                _known[number] = child;
            }
            else
            {
                _open -= child.IsThere ? 0 : 1;
            }
        }
    }

    /// <summary>Tries no more to create what could not be created so far.</summary>
    public void Close() => _closed = true;

    private void Forget(int task, bool isThere)
    {
        _known.Remove(task);
        _open -= isThere ? 0 : 1;
    }

    private void Begin(int task, int attempt)
    {
        var definition = state.Definition(task);
        var parent = new RunParent
        {
            Run = state.Id,
            Task = definition.Id,
            Item = state.ItemOf(task),
            Attempt = attempt,
            Depth = (state.Parent?.Depth ?? 0) + 1,
        };
        var most = definition.SubPlan!.MaxDepth ?? node.Settings.MaxSubPlanDepth;
        if (parent.Depth > most)
        {
            Report(state.Edition, task, attempt, ChildFailure.TooDeep(definition, parent.Depth, most));
            return;
        }

        if (state.Scope.Bind(task, out var problem) is not { } values)
        {
            Report(state.Edition, task, attempt, new ChildFailure(FailureClass.InvalidInput, problem!));
            return;
        }

        var inputs = new Dictionary<string, JsonData>(StringComparer.Ordinal);
        for (var i = 0; i < values.Length; i++)
        {
            inputs[definition.Inputs[i].Name] = values[i];
        }

        var child = new ChildCreation(node, state.Children[task], parent, state.Priority, definition.SubPlan, inputs);
        var edition = state.Edition;
        node.Work.Queue(new WorkItem(() => _ = CreateAsync(child, edition, task, attempt)), preferLocal: false);
    }

    // Never fails: whatever goes wrong is an outcome of the attempt, unless the run has left, whose next loop tries again.
    private async Task CreateAsync(ChildCreation child, PlanEdition edition, int task, int attempt)
    {
        try
        {
            if (await child.CreateAsync(() => _closed).ConfigureAwait(false) is { } failure)
            {
                Report(edition, task, attempt, failure);
            }
            else if (!_closed)
            {
                actor.TryPost(new Envelope(new RunCommand.ChildCreated(task, attempt) { Edition = edition }));
            }
        }
        catch (Exception e)
        {
            Log.ChildNotCreated(node.Log, state.Id, child.Id, e);
            Report(edition, task, attempt, new ChildFailure(FailureClass.Unavailable, $"Run '{child.Id}', which was to do the task, could not be created: {e.Message}", Retryable: true));
        }
    }

    private void Report(PlanEdition edition, int task, int attempt, ChildFailure failure)
        => actor.TryPost(new Envelope(new RunCommand.ReportFailure(task, attempt, Failure.Of(failure.Class, failure.Message), failure.Retryable, null, node.Random()) { Edition = edition }));
}

/// <summary>Why a child can't be.</summary>
internal sealed record ChildFailure(FailureClass Class, string Message, bool Retryable = false)
{
    public static ChildFailure TooDeep(TaskDefinition task, int depth, int most) => new(
        FailureClass.Permanent,
        FormattableString.Invariant($"The plan that task '{task.Id}' runs would be nested {depth} deep, and so many are allowed: {most} (maxDepth of the task, or MaxSubPlanDepth of the engine). Does the plan run itself without an end?"));
}
