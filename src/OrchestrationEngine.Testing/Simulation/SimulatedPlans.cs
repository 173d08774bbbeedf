using System.Globalization;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Testing;

/// <summary>
/// Plans at random whose end is known: chains, fans, retries, timeouts, conditions, long tasks, tasks that can't be done, tasks that wait for a time or
/// a signal, tasks that are done by runs of their own.
/// </summary>
internal static class SimulatedPlans
{
    // Time that a node stands still, and clocks that jump, use up attempts; that must not decide how a run ends.
    private static readonly RetryPolicy Patient = new() { MaxAttempts = 1000, InitialDelay = TimeSpan.FromMilliseconds(300), MaxDelay = TimeSpan.FromSeconds(8), Jitter = RetryJitter.Full };

    private const int MostDepth = 2;

    public static SimulatedRun Draw(SimulatedRunArguments arguments)
    {
        var random = arguments.Random;
        var flag = random.Next(2) == 0;
        var fails = false;
        var phases = new List<PhaseDefinition>();
        var count = random.Next(1, 4);
        for (var i = 0; i < count; i++)
        {
            var when = random.Next(4) == 0 ? (random.Next(2) == 0 ? "inputs.flag" : "!inputs.flag") : null;
            var isSkipped = when is not null && (when == "inputs.flag") != flag;
            var phase = Phase(random, i, when, out var cannot);
            phases.Add(phase);
            fails |= cannot && !isSkipped;
        }

        var plan = new OrchestrationPlan
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"plan-{arguments.Number}"),
            Inputs = [new PlanInput { Name = "flag" }],
            Phases = phases,
            MaxParallelTasks = random.Next(5) == 0 ? random.Next(1, 4) : null,
        };
        return new SimulatedRun
        {
            Plan = plan,
            Inputs = new Dictionary<string, JsonData> { ["flag"] = JsonData.Parse(flag ? "true" : "false") },
            EndsAs = fails ? RunStatus.Failed : RunStatus.Succeeded,
        };
    }

    private static PhaseDefinition Phase(Random random, int number, string? when, out bool cannot)
        => Phase(random, number, when, depth: 0, out cannot);

    private static PhaseDefinition Phase(Random random, int number, string? when, int depth, out bool cannot)
    {
        cannot = false;
        var tasks = new List<TaskDefinition>();
        var isFan = random.Next(2) == 0;
        var count = isFan ? random.Next(1, 9) : random.Next(1, 5);
        var join = isFan && random.Next(2) == 0;
        for (var i = 0; i < count; i++)
        {
            var task = Task(random, string.Create(CultureInfo.InvariantCulture, $"t{number}-{i}"), out var never);
            var kind = random.Next(8);
            task = kind == 0 ? Wait(random, task) : kind == 1 && depth < MostDepth ? SubPlan(random, task, depth) : task;
            cannot |= never && task.Agent is not null;
            var before = join && i == count - 1 ? tasks.Select(other => other.Id).ToList() : !isFan && i > 0 ? [tasks[^1].Id] : [];
            tasks.Add(before.Count > 0 && random.Next(2) == 0 && task.Wait is null
                ? task with { DependsOn = before, Inputs = [.. task.Inputs, new TaskInput { Name = "from", From = Expressions.DataPath.Parse($"tasks['{before[^1]}'].output") }] }
                : task with { DependsOn = before });
        }

        return new PhaseDefinition
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"p{number}"),
            Mode = PhaseMode.Parallel,
            When = when is null ? null : Expressions.ConditionExpression.Parse(when),
            Tasks = tasks,
        };
    }

    private static TaskDefinition Task(Random random, string id, out bool never)
    {
        never = random.Next(40) == 0;
        var takes = random.Next(8) switch { 0 => 0, 1 => random.Next(5_000, 40_000), _ => random.Next(1, 3_000) };
        var stalls = random.Next(10) == 0 ? random.Next(1, 3) : 0;
        var fails = never ? -1 : random.Next(4) == 0 ? random.Next(1, 4) : 0;
        return new TaskDefinition
        {
            Id = id,
            Agent = "worker",
            Inputs = [Input(SimulatedWorker.Takes, takes), Input(SimulatedWorker.Fails, fails), Input(SimulatedWorker.Stalls, stalls)],
            Timeout = stalls > 0 || random.Next(2) == 0 ? TimeSpan.FromMilliseconds(takes + random.Next(4_000, 12_000)) : null,
            Retry = Patient,
            Priority = random.Next(3),
        };
    }

    // It ends by itself, unless one of the signals that clients send comes before.
    private static TaskDefinition Wait(Random random, TaskDefinition task)
    {
        var time = new WaitBranch { Name = "time", After = TimeSpan.FromMilliseconds(random.Next(0, 30_000)) };
        var signal = new WaitBranch
        {
            Name = "signal",
            Signal = Expressions.TextTemplate.Parse(string.Create(CultureInfo.InvariantCulture, $"command-{random.Next(20)}")),
            Mode = (SignalMode)random.Next(2),
        };
        return new TaskDefinition { Id = task.Id, Wait = new WaitDefinition { IsChoice = true, Branches = random.Next(2) == 0 ? [time] : [time, signal] } };
    }

    // A run that does a task always can, and takes as long as it takes.
    private static TaskDefinition SubPlan(Random random, TaskDefinition task, int depth)
    {
        PhaseDefinition phase;
        bool cannot;
        do
        {
            phase = Phase(random, 0, null, depth + 1, out cannot);
        }
        while (cannot);
        var plan = new OrchestrationPlan
        {
            Id = "sub-plan",
            Inputs = [new PlanInput { Name = "from" }],
            Outputs = [new TaskInput { Name = "first", From = Expressions.DataPath.Parse($"tasks['{phase.Tasks[0].Id}'].output") }],
            Phases = [phase],
        };
        return new TaskDefinition
        {
            Id = task.Id,
            SubPlan = new SubPlanDefinition { Inline = plan },
            Retry = Patient,
        };
    }

    private static TaskInput Input(string name, int value) => new() { Name = name, Value = JsonData.Parse(value.ToString(CultureInfo.InvariantCulture)) };
}
