using System.Text;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Walks;

/// <summary>Patches at random, of which many can't be made, many are too late, and many are good.</summary>
internal static class RandomPatch
{
    public static PlanPatch Make(Random random, OrchestrationPlan plan)
        => new() { Changes = [.. Enumerable.Range(0, random.Next(4) == 0 ? random.Next(2, 5) : 1).Select(_ => Change(random, plan))] };

    /// <summary>Another version: with changes that a patch could not make, without one of the tasks, or with another name of one.</summary>
    public static RunCommand.Move Move(Random random, OrchestrationPlan plan)
    {
        if (Make(random, plan).TryApply(plan, out var patched, out _))
        {
            plan = patched;
        }

        var tasks = plan.Phases.SelectMany(phase => phase.Tasks).Select(task => task.Id).ToList();
        if (tasks.Count == 0)
        {
            return new RunCommand.Move(plan, PlanRenames.None, "somebody", "Newer.");
        }

        var (one, name) = (tasks[random.Next(tasks.Count)], $"m{random.Next(99)}");
        var isRenamed = random.Next(3) == 0;
        plan = random.Next(3) switch
        {
            0 => plan,
            1 when !isRenamed => plan with { Phases = [.. plan.Phases.Select(phase => phase with { Tasks = [.. phase.Tasks.Where(task => task.Id != one)] })] },
            _ => PlanJson.Inspect(Encoding.UTF8.GetString(PlanJson.Write(plan)).Replace($"\"{one}\"", $"\"{name}\"", StringComparison.Ordinal).Replace($"tasks.{one}.", $"tasks.{name}.", StringComparison.Ordinal)).Plan ?? plan,
        };
        return new RunCommand.Move(plan, isRenamed ? new PlanRenames { Tasks = new Dictionary<string, string> { [one] = name } } : PlanRenames.None, "somebody", "Newer.");
    }

    private static PlanChange Change(Random random, OrchestrationPlan plan) => random.Next(12) switch
    {
        0 => PlanChange.AddPhase(
            new PhaseDefinition
            {
                Id = $"q{random.Next(40)}",
                DependsOn = random.Next(3) switch { 0 => null, 1 => [], _ => [Phase(random, plan)] },
                Mode = (PhaseMode)random.Next(2),
                Tasks = [.. Enumerable.Range(0, random.Next(3)).Select(index => Task(random, plan, $"n{random.Next(90)}{index}"))],
            },
            after: random.Next(3) == 0 ? Phase(random, plan) : null,
            before: random.Next(5) == 0 ? Phase(random, plan) : null),
        1 or 2 or 3 or 4 => PlanChange.AddTask(
            Phase(random, plan),
            Task(random, plan, $"n{random.Next(90)}"),
            after: random.Next(3) == 0 ? Any(random, plan) : null,
            before: random.Next(6) == 0 ? Any(random, plan) : null),
        5 => PlanChange.ReplacePhase(new PhaseDefinition { Id = Phase(random, plan), Mode = (PhaseMode)random.Next(2), DependsOn = random.Next(2) == 0 ? null : [] }),
        6 or 7 => PlanChange.ReplaceTask(Task(random, plan, Any(random, plan))),
        8 => PlanChange.SkipPhase(Phase(random, plan), "Not needed."),
        9 => PlanChange.SkipTask(Any(random, plan), "Not needed."),
        10 => PlanChange.RewirePhase(Phase(random, plan), random.Next(3) switch { 0 => null, 1 => [], _ => [Phase(random, plan)] }),
        _ => PlanChange.RewireTask(Any(random, plan), [.. Enumerable.Range(0, random.Next(3)).Select(_ => Any(random, plan)).Distinct()]),
    };

    private static TaskDefinition Task(Random random, OrchestrationPlan plan, string id)
        => random.Next(3) == 0 && plan.Phases.Any(phase => phase.Tasks.Count > 0) ? RichPlan.Decorate(random, plan, Plain(random, plan, id)) : Plain(random, plan, id);

    private static TaskDefinition Plain(Random random, OrchestrationPlan plan, string id) => new()
    {
        Id = id,
        Agent = "agent",
        DependsOn = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Any(random, plan)).Distinct().Where(other => other != id)],
        Timeout = random.Next(4) == 0 ? TimeSpan.FromSeconds(random.Next(1, 20)) : null,
        OnSkipped = (OnSkipped)random.Next(3),
        Priority = random.Next(4) == 0 ? 1 : 0,
        Retry = random.Next(3) == 0 ? new RetryPolicy { MaxAttempts = 2, InitialDelay = TimeSpan.FromSeconds(random.Next(5)) } : RetryPolicy.None,
    };

    private static string Phase(Random random, OrchestrationPlan plan) => random.Next(30) == 0 ? "nowhere" : plan.Phases[random.Next(plan.Phases.Count)].Id;

    private static string Any(Random random, OrchestrationPlan plan)
    {
        var tasks = plan.Phases[random.Next(plan.Phases.Count)].Tasks;
        return tasks.Count == 0 || random.Next(30) == 0 ? "nothing" : tasks[random.Next(tasks.Count)].Id;
    }
}
