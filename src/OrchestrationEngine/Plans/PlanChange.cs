namespace OrchestrationEngine.Plans;

/// <summary>One change of a plan, as a <see cref="PlanPatch"/> makes it. The set of changes is closed; there is none that removes something: it is left out with a reason instead.</summary>
public abstract record PlanChange
{
    private protected PlanChange()
    {
    }

    /// <summary>The name by which a patch file calls it: <c>addTask</c>.</summary>
    internal abstract string Word { get; }

    /// <summary>Adds a phase with its tasks: behind or before another, or at the end of the plan where neither is given.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="after">The phase behind which it comes, or null.</param>
    /// <param name="before">The phase before which it comes, or null.</param>
    public static PlanChange AddPhase(PhaseDefinition phase, string? after = null, string? before = null) => new PhaseAddition(phase) { After = after, Before = before };

    /// <summary>Adds a task to a phase: behind or before another of its tasks, or at the end of the phase where neither is given.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="task">The task.</param>
    /// <param name="after">The task behind which it comes, or null.</param>
    /// <param name="before">The task before which it comes, or null.</param>
    public static PlanChange AddTask(string phase, TaskDefinition task, string? after = null, string? before = null) => new TaskAddition(phase, task) { After = after, Before = before };

    /// <summary>Gives the phase of the same id another definition. Its tasks stay as they are: the definition has none.</summary>
    /// <param name="phase">The definition.</param>
    public static PlanChange ReplacePhase(PhaseDefinition phase) => new PhaseReplacement(phase);

    /// <summary>Gives the task of the same id another definition.</summary>
    /// <param name="task">The definition.</param>
    public static PlanChange ReplaceTask(TaskDefinition task) => new TaskReplacement(task);

    /// <summary>Leaves a phase out.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="reason">Why.</param>
    public static PlanChange SkipPhase(string phase, string reason) => new PhaseOmission(phase, reason);

    /// <summary>Leaves a task out.</summary>
    /// <param name="task">The task.</param>
    /// <param name="reason">Why.</param>
    public static PlanChange SkipTask(string task, string reason) => new TaskOmission(task, reason);

    /// <summary>Has a phase depend on others than before.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="dependsOn">The phases; null for the one before it in the plan.</param>
    public static PlanChange RewirePhase(string phase, IReadOnlyList<string>? dependsOn) => new PhaseRewiring(phase) { DependsOn = dependsOn };

    /// <summary>Has a task depend on others than before, besides those that its inputs are bound to.</summary>
    /// <param name="task">The task.</param>
    /// <param name="dependsOn">The tasks.</param>
    public static PlanChange RewireTask(string task, IReadOnlyList<string> dependsOn) => new TaskRewiring(task, dependsOn);
}

/// <summary>A phase is added with its tasks.</summary>
/// <param name="Phase">The phase.</param>
public sealed record PhaseAddition(PhaseDefinition Phase) : PlanChange
{
    /// <summary>The phase behind which it comes; null for none.</summary>
    public string? After { get; init; }

    /// <summary>The phase before which it comes; null for none. Without both it comes at the end of the plan.</summary>
    public string? Before { get; init; }

    internal override string Word => "addPhase";
}

/// <summary>A task is added to a phase.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Task">The task.</param>
public sealed record TaskAddition(string Phase, TaskDefinition Task) : PlanChange
{
    /// <summary>The task of the phase behind which it comes; null for none.</summary>
    public string? After { get; init; }

    /// <summary>The task of the phase before which it comes; null for none. Without both it comes at the end of the phase.</summary>
    public string? Before { get; init; }

    internal override string Word => "addTask";
}

/// <summary>The phase of the same id gets another definition, and keeps its tasks.</summary>
/// <param name="Phase">The definition, without tasks.</param>
public sealed record PhaseReplacement(PhaseDefinition Phase) : PlanChange
{
    internal override string Word => "replacePhase";
}

/// <summary>The task of the same id gets another definition.</summary>
/// <param name="Task">The definition.</param>
public sealed record TaskReplacement(TaskDefinition Task) : PlanChange
{
    internal override string Word => "replaceTask";
}

/// <summary>A phase is left out: it is skipped when it would start, whatever its own conditions say.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Reason">Why.</param>
public sealed record PhaseOmission(string Phase, string Reason) : PlanChange
{
    internal override string Word => "skipPhase";
}

/// <summary>A task is left out: it is skipped when it would start, whatever its own conditions and dependencies say.</summary>
/// <param name="Task">The task.</param>
/// <param name="Reason">Why.</param>
public sealed record TaskOmission(string Task, string Reason) : PlanChange
{
    internal override string Word => "skipTask";
}

/// <summary>A phase depends on others than before.</summary>
/// <param name="Phase">The phase.</param>
public sealed record PhaseRewiring(string Phase) : PlanChange
{
    /// <summary>The phases that it depends on; null for the one before it in the plan.</summary>
    public IReadOnlyList<string>? DependsOn { get; init; }

    internal override string Word => "rewirePhase";
}

/// <summary>A task depends on others than before, besides those that its inputs are bound to.</summary>
/// <param name="Task">The task.</param>
/// <param name="DependsOn">The tasks that it depends on.</param>
public sealed record TaskRewiring(string Task, IReadOnlyList<string> DependsOn) : PlanChange
{
    internal override string Word => "rewireTask";
}
