namespace OrchestrationEngine.Plans;

/// <content>When, how often and with what a task runs.</content>
public sealed partial class TaskBuilder
{
    private readonly List<ResourceUse> _resources = [];
    private string? _when;
    private string? _guard;
    private (string Condition, string? Reason)? _skip;
    private (string Until, RepeatDefinition Loop)? _repeat;
    private (string Items, ForEachDefinition ForEach)? _forEach;

    /// <summary>Says what is needed of the tasks that this one depends on. The default is all of them.</summary>
    /// <param name="join">What is needed.</param>
    public TaskBuilder Join(JoinDefinition join)
    {
        _task = _task with { Join = join };
        return this;
    }

    /// <summary>Makes the task conditional: it is skipped when the condition is false as it would start.</summary>
    /// <param name="condition">The condition.</param>
    public TaskBuilder When(string condition)
    {
        _when = condition;
        return this;
    }

    /// <summary>Leaves the task out when a condition is true as it would start.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="reason">Why, for people; null for the text of the condition.</param>
    public TaskBuilder SkipWhen(string condition, string? reason = null)
    {
        _skip = (condition, reason);
        return this;
    }

    /// <summary>Makes the task a branch of an exclusive choice: of the tasks of the phase with the same name, the first whose conditions hold is done.</summary>
    /// <param name="name">The name of the choice.</param>
    public TaskBuilder Choice(string name)
    {
        _task = _task with { Choice = name };
        return this;
    }

    /// <summary>Has the task done again until a condition holds.</summary>
    /// <param name="until">The condition, read at the end of each turn.</param>
    /// <param name="max">How many turns there are at most; from 1 to 100,000.</param>
    /// <param name="delay">How long to wait before each further turn; null for not at all.</param>
    /// <param name="onExhausted">What it means that the condition does not hold after the last turn.</param>
    public TaskBuilder Repeat(string until, int max, TimeSpan? delay = null, ExhaustedLoop onExhausted = ExhaustedLoop.Fail)
    {
        _repeat = (until, new RepeatDefinition { Until = null!, Max = max, Delay = delay, OnExhausted = onExhausted });
        return this;
    }

    /// <summary>Has the task done for each item of a list.</summary>
    /// <param name="items">An expression that gives the list.</param>
    /// <param name="maxParallel">How many items may be under way at the same time; null for no limit of its own.</param>
    /// <param name="join">When the task is done; null for when all items have ended.</param>
    /// <param name="continueOnError">Whether items that fail are left out of the output as null, instead of failing the task.</param>
    /// <param name="open">Whether items may be added until the list is sealed.</param>
    public TaskBuilder ForEach(string items, int? maxParallel = null, JoinDefinition? join = null, bool continueOnError = false, bool open = false)
    {
        _forEach = (items, new ForEachDefinition { Items = null!, MaxParallel = maxParallel, Join = join ?? JoinDefinition.All, ContinueOnError = continueOnError, Open = open });
        return this;
    }

    /// <summary>Makes the task wait for a milestone: it starts only while the condition holds.</summary>
    /// <param name="condition">The condition, looked at until the moment of the start.</param>
    /// <param name="timeout">How long the task waits for it, before it is skipped; null for as long as anything can still change.</param>
    public TaskBuilder Guard(string condition, TimeSpan? timeout = null)
    {
        _guard = condition;
        _task = _task with { GuardTimeout = timeout };
        return this;
    }

    /// <summary>Has the task hold locks of the run from its start to its end.</summary>
    /// <param name="names">The names of the locks.</param>
    public TaskBuilder Locks(params ReadOnlySpan<string> names)
    {
        _task = _task with { Locks = [.. _task.Locks, .. names] };
        return this;
    }

    /// <summary>Says what the task takes of a named resource of the engine while an attempt runs.</summary>
    /// <param name="name">The resource.</param>
    /// <param name="weight">How much; from 1.</param>
    public TaskBuilder Resource(string name, int weight = 1)
    {
        _resources.Add(new ResourceUse(name, weight));
        return this;
    }

    /// <summary>Declares what the task reads, for smart mode.</summary>
    /// <param name="names">Names of documents and artifacts.</param>
    public TaskBuilder Reads(params ReadOnlySpan<string> names)
    {
        _task = _task with { Reads = [.. _task.Reads, .. names] };
        return this;
    }

    /// <summary>Declares what the task writes, for smart mode.</summary>
    /// <param name="names">Names of documents and artifacts.</param>
    public TaskBuilder Writes(params ReadOnlySpan<string> names)
    {
        _task = _task with { Writes = [.. _task.Writes, .. names] };
        return this;
    }

    /// <summary>Declares what the task needs for itself alone, for smart mode.</summary>
    /// <param name="names">Names of what it needs.</param>
    public TaskBuilder Exclusive(params ReadOnlySpan<string> names)
    {
        _task = _task with { Exclusive = [.. _task.Exclusive, .. names] };
        return this;
    }

    /// <summary>Lets nothing else of a smart phase run beside the task.</summary>
    public TaskBuilder Critical()
    {
        _task = _task with { Criticality = TaskCriticality.Critical };
        return this;
    }

    /// <summary>Labels the task.</summary>
    /// <param name="tags">The labels.</param>
    public TaskBuilder Tags(params ReadOnlySpan<string> tags)
    {
        _task = _task with { Tags = [.. _task.Tags, .. tags] };
        return this;
    }

    /// <summary>Says what an attempt is thought to take, for forecasts.</summary>
    /// <param name="p90">A time within which nine of ten attempts end; null when nobody knows.</param>
    /// <param name="tokens">How many tokens; null when nobody knows.</param>
    /// <param name="cost">The cost, in the plan's own currency; null when nobody knows.</param>
    public TaskBuilder Forecast(TimeSpan? p90 = null, long? tokens = null, decimal? cost = null)
    {
        _task = _task with { EstimateP90 = p90, EstimatedTokens = tokens, EstimatedCost = cost };
        return this;
    }

    internal TaskBuilder SubPlan(SubPlanDefinition plan)
    {
        _task = _task with { SubPlan = plan };
        return this;
    }

    // Each 'with' copies what few tasks say, so the plain ones are left alone.
    private TaskDefinition BuildFlow(PlanPointer at, Unreadable texts)
    {
        var task = BuildKind(at, texts);
        if ((_when ?? _guard ?? _skip?.Condition ?? _repeat?.Until ?? _forEach?.Items) is null && _resources.Count == 0)
        {
            return task;
        }

        return task with
        {
            When = texts.Condition(at.Member("when"), _when),
            Guard = texts.Condition(at.Member("guard"), _guard),
            SkipWhen = texts.Skip(at.Member("skipWhen"), _skip),
            Repeat = texts.Repeat(at.Member("repeat"), _repeat),
            ForEach = _forEach is { } forEach ? forEach.ForEach with { Items = texts.Value(at.Member("forEach").Leaf("items"), forEach.Items)! } : null,
            Resources = [.. _resources],
        };
    }
}
