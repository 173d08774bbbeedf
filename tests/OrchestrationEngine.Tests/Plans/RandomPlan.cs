using System.Globalization;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

/// <summary>Makes valid plans from a seed: odd names, every property, edges that only go forward in the order of the plan.</summary>
internal sealed partial class RandomPlan(int seed)
{
    private static readonly string[] OddNames =
        ["9a", "-1", "@plan", "a b", "it's", "say \"x\"", "ä", "日本", "😀", "a/b~c", "tasks", "${x}", "0", "back\\slash", "[0]", "true"];

    private static readonly string[] Texts =
        ["plain", "", "${", "$${", "a ${b} c", "$$$${x}", "}", "tab\there", "😀 ${x}", "\u2028", "line\nbreak", "$", "${inputs.x}", "quote\"", "<>&+'"];

    private readonly Random _random = new(seed);
    private readonly List<(TaskDefinition Task, int Phase)> _earlier = [];
    private readonly List<HashSet<int>> _before = [];
    private readonly HashSet<int> _repeated = [];
    private int _names;
    private bool _isNested;

    // A default that does not satisfy its schema is a problem of the plan, so there is one or the other.
    private PlanInput Input()
    {
        var schema = Chance(4) ? Schema() : (JsonData?)null;
        return new PlanInput { Name = Name(), Description = Maybe(Text), Required = Chance(2), Default = schema is null && Chance(2) ? Value() : null, Schema = schema };
    }

    public OrchestrationPlan Make(int maxPhases = 5, int maxTasksInPhase = 6, bool isNested = false)
    {
        _isNested = isNested;
        var phases = new List<PhaseDefinition>();
        var inputs = Some(3, () => Input());
        var agents = Chance(2) ? Some(3, () => new PlanAgent { Id = Name(), Uses = Chance(2) ? Name() : null, Description = Maybe(Text) }) : [];
        var tiers = Some(2, () => new PlanTier { Id = Name(), Name = Maybe(Text) });
        var count = _random.Next(1, maxPhases + 1);
        while (phases.Count < count)
        {
            phases.Add(Phase(phases, inputs, agents, tiers, maxTasksInPhase));
        }

        return WithHandoffs(new OrchestrationPlan
        {
            Id = Name(),
            Version = Chance(2) ? "1" : "2.0-β",
            Name = Maybe(Text),
            Description = Maybe(Text),
            Inputs = inputs,
            Agents = agents,
            Tiers = tiers,
            Phases = phases,
            Outputs = Chance(2) ? Some(3, () => Input(inputs, _before.Count)) : [],
            StartAt = inputs.Length > 0 && Chance(4) ? ValueExpression.Parse(DataPath.Parse("inputs").Member(inputs[0].Name).ToString()) : null,
            OnFailure = Failures(),
            MaxParallelTasks = Chance(2) ? _random.Next(1, 100) : null,
            MaxStarts = Chance(2) ? 10 : _random.Next(1, 1001),
        });
    }

    private PhaseDefinition Phase(List<PhaseDefinition> before, PlanInput[] inputs, PlanAgent[] agents, PlanTier[] tiers, int maxTasks)
    {
        string[]? dependsOn = Chance(2) ? null : [.. before.Where(_ => Chance(3)).Select(phase => phase.Id)];
        var own = _before.Count;
        var direct = Enumerable.Range(0, own).Where(index => dependsOn is null ? index == own - 1 : dependsOn.Contains(before[index].Id)).ToList();
        _before.Add([.. direct, .. direct.SelectMany(index => _before[index])]);
        var surely = dependsOn is null ? before.TakeLast(1) : before.Where(phase => dependsOn.Contains(phase.Id));
        var readable = surely.SelectMany(phase => phase.Tasks).Where(task => task.Outputs.Count == 0).ToList();
        var condition = readable.Count > 0 && Chance(2)
            ? ConditionExpression.Parse(Output(readable[_random.Next(readable.Count)].Id) + " != null")
            : null;
        if (Chance(5))
        {
            _repeated.Add(own);
        }

        var phase = new PhaseDefinition
        {
            Id = Name(),
            Name = Maybe(Text),
            Tier = tiers.Length > 0 && Chance(2) ? tiers[_random.Next(tiers.Length)].Id : null,
            DependsOn = dependsOn,
            Mode = (PhaseMode)_random.Next(4),
            When = condition,
            SkipWhen = condition is not null && Chance(2) ? new SkipCondition { Condition = ConditionExpression.Parse($"!({condition})"), Reason = Maybe(Text) } : null,
            MaxParallelTasks = Chance(3) ? _random.Next(1, 10) : null,
            Locks = Names($"lock-of-phase-{own}"),
            Timeout = Maybe(Duration),
            OnFailure = Failures(),
            Tasks = Some(maxTasks, () => Task(inputs, agents, own)),
        };
        if (phase.Mode == PhaseMode.OneAtATime && phase.Tasks.Any(task => task.Join.Kind == JoinKind.Each))
        {
            // Such a task takes no turns with those that it waits for.
            phase = phase with { Mode = PhaseMode.Parallel };
        }

        return _repeated.Contains(own) ? phase with { Repeat = Repeat(own) } : phase;
    }

