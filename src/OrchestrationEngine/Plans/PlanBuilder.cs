namespace OrchestrationEngine.Plans;

/// <summary>Writes a plan in code. Nothing is checked until <see cref="Build"/>, which reports everything at once. For one thread.</summary>
public sealed partial class PlanBuilder
{
    private readonly List<PlanInput> _inputs = [];
    private readonly List<PlanAgent> _agents = [];
    private readonly List<PlanTier> _tiers = [];
    private readonly List<PhaseBuilder> _phases = [];
    private readonly List<BuiltInput> _outputs = [];
    private OrchestrationPlan _header;
    private string? _startAt;

    /// <summary>Begins a plan.</summary>
    /// <param name="id">The plan's id.</param>
    public PlanBuilder(string id) => _header = new OrchestrationPlan { Id = id, Phases = [] };

    /// <summary>Says which version of the plan this is. The default is <c>1</c>.</summary>
    /// <param name="version">The version, as the plan's authors count.</param>
    public PlanBuilder Version(string version)
    {
        _header = _header with { Version = version };
        return this;
    }

    /// <summary>Gives the plan a name for people.</summary>
    /// <param name="name">The name.</param>
    public PlanBuilder Name(string name)
    {
        _header = _header with { Name = name };
        return this;
    }

    /// <summary>Says what the plan is for.</summary>
    /// <param name="description">The description, for people.</param>
    public PlanBuilder Description(string description)
    {
        _header = _header with { Description = description };
        return this;
    }

    /// <summary>Adds an input that a run of the plan takes.</summary>
    /// <param name="name">The name by which tasks and conditions refer to it.</param>
    /// <param name="required">Whether a run can't start without it. The default is false.</param>
    /// <param name="defaultValue">The value where the run gives none; null when there is no default.</param>
    /// <param name="description">What it means, for people, or null.</param>
    /// <param name="schema">A JSON Schema that the value must satisfy; null for any value.</param>
    public PlanBuilder Input(string name, bool required = false, JsonData? defaultValue = null, string? description = null, JsonData? schema = null)
    {
        _inputs.Add(new PlanInput { Name = name, Required = required, Default = defaultValue, Description = description, Schema = schema });
        return this;
    }

    /// <summary>Adds a value that a run of the plan gives when it succeeds.</summary>
    /// <param name="name">The name under which it is given.</param>
    /// <param name="template">A text with expressions in it. One that is a single <c>${...}</c> keeps the type of its value.</param>
    public PlanBuilder Output(string name, string template) => Output(name, JsonData.String(template));

    /// <summary>Adds a value that a run of the plan gives when it succeeds.</summary>
    /// <param name="name">The name under which it is given.</param>
    /// <param name="source">A value of which every string may be a template, as in a plan file.</param>
    public PlanBuilder Output(string name, JsonData source)
    {
        _outputs.Add(new BuiltInput(name, Template: source));
        return this;
    }

    /// <summary>Says at which phase a run starts.</summary>
    /// <param name="expression">An expression over the inputs that gives the id of a phase, or null for the beginning.</param>
    public PlanBuilder StartAt(string expression)
    {
        _startAt = expression;
        return this;
    }

    /// <summary>Adds an agent under the name that this plan gives it. As soon as a plan lists one agent, its tasks may name only listed ones.</summary>
    /// <param name="id">The name that the plan's tasks use.</param>
    /// <param name="uses">The name under which the application registered the agent; null when it is the same.</param>
    /// <param name="description">What the agent does, for people, or null.</param>
    public PlanBuilder Agent(string id, string? uses = null, string? description = null)
    {
        _agents.Add(new PlanAgent { Id = id, Uses = uses, Description = description });
        return this;
    }

    /// <summary>Adds a label that groups phases in reports.</summary>
    /// <param name="id">The tier's id.</param>
    /// <param name="name">A name for people, or null.</param>
    public PlanBuilder Tier(string id, string? name = null)
    {
        _tiers.Add(new PlanTier { Id = id, Name = name });
        return this;
    }

    /// <summary>Says what a failed phase means for the run. The default is to stop the run at the first failed phase.</summary>
    /// <param name="mode">What happens when there are more failures than are allowed.</param>
    /// <param name="failuresAllowed">How many failed phases are accepted. The default is 0.</param>
    public PlanBuilder OnFailure(FailureMode mode, int failuresAllowed = 0)
    {
        _header = _header with { OnFailure = new FailurePolicy { Mode = mode, FailuresAllowed = failuresAllowed } };
        return this;
    }

    /// <summary>Limits how many tasks of one run may run at the same time. Without it only the engine's limit holds.</summary>
    /// <param name="tasks">The most tasks; from 1 on.</param>
    public PlanBuilder MaxParallelTasks(int tasks)
    {
        _header = _header with { MaxParallelTasks = tasks };
        return this;
    }

    /// <summary>Says after how many attempts in a row that ended with their process a task is set aside. The default is 10.</summary>
    /// <param name="starts">The number of attempts; from 1 to 1,000.</param>
    public PlanBuilder MaxStarts(int starts)
    {
        _header = _header with { MaxStarts = starts };
        return this;
    }

    /// <summary>Adds a phase behind those already there.</summary>
    /// <param name="id">The phase's id, unique in the plan.</param>
    /// <param name="configure">Says what is in it; null for a phase without tasks.</param>
    public PlanBuilder Phase(string id, Action<PhaseBuilder>? configure = null)
    {
        var phase = new PhaseBuilder(id);
        configure?.Invoke(phase);
        _phases.Add(phase);
        return this;
    }

    /// <summary>Makes the plan and verifies it.</summary>
    /// <param name="limits">How large the plan may be; null for <see cref="PlanLimits.Default"/>.</param>
    /// <returns>The plan. The builder may be used further; the plan does not change.</returns>
    /// <exception cref="PlanInvalidException">The plan can't run; the exception has every problem, with JSON pointers into the plan.</exception>
    public OrchestrationPlan Build(PlanLimits? limits = null)
    {
        limits ??= PlanLimits.Default;
        var unreadable = new PlanProblemList(limits.MaxProblems);
        var texts = new Unreadable(unreadable);
        var plan = _header with
        {
            Inputs = [.. _inputs],
            Agents = [.. _agents],
            Tiers = [.. _tiers],
            Phases = [.. _phases.Select((phase, index) => phase.Build(PlanPointer.Phase(index), texts))],
            Outputs = [.. _outputs.Select(output => texts.Input(PlanPointer.Plan.Member("outputs"), output))],
            StartAt = texts.Value(PlanPointer.Plan.Member("startAt"), _startAt),
        };
        var verified = PlanVerifier.Collect(plan, limits, registeredAgents: null, hasLostParts: false).Problems;
        var more = FollowUps.Without(unreadable.Kept, verified.Kept);
        var total = unreadable.Total + verified.Total - (verified.Kept.Count - more.Count);
        return total == 0
            ? plan
            : throw new PlanInvalidException(plan.Id, PlanProblemList.Cut([.. unreadable.Kept, .. more], total, limits.MaxProblems));
    }
}
