using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Runs.Walks;

/// <summary>Small plans at random that use all that a plan can say about order, time and failure.</summary>
internal static class RandomPlan
{
    private static readonly string[] Outputs = ["null", "{\"ok\":true}", "{\"ok\":false}", "7", "\"text ⚙\""];

    public static JsonData Inputs(Random random)
        => JsonData.Parse($$"""{"flag":{{(random.Next(2) == 0 ? "true" : "false")}},"none":null,"start":"p{{random.Next(7)}}"}""");

    public static JsonData Output(Random random) => JsonData.Parse(Outputs[random.Next(Outputs.Length)]);

    public static OrchestrationPlan Make(Random random)
    {
        var sizes = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(10) == 0 ? 0 : random.Next(1, 6)).ToArray();
        var ids = sizes.SelectMany((size, phase) => Enumerable.Range(0, size).Select(task => $"t{phase}{(char)('a' + task)}")).ToArray();
        var phases = sizes.Select((size, phase) => Phase(random, phase, size, ids)).ToArray();
        var plan = new OrchestrationPlan
        {
            Id = "walk",
            Inputs = [new PlanInput { Name = "flag" }, new PlanInput { Name = "none" }, new PlanInput { Name = "start" }],
            Phases = phases,
            OnFailure = Policy(random),
            MaxParallelTasks = random.Next(4) == 0 ? random.Next(1, 4) : null,
        };
        if (PlanVerifier.Verify(plan).Count == 0)
        {
            return plan;
        }

        // What was drawn has no order or reads what is not there yet: keep the phases to themselves.
        var tame = plan with { Phases = [.. phases.Select((phase, index) => Tame(phase, index))] };
        var problems = PlanVerifier.Verify(tame);
        return problems.Count == 0 ? tame : throw new InvalidOperationException(string.Join('\n', problems));
    }

    private static PhaseDefinition Phase(Random random, int phase, int size, string[] ids) => new()
    {
        Id = $"p{phase}",
        DependsOn = random.Next(3) switch
        {
            0 => null,
            1 => [],
            _ => [.. Enumerable.Range(0, phase).Where(_ => random.Next(2) == 0).Select(each => $"p{each}")],
        },
        Mode = (PhaseMode)random.Next(2),
        When = random.Next(4) == 0 ? Condition(random, ids) : null,
        Timeout = random.Next(6) == 0 ? TimeSpan.FromSeconds(random.Next(1, 60)) : null,
        OnFailure = Policy(random),
        Tasks = [.. Enumerable.Range(0, size).Select(task => Task(random, $"t{phase}{(char)('a' + task)}", ids))],
    };

    private static TaskDefinition Task(Random random, string id, string[] ids) => new()
    {
        Id = id,
        Agent = "agent",
        DependsOn = [.. Earlier(random, id, ids, 3).Distinct()],
        Inputs = [.. Earlier(random, id, ids, 2).Select((source, index) => new TaskInput { Name = $"i{index}", From = DataPath.Parse($"tasks.{source}.output") })],
        Priority = random.Next(4) == 0 ? random.Next(-1, 2) : 0,
        Estimate = random.Next(4) == 0 ? TimeSpan.FromSeconds(random.Next(1, 9)) : null,
        Timeout = random.Next(4) == 0 ? TimeSpan.FromSeconds(random.Next(1, 20)) : null,
        OnSkipped = (OnSkipped)random.Next(3),
        OnViolation = (OnViolation)(id[^1] % 2),
        MaxStarts = random.Next(3) == 0 ? random.Next(1, 4) : null,
        OnUnknown = (OnUnknown)Math.Max(0, random.Next(-1, 3)),
        Retry = random.Next(2) == 0
            ? RetryPolicy.None
            : new RetryPolicy
            {
                MaxAttempts = random.Next(1, 4),
                InitialDelay = TimeSpan.FromSeconds(random.Next(0, 10)),
                Factor = random.Next(1, 3),
                Jitter = (RetryJitter)random.Next(3),
                MaxDelay = TimeSpan.FromSeconds(random.Next(1, 15)),
                NonRetryable = random.Next(3) == 0 ? [(FailureClass)random.Next(11)] : [],
            },
    };

    // Mostly tasks before this one; now and then one behind it, in a phase that happens to run before.
    private static IEnumerable<string> Earlier(Random random, string id, string[] ids, int most)
    {
        var own = Array.IndexOf(ids, id);
        return Enumerable.Range(0, random.Next(most))
            .Select(_ => ids[random.Next(random.Next(12) == 0 ? ids.Length : Math.Max(1, own))])
            .Where(source => source != id);
    }

    private static FailurePolicy Policy(Random random) => random.Next(3) == 0
        ? FailurePolicy.FailFast
        : new FailurePolicy { Mode = (FailureMode)random.Next(2), FailuresAllowed = random.Next(3) };

    private static ConditionExpression Condition(Random random, string[] ids) => ConditionExpression.Parse(random.Next(6) switch
    {
        0 => "inputs.flag",
        1 => "!inputs.flag",
        2 => "inputs.none",
        _ when ids.Length > 0 => $"tasks.{ids[random.Next(ids.Length)]}.output" + (random.Next(2) == 0 ? ".ok" : " != null"),
        _ => "true",
    });

    private static PhaseDefinition Tame(PhaseDefinition phase, int index) => phase with
    {
        When = phase.When is { Text: var text } && text.Contains("tasks", StringComparison.Ordinal) ? null : phase.When,
        Tasks = [.. phase.Tasks.Select(task => task with
        {
            DependsOn = [.. task.DependsOn.Where(source => IsBefore(source, task.Id, index))],
            Inputs = [.. task.Inputs.Where(input => IsBefore(input.From!.Segments[0].Key!, task.Id, index))],
        })],
    };

    private static bool IsBefore(string source, string task, int phase)
        => source[1] - '0' == phase && string.CompareOrdinal(source, task) < 0;
}
