using System.Globalization;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Faults.Workload;

/// <summary>Makes the runs of a trial from its seed: chains, fans with a join, retries, timeouts, long tasks, and plans that must fail.</summary>
internal static class RunCatalog
{
    /// <summary>The agent that does all the tasks.</summary>
    public const string Agent = "effect";

    /// <summary>The agent that does nothing, as fast as it can.</summary>
    public const string Idler = "idle";

    private const int FarMoreThanNeeded = 200;

    /// <summary>Short steps all the time, for longer than anybody waits.</summary>
    public static OrchestrationPlan ShortSteps { get; } = OnePhase("steps", Chain(new Random(1), 2_000, _ => new EffectWork(TimeSpan.FromMilliseconds(10))));

    /// <summary>The chain of ten of the standard workloads.</summary>
    public static OrchestrationPlan TenIdleSteps { get; } = OnePhase("chain", [.. Chain(new Random(1), 10, _ => default).Select(task => task with { Agent = Idler, Inputs = [], OnUnknown = OnUnknown.Retry })]);

    public static PlannedRun Make(TrialSettings trial, int number)
    {
        var random = new Random(unchecked((trial.Seed * 1_000_003) + number));
        var name = string.Create(CultureInfo.InvariantCulture, $"run-{number:000}");
        var kind = (number % 10) switch
        {
            0 or 1 or 2 => "chain",
            3 or 4 => "fan",
            5 or 6 => "retries",
            7 => "timeouts",
            8 => "long",
            _ => "impossible",
        };
        IReadOnlyList<TaskDefinition> tasks = kind switch
        {
            "chain" => Chain(random, random.Next(10, 21), _ => new EffectWork(Between(random, 20, 400))),
            "fan" => Fan(random, random.Next(20, 51)),
            "retries" => Chain(random, 6, _ => new EffectWork(Between(random, 20, 300), Fails: random.Next(0, 4))),
            "timeouts" => Chain(random, 4, _ => new EffectWork(Between(random, 20, 300), Hangs: random.Next(0, 2))),
            "long" => Chain(random, random.Next(1, 3), _ => new EffectWork(Between(random, trial.LongTasks.Shortest, trial.LongTasks.Longest))),
            _ => Chain(random, 5, i => new EffectWork(Between(random, 20, 300), Impossible: i == 3)),
        };

        // A third of the runs is there from the beginning, the others come while there are faults.
        var startAt = random.Next(3) == 0 ? Between(random, 0, 2_000) : trial.Duration * (0.75 * random.NextDouble());
        return new PlannedRun(name, kind, OnePhase(kind, tasks), startAt, Commands(random, name), kind == "impossible" ? RunStatus.Failed : RunStatus.Succeeded);
    }

    /// <summary>Whether the effects of a task are exactly once: after an unknown outcome it is probed, and the probe is a fence.</summary>
    public static bool IsFenced(TaskDefinition task) => task.OnUnknown == OnUnknown.Probe;

    private static List<PlannedCommand> Commands(Random random, string name)
    {
        var commands = new List<PlannedCommand>();
        switch (random.Next(10))
        {
            case 0 or 1:
                commands.Add(new PlannedCommand(CommandKind.Pause, name + "-pause", Between(random, 0, 1_500)));
                commands.Add(new PlannedCommand(CommandKind.Resume, name + "-resume", Between(random, 500, 4_000)));
                break;
            case 2 or 3:
                commands.Add(new PlannedCommand(CommandKind.Signal, name + "-signal-1", Between(random, 0, 1_500)));
                commands.Add(new PlannedCommand(CommandKind.Signal, name + "-signal-2", Between(random, 0, 1_500)));
                break;
            case 4:
                commands.Add(new PlannedCommand(CommandKind.Cancel, name + "-cancel", Between(random, 0, 3_000)));
                break;
        }

        return commands;
    }

    private static OrchestrationPlan OnePhase(string id, IReadOnlyList<TaskDefinition> tasks)
        => new()
        {
            Id = id,

            // Whatever takes the processes down here, it is not the tasks.
            MaxStarts = 1_000,
            Phases = [new PhaseDefinition { Id = "work", Mode = PhaseMode.Parallel, Tasks = tasks }],
        };

    private static List<TaskDefinition> Chain(Random random, int length, Func<int, EffectWork> work)
        => [.. Enumerable.Range(0, length).Select(i => Task(random, i, work(i), i == 0 ? [] : [Id(i - 1)]))];

    private static List<TaskDefinition> Fan(Random random, int width)
    {
        var tasks = Enumerable.Range(0, width).Select(i => Task(random, i, new EffectWork(Between(random, 50, 1_500)), [])).ToList();
        tasks.Add(Task(random, width, new EffectWork(Between(random, 20, 200)), [.. tasks.Select(task => task.Id)]));
        return tasks;
    }

    private static TaskDefinition Task(Random random, int number, EffectWork work, IReadOnlyList<string> after)
        => new()
        {
            Id = Id(number),
            Agent = Agent,
            DependsOn = after,
            Inputs = work.ToInputs(),
            OnUnknown = random.Next(2) == 0 ? OnUnknown.Probe : OnUnknown.Retry,

            // A paused process may use up the time of any attempt, so those with a time limit have many.
            Timeout = work.Hangs > 0 ? TimeSpan.FromSeconds(2) : null,
            Retry = new RetryPolicy
            {
                MaxAttempts = work.Hangs > 0 ? FarMoreThanNeeded : work.Fails + 1,
                InitialDelay = TimeSpan.FromMilliseconds(random.Next(50, 500)),
                MaxDelay = TimeSpan.FromSeconds(2),
            },
        };

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"t{number}");

    private static TimeSpan Between(Random random, int from, int to) => TimeSpan.FromMilliseconds(random.Next(from, to));

    private static TimeSpan Between(Random random, TimeSpan from, TimeSpan to) => Between(random, (int)from.TotalMilliseconds, (int)to.TotalMilliseconds);
}
