using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <content>What few tasks of a plan say. It is kept apart, so that the many that don't cost nothing for it.</content>
public sealed partial record TaskDefinition
{
    // Replaced, never changed: copies made by 'with' share it.
    private readonly TaskFlow? _flow;

    /// <summary>What the task waits for, where it is a wait; otherwise null.</summary>
    public WaitDefinition? Wait
    {
        get => Flow.Wait;
        init => _flow = Flow with { Wait = value };
    }

    /// <summary>The plan that the task runs, where it is a sub-plan; otherwise null.</summary>
    public SubPlanDefinition? SubPlan
    {
        get => Flow.SubPlan;
        init => _flow = Flow with { SubPlan = value };
    }

    /// <summary>How the task ends the run, where it does; otherwise null.</summary>
    public EndDefinition? End
    {
        get => Flow.End;
        init => _flow = Flow with { End = value };
    }

    /// <summary>What is needed of the tasks that this one depends on. The default is <see cref="JoinDefinition.All"/>.</summary>
    public JoinDefinition Join
    {
        get => Flow.Join;
        init => _flow = Flow with { Join = value };
    }

    /// <summary>Read when the task would start: when it is false the task is skipped, with the condition's text as the reason. Null means always.</summary>
    public ConditionExpression? When
    {
        get => Flow.When;
        init => _flow = Flow with { When = value };
    }

    /// <summary>When the task is left out, and why; null for never. Read when the task would start, after <see cref="When"/>.</summary>
    public SkipCondition? SkipWhen
    {
        get => Flow.SkipWhen;
        init => _flow = Flow with { SkipWhen = value };
    }

    /// <summary>The name of an exclusive choice: of the tasks of a phase with the same name, the first in the order of the plan whose conditions hold is done and the others are skipped. Null for none.</summary>
    public string? Choice
    {
        get => Flow.Choice;
        init => _flow = Flow with { Choice = value };
    }

    /// <summary>Has the task done again until a condition holds; null for once.</summary>
    public RepeatDefinition? Repeat
    {
        get => Flow.Repeat;
        init => _flow = Flow with { Repeat = value };
    }

    /// <summary>Has the task done for each item of a list; null for once.</summary>
    public ForEachDefinition? ForEach
    {
        get => Flow.ForEach;
        init => _flow = Flow with { ForEach = value };
    }

    /// <summary>A milestone: the task starts only while this holds, and waits otherwise. It is looked at again until the moment of the start. Null for none.</summary>
    public ConditionExpression? Guard
    {
        get => Flow.Guard;
        init => _flow = Flow with { Guard = value };
    }

    /// <summary>How long the task waits for its <see cref="Guard"/>; then it is skipped. Null for as long as anything can still change.</summary>
    public TimeSpan? GuardTimeout
    {
        get => Flow.GuardTimeout;
        init => _flow = Flow with { GuardTimeout = value };
    }

    /// <summary>Names of locks of the run: a task holds all of its locks from its start to its end, and no two that share a lock run at the same time. Who waits first gets them first. Empty by default.</summary>
    public IReadOnlyList<string> Locks
    {
        get => Flow.Locks;
        init => _flow = Flow with { Locks = value };
    }

    /// <summary>What the task takes of the engine's named resources while an attempt runs. Empty by default.</summary>
    public IReadOnlyList<ResourceUse> Resources
    {
        get => Flow.Resources;
        init => _flow = Flow with { Resources = value };
    }

    /// <summary>The documents and artifacts that the task reads, for <see cref="PhaseMode.Smart"/>. Empty by default.</summary>
    public IReadOnlyList<string> Reads
    {
        get => Flow.Reads;
        init => _flow = Flow with { Reads = value };
    }

    /// <summary>The documents and artifacts that the task writes, for <see cref="PhaseMode.Smart"/>. Empty by default.</summary>
    public IReadOnlyList<string> Writes
    {
        get => Flow.Writes;
        init => _flow = Flow with { Writes = value };
    }

    /// <summary>What the task needs for itself alone, for <see cref="PhaseMode.Smart"/>. Empty by default.</summary>
    public IReadOnlyList<string> Exclusive
    {
        get => Flow.Exclusive;
        init => _flow = Flow with { Exclusive = value };
    }

    /// <summary>Whether the task runs alone, in <see cref="PhaseMode.Smart"/>. The default is <see cref="TaskCriticality.Normal"/>.</summary>
    public TaskCriticality Criticality
    {
        get => Flow.Criticality;
        init => _flow = Flow with { Criticality = value };
    }

    /// <summary>Labels by which tasks are found, for canceling some of them and for reports. Empty by default.</summary>
    public IReadOnlyList<string> Tags
    {
        get => Flow.Tags;
        init => _flow = Flow with { Tags = value };
    }

    /// <summary>What must hold of what an attempt makes, before anybody else can see it; where the task is done for each item of a list, of what is made for each. Null for nothing.</summary>
    public ContractUse? Contract
    {
        get => Flow.Contract;
        init => _flow = Flow with { Contract = value };
    }

    /// <summary>What becomes of the task when its last attempt broke a contract. The default is <see cref="OnViolation.Quarantine"/>.</summary>
    public OnViolation OnViolation
    {
        get => Flow.OnViolation;
        init => _flow = Flow with { OnViolation = value };
    }

    /// <summary>Has the task take over what was made before from the same inputs, instead of having it made again; null for never.</summary>
    public MemoDefinition? Memo
    {
        get => Flow.Memo;
        init => _flow = Flow with { Memo = value };
    }

    /// <summary>A time within which nine of ten attempts are thought to end; null for a spread of its own round <see cref="Estimate"/>.</summary>
    public TimeSpan? EstimateP90
    {
        get => Flow.EstimateP90;
        init => _flow = Flow with { EstimateP90 = value };
    }

    /// <summary>How many tokens an attempt is thought to use; null when nobody knows.</summary>
    public long? EstimatedTokens
    {
        get => Flow.EstimatedTokens;
        init => _flow = Flow with { EstimatedTokens = value };
    }

    /// <summary>What an attempt is thought to cost, in the plan's own currency; null when nobody knows.</summary>
    public decimal? EstimatedCost
    {
        get => Flow.EstimatedCost;
        init => _flow = Flow with { EstimatedCost = value };
    }

    /// <summary>Whether it says none of these things.</summary>
    internal bool IsPlain => _flow is null || _flow == TaskFlow.None;

    /// <summary>All of them at once, without a copy for each; null for none.</summary>
    internal TaskFlow? FlowParts
    {
        get => _flow;
        init => _flow = value;
    }

    private TaskFlow Flow => _flow ?? TaskFlow.None;
}

/// <summary>Whether a task may run beside others.</summary>
public enum TaskCriticality
{
    /// <summary>It may.</summary>
    Normal,

    /// <summary>In a smart phase nothing else of the phase runs beside it.</summary>
    Critical,
}
