namespace OrchestrationEngine.Plans;

/// <summary>Writes a phase in code; see <see cref="PlanBuilder.Phase"/>. For one thread.</summary>
public sealed partial class PhaseBuilder
{
    private readonly List<TaskBuilder> _tasks = [];
    private PhaseDefinition _phase;
    private string? _when;
    private (string Condition, string? Reason)? _skip;
    private (string Until, RepeatDefinition Loop)? _repeat;

    internal PhaseBuilder(string id) => _phase = new PhaseDefinition { Id = id };

    /// <summary>Gives the phase a name for people.</summary>
    /// <param name="name">The name.</param>
    public PhaseBuilder Name(string name)
    {
        _phase = _phase with { Name = name };
        return this;
    }

    /// <summary>Says to which tier the phase belongs.</summary>
    /// <param name="tier">The id of a tier of the plan.</param>
    public PhaseBuilder Tier(string tier)
    {
        _phase = _phase with { Tier = tier };
        return this;
    }

    /// <summary>Says which phases must be completed or skipped before this one starts. Without it that is the phase before it in the plan.</summary>
    /// <param name="phases">Ids of phases; none for a phase that starts with the run.</param>
    public PhaseBuilder DependsOn(params ReadOnlySpan<string> phases)
    {
        _phase = _phase with { DependsOn = phases.ToArray() };
        return this;
    }

    /// <summary>Lets the tasks run together, as far as their dependencies allow.</summary>
    public PhaseBuilder Parallel()
    {
        _phase = _phase with { Mode = PhaseMode.Parallel };
        return this;
    }

    /// <summary>Lets the tasks run one after the other. This is the default.</summary>
    public PhaseBuilder Sequential()
    {
        _phase = _phase with { Mode = PhaseMode.Sequential };
        return this;
    }

    /// <summary>Lets the tasks run together, unless they conflict by what they declare to read, write and need for themselves alone.</summary>
    public PhaseBuilder Smart()
    {
        _phase = _phase with { Mode = PhaseMode.Smart };
        return this;
    }

    /// <summary>Lets the tasks run in any order that their dependencies allow, but never two at the same time.</summary>
    public PhaseBuilder OneAtATime()
    {
        _phase = _phase with { Mode = PhaseMode.OneAtATime };
        return this;
    }

    /// <summary>Limits how many tasks of the phase may run at the same time.</summary>
    /// <param name="tasks">The most tasks; from 1 on.</param>
    public PhaseBuilder MaxParallelTasks(int tasks)
    {
        _phase = _phase with { MaxParallelTasks = tasks };
        return this;
    }

    /// <summary>Has the phase hold locks of the run from its start to its end.</summary>
    /// <param name="names">The names of the locks.</param>
    public PhaseBuilder Locks(params ReadOnlySpan<string> names)
    {
        _phase = _phase with { Locks = [.. _phase.Locks, .. names] };
        return this;
    }

    /// <summary>Leaves the phase out when a condition is true as it would start.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="reason">Why, for people; null for the text of the condition.</param>
    public PhaseBuilder SkipWhen(string condition, string? reason = null)
    {
        _skip = (condition, reason);
        return this;
    }

    /// <summary>Has the phase done again until a condition holds.</summary>
    /// <param name="until">The condition, read at the end of each turn.</param>
    /// <param name="max">How many turns there are at most; from 1 to 100,000.</param>
    /// <param name="delay">How long to wait before each further turn; null for not at all.</param>
    /// <param name="onExhausted">What it means that the condition does not hold after the last turn.</param>
    public PhaseBuilder Repeat(string until, int max, TimeSpan? delay = null, ExhaustedLoop onExhausted = ExhaustedLoop.Fail)
    {
        _repeat = (until, new RepeatDefinition { Until = null!, Max = max, Delay = delay, OnExhausted = onExhausted });
        return this;
    }

    /// <summary>Makes the phase conditional: it is skipped when the condition is false as it would start.</summary>
    /// <param name="condition">A condition over <c>inputs.NAME</c> and <c>tasks.ID.output</c>.</param>
    public PhaseBuilder When(string condition)
    {
        _when = condition;
        return this;
    }

    /// <summary>Says how long the phase may run, from its start. Without it there is no limit.</summary>
    /// <param name="timeout">The time; longer than zero.</param>
    public PhaseBuilder Timeout(TimeSpan timeout)
    {
        _phase = _phase with { Timeout = timeout };
        return this;
    }

    /// <summary>Says what a failed task means for the phase. The default is to stop the phase at its first failed task.</summary>
    /// <param name="mode">What happens when there are more failures than are allowed.</param>
    /// <param name="failuresAllowed">How many failed tasks are accepted. The default is 0.</param>
    public PhaseBuilder OnFailure(FailureMode mode, int failuresAllowed = 0)
    {
        _phase = _phase with { OnFailure = new FailurePolicy { Mode = mode, FailuresAllowed = failuresAllowed } };
        return this;
    }

    internal PhaseDefinition Build(PlanPointer at, Unreadable texts) => _phase with
    {
        When = texts.Condition(at.Member("when"), _when),
        SkipWhen = texts.Skip(at.Member("skipWhen"), _skip),
        Repeat = texts.Repeat(at.Member("repeat"), _repeat),
        Tasks = [.. _tasks.Select((task, index) => task.Build(at.Task(index), texts))],
    };
}