    private TaskDefinition Task(PlanInput[] inputs, PlanAgent[] agents, int phase)
    {
        var task = new TaskDefinition
        {
            Id = Name(),
            Name = Maybe(Text),
            Agent = agents.Length > 0 ? agents[_random.Next(agents.Length)].Id : "agent",
            Inputs = Some(4, () => Input(inputs, phase)),
            Outputs = Chance(3) ? Some(3, Name) : [],
            DependsOn = [.. Reachable(phase).Where(_ => Chance(5)).Select(earlier => earlier.Id)],
            Priority = Chance(2) ? 0 : _random.Next(-3, 4),
            Timeout = Maybe(Duration),
            Retry = Chance(2) ? RetryPolicy.None : Retry(),
            Estimate = Maybe(Duration),
            OnSkipped = (OnSkipped)_random.Next(3),
            OnUnknown = (OnUnknown)_random.Next(3),
            MaxStarts = Chance(2) ? _random.Next(1, 1001) : null,
        };
        task = Chance(2) ? task : WithFlow(task, phase);
        if (task is { End: null, Choice: null })
        {
            _earlier.Add((task, phase));
        }

        return task;
    }

    private TaskInput Input(PlanInput[] inputs, int phase)
    {
        var earlier = Reachable(phase).ToList();
        return _random.Next(4) switch
        {
            0 when inputs.Length > 0 => new TaskInput { Name = Name(), From = DataPath.Parse("inputs").Member(inputs[_random.Next(inputs.Length)].Name).Element(0) },
            1 when earlier.Count > 0 => new TaskInput { Name = Name(), From = Output(earlier[_random.Next(earlier.Count)].Id) },
            2 when earlier.Count > 0 => new TaskInput { Name = Name(), Template = Template(earlier) },
            _ => new TaskInput { Name = Name(), Value = Value() },
        };
    }

    private RetryPolicy Retry() => new()
    {
        MaxAttempts = _random.Next(1, 10),
        InitialDelay = Chance(2) ? TimeSpan.Zero : Duration(),
        Factor = 1 + _random.NextDouble(),
        MaxDelay = Duration(),
        Jitter = (RetryJitter)_random.Next(3),
        NonRetryable = Some(3, () => (FailureClass)_random.Next(11)),
    };

    private FailurePolicy Failures() => new() { Mode = (FailureMode)_random.Next(2), FailuresAllowed = _random.Next(3) };

    private JsonData Value() => _random.Next(5) switch
    {
        0 => JsonData.Null,
        1 => JsonData.Parse(_random.NextDouble().ToString("R", CultureInfo.InvariantCulture)),
        2 => JsonData.Parse("""{"a":[1,{"${k}":"${x} and $${y}"},"b\u0024{z"],"n":1.50e3,"":null}"""),
        _ => JsonData.String(Text()),
    };

    private TimeSpan Duration() => new(_random.NextInt64(1, 1L << _random.Next(1, 50)));

    private string Text() => Texts[_random.Next(Texts.Length)];

    private string Name() => Chance(3) ? OddNames[_random.Next(OddNames.Length)] + _names++ : $"n{_names++}";

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private T[] Some<T>(int most, Func<T> make) => [.. Enumerable.Range(0, _random.Next(most + 1)).Select(_ => make())];

    private TimeSpan? Maybe(Func<TimeSpan> make) => Chance(2) ? make() : null;

    private static DataPath Output(string task) => DataPath.Parse("tasks").Member(task).Member("output");
}
