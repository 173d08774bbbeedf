namespace OrchestrationEngine.Plans;

/// <summary>Writes a task in code; see <see cref="PhaseBuilder.Task"/>. For one thread.</summary>
public sealed partial class TaskBuilder
{
    private readonly List<BuiltInput> _inputs = [];
    private readonly List<string> _outputs = [];
    private readonly List<string> _dependsOn = [];
    private TaskDefinition _task;

    internal TaskBuilder(string id, string? agent) => _task = new TaskDefinition { Id = id, Agent = agent };

    /// <summary>Gives the task a name for people.</summary>
    /// <param name="name">The name.</param>
    public TaskBuilder Name(string name)
    {
        _task = _task with { Name = name };
        return this;
    }

    /// <summary>Adds an input with a value.</summary>
    /// <param name="name">The name under which the agent finds it.</param>
    /// <param name="value">The value.</param>
    public TaskBuilder Input(string name, JsonData value)
    {
        _inputs.Add(new BuiltInput(name, value));
        return this;
    }

    /// <summary>Adds an input with a text. The text is taken as it is: <c>${...}</c> in it is no binding.</summary>
    /// <param name="name">The name under which the agent finds it.</param>
    /// <param name="text">The text; null gives JSON <c>null</c>.</param>
    public TaskBuilder Input(string name, string? text) => Input(name, JsonData.String(text));

    /// <summary>Adds an input with a whole number.</summary>
    /// <param name="name">The name under which the agent finds it.</param>
    /// <param name="number">The number.</param>
    public TaskBuilder Input(string name, long number) => Input(name, JsonData.Parse(FormattableString.Invariant($"{number}")));

    /// <summary>Adds an input that is true or false.</summary>
    /// <param name="name">The name under which the agent finds it.</param>
    /// <param name="value">The value.</param>
    public TaskBuilder Input(string name, bool value) => Input(name, JsonData.Parse(value ? "true" : "false"));

    /// <summary>Adds an input whose value comes from an input of the run or from the output of another task, which then is a dependency.</summary>
    /// <param name="name">The name under which the agent finds it.</param>
    /// <param name="path">Where it comes from: <c>inputs.NAME</c> or <c>tasks.ID.output</c>, with members below it.</param>
    public TaskBuilder Bind(string name, string path)
    {
        _inputs.Add(new BuiltInput(name, Path: path));
        return this;
    }

    /// <summary>Adds an input that is computed when the task starts. Tasks whose results it mentions are dependencies.</summary>
    /// <param name="name">The name under which the agent finds it.</param>
    /// <param name="text">A text with expressions in it: <c>Review ${inputs.name}</c>. One that is a single <c>${...}</c> keeps the type of its value.</param>
    public TaskBuilder Template(string name, string text) => Template(name, JsonData.String(text));

    /// <summary>Adds an input that is computed when the task starts. Tasks whose results it mentions are dependencies.</summary>
    /// <param name="name">The name under which the agent finds it.</param>
    /// <param name="source">A value of which every string may be a template, as in a plan file.</param>
    public TaskBuilder Template(string name, JsonData source)
    {
        _inputs.Add(new BuiltInput(name, Template: source));
        return this;
    }

    /// <summary>Declares members that the task's output must have.</summary>
    /// <param name="members">Their names.</param>
    public TaskBuilder Output(params ReadOnlySpan<string> members)
    {
        _outputs.AddRange(members);
        return this;
    }

    /// <summary>Lets the task wait for others, besides those that its inputs are bound to.</summary>
    /// <param name="tasks">Ids of tasks.</param>
    public TaskBuilder After(params ReadOnlySpan<string> tasks)
    {
        _dependsOn.AddRange(tasks);
        return this;
    }

    /// <summary>Says how urgent the task is. Among tasks that could start, those with the higher priority start first. The default is 0.</summary>
    /// <param name="priority">The priority.</param>
    public TaskBuilder Priority(int priority)
    {
        _task = _task with { Priority = priority };
        return this;
    }

    /// <summary>Says how long one attempt may take. Without it there is no limit.</summary>
    /// <param name="timeout">The time; longer than zero.</param>
    public TaskBuilder Timeout(TimeSpan timeout)
    {
        _task = _task with { Timeout = timeout };
        return this;
    }

    /// <summary>Says how long the task is thought to take.</summary>
    /// <param name="estimate">The time; not negative.</param>
    public TaskBuilder Estimate(TimeSpan estimate)
    {
        _task = _task with { Estimate = estimate };
        return this;
    }

    /// <summary>Lets a failed attempt be tried again. Without it there is one attempt.</summary>
    /// <param name="policy">How often and when.</param>
    public TaskBuilder Retry(RetryPolicy policy)
    {
        _task = _task with { Retry = policy };
        return this;
    }

    /// <summary>Lets a failed attempt be tried again. What is not given is as in <see cref="RetryPolicy"/>.</summary>
    /// <param name="maxAttempts">How many attempts there may be, the first included.</param>
    /// <param name="initialDelay">The delay before the second attempt.</param>
    /// <param name="factor">What the delay is multiplied by from one attempt to the next.</param>
    /// <param name="maxDelay">The longest delay.</param>
    /// <param name="jitter">How the delay is spread.</param>
    public TaskBuilder Retry(int maxAttempts, TimeSpan? initialDelay = null, double? factor = null, TimeSpan? maxDelay = null, RetryJitter jitter = RetryJitter.None)
        => Retry(new RetryPolicy
        {
            MaxAttempts = maxAttempts,
            InitialDelay = initialDelay ?? RetryPolicy.None.InitialDelay,
            Factor = factor ?? RetryPolicy.None.Factor,
            MaxDelay = maxDelay ?? RetryPolicy.None.MaxDelay,
            Jitter = jitter,
        });

    /// <summary>Says what happens when a task that this one depends on ended without an output. The default is to skip this one too.</summary>
    /// <param name="reaction">What happens.</param>
    public TaskBuilder OnSkipped(OnSkipped reaction)
    {
        _task = _task with { OnSkipped = reaction };
        return this;
    }

    /// <summary>Says what happens when nobody knows whether an attempt did its work. The default is to try again.</summary>
    /// <param name="policy">What happens.</param>
    public TaskBuilder OnUnknown(OnUnknown policy)
    {
        _task = _task with { OnUnknown = policy };
        return this;
    }

    /// <summary>Says after how many attempts in a row that ended with their process the task is set aside. Without it the plan's number holds.</summary>
    /// <param name="starts">The number of attempts; from 1 to 1,000.</param>
    public TaskBuilder MaxStarts(int starts)
    {
        _task = _task with { MaxStarts = starts };
        return this;
    }

    internal TaskDefinition Build(PlanPointer at, Unreadable texts)
        => BuildFlow(at, texts) with
        {
            Inputs = [.. _inputs.Select(input => texts.Input(at.Member(PlanPaths.Inputs), input))],
            Outputs = [.. _outputs],
            DependsOn = [.. _dependsOn],
        };
}
