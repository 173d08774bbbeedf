using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Runs.Walks;

/// <summary>Random plans with what few tasks of a plan say: joins, choices, loops, lists, waits, locks, milestones. What makes no sense where it was drawn is left out.</summary>
internal static class RichPlan
{
    public static OrchestrationPlan Make(Random random)
    {
        var plan = RandomPlan.Make(random);
        for (var phase = 0; phase < plan.Phases.Count; phase++)
        {
            for (var task = 0; task < plan.Phases[phase].Tasks.Count; task++)
            {
                if (random.Next(5) < 2)
                {
                    plan = Try(plan, phase, tasks => [.. tasks.Select((each, index) => index == task ? Decorate(random, plan, each) : each)]);
                }
            }

            if (random.Next(6) == 0)
            {
                var decorated = Decorate(random, plan.Phases[phase]);
                plan = IfGood(plan with { Phases = [.. plan.Phases.Select((each, index) => index == phase ? decorated : each)] }, plan);
            }
        }

        return plan;
    }

    public static TaskDefinition Decorate(Random random, OrchestrationPlan plan, TaskDefinition task) => random.Next(15) switch
    {
        0 => task with { Join = new JoinDefinition { Kind = JoinKind.Any, CancelRest = random.Next(2) == 0 } },
        1 => task with { Join = new JoinDefinition { Kind = JoinKind.First } },
        2 => task with { Join = new JoinDefinition { Kind = JoinKind.AtLeast, Count = 1 } },
        3 => task with { Join = new JoinDefinition { Kind = JoinKind.Activated } },
        4 => task with { Join = new JoinDefinition { Kind = JoinKind.None } },
        5 => task with { Join = new JoinDefinition { Kind = JoinKind.Each } },
        6 => task with { When = ConditionExpression.Parse("inputs.flag") },
        7 => task with { SkipWhen = new SkipCondition { Condition = ConditionExpression.Parse("inputs.flag"), Reason = "It flags." } },
        8 => task with { Choice = "one", When = ConditionExpression.Parse(random.Next(2) == 0 ? "inputs.flag" : "true") },
        9 => task with { Repeat = new RepeatDefinition { Until = ConditionExpression.Parse("turn == 2"), Max = random.Next(1, 4), Delay = random.Next(2) == 0 ? TimeSpan.FromSeconds(3) : null, OnExhausted = (ExhaustedLoop)random.Next(2) } },
        10 => task with { ForEach = new ForEachDefinition { Items = ValueExpression.Parse("[1, 2, 3]"), MaxParallel = random.Next(2) == 0 ? 1 : null, ContinueOnError = random.Next(2) == 0, Join = random.Next(2) == 0 ? JoinDefinition.All : new JoinDefinition { Kind = JoinKind.AtLeast, Count = 2, CancelRest = random.Next(2) == 0 } } },
        11 => task with { Agent = null, Inputs = [], Retry = RetryPolicy.None, OnUnknown = OnUnknown.Retry, MaxStarts = null, Wait = new WaitDefinition { Branches = [new WaitBranch { After = TimeSpan.FromSeconds(5) }] } },
        12 => task with { Agent = null, Inputs = [], Retry = RetryPolicy.None, OnUnknown = OnUnknown.Retry, MaxStarts = null, Timeout = TimeSpan.FromSeconds(9), Wait = new WaitDefinition { Branches = [new WaitBranch { Signal = TextTemplate.Parse("go") }] } },
        13 => task with { Locks = ["lock"] },
        _ => task with { Guard = ConditionExpression.Parse($"tasks.{AnyOf(random, plan)}.status == 'succeeded'"), GuardTimeout = random.Next(2) == 0 ? TimeSpan.FromSeconds(4) : null },
    };

    private static PhaseDefinition Decorate(Random random, PhaseDefinition phase) => random.Next(4) switch
    {
        0 => phase with { Mode = PhaseMode.OneAtATime },
        1 => phase with { MaxParallelTasks = 1 },
        2 => phase with { Repeat = new RepeatDefinition { Until = ConditionExpression.Parse("turn == 2"), Max = 2 } },
        _ => phase with { Locks = ["lock"] },
    };

    private static OrchestrationPlan Try(OrchestrationPlan plan, int phase, Func<IReadOnlyList<TaskDefinition>, IReadOnlyList<TaskDefinition>> change)
        => IfGood(plan with { Phases = [.. plan.Phases.Select((each, index) => index == phase ? each with { Tasks = change(each.Tasks) } : each)] }, plan);

    private static OrchestrationPlan IfGood(OrchestrationPlan changed, OrchestrationPlan otherwise) => PlanVerifier.Verify(changed).Count == 0 ? changed : otherwise;

    private static string AnyOf(Random random, OrchestrationPlan plan)
    {
        var tasks = plan.Phases.SelectMany(phase => phase.Tasks).ToList();
        return tasks[random.Next(tasks.Count)].Id;
    }
}
