using System.Globalization;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Reference;

/// <summary>Random plans of phases and tasks with joins, conditions, choices, loops, ends and policies for failures.</summary>
internal sealed class RandomFlowPlan(Random random)
{
    private readonly List<(string Id, int Phase)> _tasks = [];
    private readonly List<PhaseDefinition> _phases = [];

    public OrchestrationPlan Make()
    {
        for (var left = random.Next(1, 5); left > 0; left--)
        {
            _phases.Add(Phase(_phases.Count));
        }

        return new OrchestrationPlan
        {
            Id = "random",
            Inputs = [new PlanInput { Name = "a" }, new PlanInput { Name = "b" }],
            Phases = _phases,
            OnFailure = Failures(),
        };
    }

    public string Inputs() => FormattableString.Invariant($$"""{"a":{{random.Next(3)}},"b":{{random.Next(3)}}}""");

    public string Output() => random.Next(3).ToString(CultureInfo.InvariantCulture);

    private bool Chance(int percent) => random.Next(100) < percent;

    private static string Id(int index) => string.Create(CultureInfo.InvariantCulture, $"t{index}");

    private FailurePolicy Failures() => new() { Mode = (FailureMode)random.Next(2), FailuresAllowed = Chance(40) ? random.Next(1, 4) : 0 };

    private PhaseDefinition Phase(int index)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"p{index}");
        List<string>? dependsOn = Chance(50) || index == 0 ? null : [.. _phases.Where(_ => Chance(40)).Select(phase => phase.Id)];
        var before = BeforePhase(index, dependsOn);
        var isRepeated = Chance(20);
        var first = _tasks.Count;
        var mode = Chance(30) ? PhaseMode.Sequential : Chance(10) ? PhaseMode.OneAtATime : PhaseMode.Parallel;
        var tasks = new List<TaskDefinition>();
        for (var left = random.Next(0, 7); left > 0; left--)
        {
            tasks.Add(Task(index, before));
        }

        var own = _tasks.Skip(first).Select(task => task.Id).ToList();
        return new PhaseDefinition
        {
            Id = id,
            DependsOn = dependsOn,
            Mode = mode,
            When = Chance(20) ? Condition(before.Select(task => task.Id)) : null,
            SkipWhen = Chance(10) ? new SkipCondition { Condition = Condition(before.Select(task => task.Id)) } : null,
            Repeat = isRepeated ? Repeat(own) : null,
            OnFailure = Failures(),
            Tasks = tasks,
        };
    }

    // What a phase depends on, directly or not: all that has ended for certain when it begins.
    private List<(string Id, int Phase)> BeforePhase(int index, List<string>? dependsOn)
    {
        var sources = dependsOn is null ? (index > 0 ? [index - 1] : new List<int>()) : [.. dependsOn.Select(id => int.Parse(id[1..], CultureInfo.InvariantCulture))];
        var all = new HashSet<int>();
        while (sources.Count > 0)
        {
            var source = sources[^1];
            sources.RemoveAt(sources.Count - 1);
            if (all.Add(source))
            {
                sources.AddRange(_phases[source].DependsOn is { } names ? names.Select(id => int.Parse(id[1..], CultureInfo.InvariantCulture)) : source > 0 ? [source - 1] : []);
            }
        }

        return [.. _tasks.Where(task => all.Contains(task.Phase))];
    }

    private TaskDefinition Task(int phase, List<(string Id, int Phase)> before)
    {
        var id = Id(_tasks.Count);

        // Tasks of a phase that is repeated may be waited for from outside only when that phase is over.
        var sources = _tasks.Where(task => task.Phase == phase || before.Contains(task) || _phases[task.Phase].Repeat is null).Select(task => task.Id).ToList();
        var dependsOn = sources.Where(_ => Chance(30)).TakeLast(4).ToList();
        _tasks.Add((id, phase));
        var task = new TaskDefinition
        {
            Id = id,
            Agent = Chance(4) ? null : "agent",
            DependsOn = dependsOn,
            OnSkipped = (OnSkipped)random.Next(3),
        };
        task = task.Agent is null ? task with { End = new EndDefinition { Status = (EndStatus)random.Next(3) } } : task;
        task = dependsOn.Count > 0 && Chance(60) ? task with { Join = Join(dependsOn) } : task;
        task = Chance(20) ? task with { When = Condition(sources) } : task;
        task = Chance(10) ? task with { SkipWhen = new SkipCondition { Condition = Condition(sources) } } : task;
        task = Chance(15) && task.Join.Kind != JoinKind.First && !task.Join.CancelRest ? task with { Choice = Chance(70) ? "one" : "two" } : task;
        return Chance(15) && task.End is null ? task with { Repeat = Repeat([id]) } : task;
    }

    private JoinDefinition Join(List<string> sources) => random.Next(7) switch
    {
        0 => new JoinDefinition { Kind = JoinKind.Any },
        1 => new JoinDefinition { Kind = JoinKind.AtLeast, Count = random.Next(1, sources.Count + 1), CancelRest = Chance(40) },
        2 => new JoinDefinition { Kind = JoinKind.Activated },
        3 => new JoinDefinition { Kind = JoinKind.First },
        4 => new JoinDefinition { Kind = JoinKind.None },
        5 => new JoinDefinition { Kind = JoinKind.Until, Condition = Condition(sources), CancelRest = Chance(30) },
        _ => JoinDefinition.All,
    };

    private RepeatDefinition Repeat(List<string> own) => new()
    {
        Until = Condition(own),
        Max = random.Next(1, 4),
        OnExhausted = (ExhaustedLoop)random.Next(2),
    };

    private ConditionExpression Condition(IEnumerable<string> tasks)
    {
        var known = tasks.ToList();
        var parts = Enumerable.Range(0, random.Next(1, 3)).Select(_ => Comparison(known));
        return ConditionExpression.Parse(string.Join(Chance(50) ? " && " : " || ", parts));
    }

    private string Comparison(List<string> tasks)
    {
        var left = tasks.Count == 0 || Chance(30)
            ? $"inputs.{(Chance(50) ? "a" : "b")}"
            : Chance(15) ? $"tasks.{tasks[random.Next(tasks.Count)]}.output.missing" : $"tasks.{tasks[random.Next(tasks.Count)]}.output";
        return string.Create(CultureInfo.InvariantCulture, $"{left} {(Chance(60) ? "==" : "!=")} {random.Next(3)}");
    }
}
