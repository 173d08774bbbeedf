using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Runs.Walks;

/// <summary>Adds to a random plan what a plan can say about flow: joins, conditions, choices, loops, milestones, locks, and ends.</summary>
internal static class RandomFlow
{
    private static readonly string[] Locks = ["l", "m"];

    public static OrchestrationPlan AddTo(OrchestrationPlan plan, Random random)
    {
        for (var tries = 0; tries < 20; tries++)
        {
            var drawn = plan with
            {
                Phases = [.. plan.Phases.Select(phase => Phase(random, plan, phase))],
                StartAt = random.Next(6) == 0 ? ValueExpression.Parse(random.Next(3) == 0 ? "inputs.none" : "inputs.start") : null,
            };
            if (PlanVerifier.Verify(drawn).Count == 0)
            {
                return drawn;
            }
        }

        return plan;
    }

    private static PhaseDefinition Phase(Random random, OrchestrationPlan plan, PhaseDefinition phase)
    {
        // Who depends on a task of a loop must come after it, so loops are where no other phase reaches in.
        var own = phase.Tasks.Select(task => task.Id).ToHashSet();
        var isAlone = plan.Phases.Where(other => other != phase).SelectMany(other => other.Tasks).All(task => task.DependsOn.All(id => !own.Contains(id)) && task.Inputs.All(input => !own.Contains(input.From!.Segments[0].Key!)));
        return phase with
        {
            Mode = random.Next(6) == 0 ? PhaseMode.OneAtATime : phase.Mode,
            MaxParallelTasks = random.Next(6) == 0 ? random.Next(1, 3) : null,
            Locks = random.Next(8) == 0 ? ["p"] : [],
            SkipWhen = random.Next(10) == 0 ? new SkipCondition { Condition = If("inputs.flag"), Reason = "Done before." } : null,
            Repeat = isAlone && random.Next(4) == 0 ? Repeat(random, phase.Tasks.Select(task => task.Id).ToList()) : null,
            Tasks = [.. phase.Tasks.Select((task, index) => Task(random, phase, task, index))],
        };
    }

    private static TaskDefinition Task(Random random, PhaseDefinition phase, TaskDefinition task, int index)
    {
        var earlier = phase.Tasks.Take(index).Select(each => each.Id).ToList();
        var others = phase.Tasks.Where(each => each != task).Select(each => each.Id).ToList();
        var needs = task.DependsOn.Concat(task.Inputs.Select(input => input.From!.Segments[0].Key!)).Distinct().Count();
        var drawn = task with
        {
            Join = Join(random, task, needs),
            When = random.Next(6) == 0 ? Condition(random, earlier) : null,
            SkipWhen = random.Next(10) == 0 ? new SkipCondition { Condition = Condition(random, earlier) } : null,
            Choice = random.Next(4) == 0 ? "way" : null,
            Repeat = random.Next(5) == 0 ? Repeat(random, [task.Id]) : null,
            Guard = random.Next(8) == 0 ? Guard(random, others) : null,
            Locks = random.Next(4) == 0 ? [.. Locks.Where(_ => random.Next(2) == 0)] : [],
        };
        drawn = drawn with { GuardTimeout = drawn.Guard is not null && random.Next(2) == 0 ? TimeSpan.FromSeconds(random.Next(1, 20)) : null };
        return random.Next(25) == 0
            ? new TaskDefinition { Id = task.Id, DependsOn = task.DependsOn, When = drawn.When, Guard = drawn.Guard, End = new EndDefinition { Status = (EndStatus)random.Next(3) } }
            : drawn;
    }

    private static JoinDefinition Join(Random random, TaskDefinition task, int needs)
    {
        if (needs == 0 || random.Next(2) == 0)
        {
            return JoinDefinition.All;
        }

        var kind = (JoinKind)random.Next((int)JoinKind.Until + 1);
        return new JoinDefinition
        {
            Kind = kind,
            Count = kind == JoinKind.AtLeast ? random.Next(1, needs + 1) : 0,
            Condition = kind == JoinKind.Until && task.DependsOn.Count > 0 ? If($"tasks.{task.DependsOn[0]}.output.ok || tasks.{task.DependsOn[^1]}.status == 'failed'") : kind == JoinKind.Until ? If("inputs.flag") : null,
            CancelRest = kind is JoinKind.Any or JoinKind.AtLeast or JoinKind.Until && random.Next(2) == 0,
        };
    }

    private static RepeatDefinition Repeat(Random random, List<string> tasks) => new()
    {
        Until = If(random.Next(4) switch
        {
            0 => "turn == 2",
            1 => "false",
            2 when tasks.Count > 0 => $"tasks.{tasks[random.Next(tasks.Count)]}.output.ok",
            _ => "turn == 3 || inputs.flag",
        }),
        Max = random.Next(1, 4),
        Delay = random.Next(3) == 0 ? TimeSpan.FromSeconds(random.Next(0, 10)) : null,
        OnExhausted = (ExhaustedLoop)random.Next(2),
    };

    private static ConditionExpression Condition(Random random, List<string> tasks) => If(random.Next(5) switch
    {
        0 => "inputs.flag",
        1 => "!inputs.flag",
        2 when tasks.Count > 0 => $"tasks.{tasks[random.Next(tasks.Count)]}.output.ok",
        3 when tasks.Count > 0 => $"tasks.{tasks[random.Next(tasks.Count)]}.status == 'succeeded'",
        _ => "true",
    });

    private static ConditionExpression Guard(Random random, List<string> tasks) => If(random.Next(4) switch
    {
        0 => "signals.go[0] != null",
        1 when tasks.Count > 0 => $"tasks.{tasks[random.Next(tasks.Count)]}.status == 'running'",
        2 when tasks.Count > 0 => $"tasks.{tasks[random.Next(tasks.Count)]}.status != 'pending'",
        _ => "phases.p0.status == 'completed' || phases.p0.status == 'running'",
    });

    private static ConditionExpression If(string text) => ConditionExpression.Parse(text);
}
