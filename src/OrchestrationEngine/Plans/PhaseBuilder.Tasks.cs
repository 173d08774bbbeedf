namespace OrchestrationEngine.Plans;

/// <content>The tasks of a phase.</content>
public sealed partial class PhaseBuilder
{
    /// <summary>Adds a task behind those already there.</summary>
    /// <param name="id">The task's id, unique in the plan.</param>
    /// <param name="agent">The agent that does it.</param>
    /// <param name="configure">Says more about the task; null for a task with nothing but defaults.</param>
    public PhaseBuilder Task(string id, string agent, Action<TaskBuilder>? configure = null) => Add(new TaskBuilder(id, agent), configure);

    /// <summary>Adds a task that waits for some time.</summary>
    /// <param name="id">The task's id, unique in the plan.</param>
    /// <param name="after">How long; not negative.</param>
    /// <param name="configure">Says more about the task.</param>
    public PhaseBuilder Wait(string id, TimeSpan after, Action<TaskBuilder>? configure = null)
        => Add(new TaskBuilder(id, agent: null).Wait(new WaitBuilder(isChoice: false).After(string.Empty, after)), configure);

    /// <summary>Adds a task that waits until a time.</summary>
    /// <param name="id">The task's id, unique in the plan.</param>
    /// <param name="at">The time (RFC 3339), or a template that gives one.</param>
    /// <param name="configure">Says more about the task.</param>
    public PhaseBuilder WaitUntil(string id, string at, Action<TaskBuilder>? configure = null)
        => Add(new TaskBuilder(id, agent: null).Wait(new WaitBuilder(isChoice: false).At(string.Empty, at)), configure);

    /// <summary>Adds a task that waits for a signal. Its output is what the signal brings.</summary>
    /// <param name="id">The task's id, unique in the plan.</param>
    /// <param name="signal">The name of the signal, or a template that gives it.</param>
    /// <param name="where">Which signals count, by <c>signal.payload</c>; null for all.</param>
    /// <param name="mode">Whether signals that came before the wait began count.</param>
    /// <param name="configure">Says more about the task.</param>
    public PhaseBuilder Signal(string id, string signal, string? where = null, SignalMode mode = SignalMode.Persistent, Action<TaskBuilder>? configure = null)
        => Add(new TaskBuilder(id, agent: null).Wait(new WaitBuilder(isChoice: false).Signal(string.Empty, signal, where, mode)), configure);

    /// <summary>Adds a deferred choice: a task that waits for several things, of which the first that comes decides.</summary>
    /// <param name="id">The task's id, unique in the plan.</param>
    /// <param name="branches">Says what may come.</param>
    /// <param name="configure">Says more about the task.</param>
    public PhaseBuilder FirstOf(string id, Action<WaitBuilder> branches, Action<TaskBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(branches);
        var wait = new WaitBuilder(isChoice: true);
        branches(wait);
        return Add(new TaskBuilder(id, agent: null).Wait(wait), configure);
    }

    /// <summary>Adds a task that is a run of another plan, found by its id when the task starts.</summary>
    /// <param name="id">The task's id, unique in the plan.</param>
    /// <param name="plan">The id of the plan in the application's registry.</param>
    /// <param name="version">The version; null for the one that the registry gives.</param>
    /// <param name="maxDepth">How deep sub-plans may be nested; null for the engine's limit.</param>
    /// <param name="configure">Says more about the task.</param>
    public PhaseBuilder SubPlan(string id, string plan, string? version = null, int? maxDepth = null, Action<TaskBuilder>? configure = null)
        => Add(new TaskBuilder(id, agent: null).SubPlan(new SubPlanDefinition { Id = plan, Version = version, MaxDepth = maxDepth }), configure);

    /// <summary>Adds a task that is a run of another plan.</summary>
    /// <param name="id">The task's id, unique in the plan.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="configure">Says more about the task.</param>
    public PhaseBuilder SubPlan(string id, OrchestrationPlan plan, Action<TaskBuilder>? configure = null)
        => Add(new TaskBuilder(id, agent: null).SubPlan(new SubPlanDefinition { Inline = plan }), configure);

    /// <summary>Adds a task that ends the run when it is reached.</summary>
    /// <param name="id">The task's id, unique in the plan.</param>
    /// <param name="status">How the run ends.</param>
    /// <param name="reason">Why, for people; a template, or null.</param>
    /// <param name="configure">Says more about the task.</param>
    public PhaseBuilder End(string id, EndStatus status = EndStatus.Succeeded, string? reason = null, Action<TaskBuilder>? configure = null)
        => Add(new TaskBuilder(id, agent: null).End(status, reason), configure);

    private PhaseBuilder Add(TaskBuilder task, Action<TaskBuilder>? configure)
    {
        configure?.Invoke(task);
        _tasks.Add(task);
        return this;
    }
}
