using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class PlanVerifierTests
{
    private static readonly OrchestrationPlan Good = new()
    {
        Id = "p",
        Inputs = [new PlanInput { Name = "repository", Required = true }, new PlanInput { Name = "depth" }],
        Agents = [new PlanAgent { Id = "reader", Uses = "acme/reader" }, new PlanAgent { Id = "writer" }],
        Tiers = [new PlanTier { Id = "first" }],
        Phases =
        [
            new PhaseDefinition { Id = "read", Tier = "first", Tasks = [Task("files"), Task("count")] },
            new PhaseDefinition { Id = "write", Tasks = [Task("report")] },
        ],
    };

    [Fact]
    public void A_good_plan_has_no_problems() => Assert.Empty(PlanVerifier.Verify(Good, null, ["acme/reader", "writer"]));

    [Theory]
    [InlineData("9a")]
    [InlineData("-1")]
    [InlineData("@plan")]
    [InlineData("😀 with spaces")]
    [InlineData("it's \"quoted\"/~")]
    public void Ids_may_be_odd(string id)
    {
        var plan = new OrchestrationPlan
        {
            Id = id,
            Phases = [new PhaseDefinition { Id = id, Tasks = [Task(id), Task("next") with { DependsOn = [id], Inputs = [Bind(DataPath.Parse("tasks").Member(id).Member("output"))] }] }],
        };

        Assert.Empty(PlanVerifier.Verify(plan));
    }

    [Fact]
    public void Any_random_plan_of_the_generator_is_good()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            Assert.Empty(PlanVerifier.Verify(new RandomPlan(seed).Make()));
        }
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("  ", "is empty")]
    [InlineData("a\0", "control character U+0000")]
    [InlineData("a\nb", "control character U+000A")]
    [InlineData("a\u0085", "control character U+0085")]
    [InlineData("a(half)b", "half of a surrogate pair")]
    public void Names_that_are_no_names_are_refused_everywhere(string name, string message)
    {
        // An attribute can't hold half of a character.
        name = name.Replace("(half)", "\uD800", StringComparison.Ordinal);
        var plan = new OrchestrationPlan
        {
            Id = name,
            Version = name,
            Inputs = [new PlanInput { Name = name }],
            Agents = [new PlanAgent { Id = name, Uses = name }, new PlanAgent { Id = "writer" }],
            Tiers = [new PlanTier { Id = name }],
            Phases = [new PhaseDefinition { Id = name, Tasks = [new TaskDefinition { Id = name, Agent = "writer", Inputs = [new TaskInput { Name = name }], Outputs = [name] }] }],
        };

        var problems = PlanVerifier.Verify(plan);

        Assert.Equal(
            [
                "/id", "/version", "/inputs/" + name, "/agents/0/id", "/agents/0/uses", "/tiers/0/id", "/phases/0/id", "/phases/0/tasks/0/id",
                "/phases/0/tasks/0/inputs/" + name, "/phases/0/tasks/0/outputs/0",
            ],
            problems.Select(problem => problem.Pointer));
        Assert.All(problems, problem => Assert.Contains(message, problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void An_id_over_the_limit_is_refused()
    {
        var plan = Good with { Id = new string('x', 257) };

        AssertOne(plan, "/id", "The plan's id has 257 characters; the limit is 256 (PlanLimits.MaxIdLength).");
        Assert.Empty(PlanVerifier.Verify(plan, new PlanLimits { MaxIdLength = 257 }));
    }

    [Fact]
    public void Names_given_twice_are_refused()
    {
        var task = Task("t") with { Inputs = [new TaskInput { Name = "i" }, new TaskInput { Name = "i" }], Outputs = ["o", "o"] };
        var plan = Good with
        {
            Inputs = [new PlanInput { Name = "x" }, new PlanInput { Name = "x" }],
            Agents = [new PlanAgent { Id = "writer" }, new PlanAgent { Id = "writer" }],
            Tiers = [new PlanTier { Id = "x" }, new PlanTier { Id = "x" }],
            Phases = [new PhaseDefinition { Id = "a", Tasks = [task] }, new PhaseDefinition { Id = "a", Tasks = [Task("t")] }],
        };

        var problems = PlanVerifier.Verify(plan);

        Assert.Equal(
            ["/inputs/x", "/agents/1/id", "/tiers/1/id", "/phases/0/tasks/0/inputs/i", "/phases/0/tasks/0/outputs/1", "/phases/1/id", "/phases/1/tasks/0/id"],
            problems.Select(problem => problem.Pointer));
        Assert.All(problems, problem => Assert.Contains("is there twice", problem.Message, StringComparison.Ordinal));
        Assert.Contains("the first is at /phases/0/tasks/0", problems[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Impossible_values_are_refused()
    {
        var retry = new RetryPolicy
        {
            MaxAttempts = 0,
            InitialDelay = TimeSpan.FromTicks(-1),
            Factor = 0.5,
            MaxDelay = TimeSpan.MinValue,
            Jitter = (RetryJitter)9,
            NonRetryable = [FailureClass.Timeout, (FailureClass)99],
        };
        var task = Task("x") with { Timeout = TimeSpan.Zero, Estimate = -TimeSpan.FromHours(1), OnSkipped = (OnSkipped)7, OnUnknown = (OnUnknown)8, MaxStarts = 0, Retry = retry };
        var plan = Good with
        {
            OnFailure = new FailurePolicy { Mode = (FailureMode)5, FailuresAllowed = -1 },
            MaxParallelTasks = 0,
            MaxStarts = 1001,
            Phases = [new PhaseDefinition { Id = "a", Mode = (PhaseMode)9, Timeout = -TimeSpan.FromSeconds(1), OnFailure = new FailurePolicy { FailuresAllowed = -2 }, Tasks = [task] }],
        };

        Assert.Equal(
            [
                "/onFailure/mode", "/onFailure/failuresAllowed", "/maxParallelTasks", "/maxStarts", "/phases/0/mode", "/phases/0/timeout", "/phases/0/onFailure/failuresAllowed",
                "/phases/0/tasks/0/timeout", "/phases/0/tasks/0/estimate", "/phases/0/tasks/0/onSkipped", "/phases/0/tasks/0/onUnknown", "/phases/0/tasks/0/maxStarts", "/phases/0/tasks/0/retry/maxAttempts",
                "/phases/0/tasks/0/retry/initialDelay", "/phases/0/tasks/0/retry/factor", "/phases/0/tasks/0/retry/maxDelay", "/phases/0/tasks/0/retry/jitter",
                "/phases/0/tasks/0/retry/nonRetryable/1",
            ],
            PlanVerifier.Verify(plan).Select(problem => problem.Pointer));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(0.999)]
    public void A_factor_below_one_or_without_end_is_refused(double factor)
        => AssertOne(WithTask(Task("x") with { Retry = new RetryPolicy { Factor = factor } }), "/phases/1/tasks/0/retry/factor", "it must be 1 or more");

    [Fact]
    public void Gaps_in_a_plan_made_in_code_are_refused()
    {
        var task = new TaskDefinition { Id = null!, Agent = null!, Inputs = [null!, new TaskInput { Name = null! }], Outputs = null!, DependsOn = [null!], Retry = null! };
        var plan = new OrchestrationPlan
        {
            Id = null!,
            Version = null!,
            Inputs = null!,
            Agents = [null!],
            Tiers = [new PlanTier { Id = null! }],
            OnFailure = null!,
            Phases = [null!, new PhaseDefinition { Id = null!, DependsOn = [null!], OnFailure = null!, Tasks = [null!, task, task with { DependsOn = null! }] }, new PhaseDefinition { Id = "x", Tasks = null! }],
        };

        var pointers = PlanVerifier.Verify(plan).Select(problem => problem.Pointer).ToList();

        Assert.Equal(
            [
                "/id", "/version", "/inputs", "/agents/0", "/tiers/0/id", "/onFailure", "/phases/0", "/phases/1/id", "/phases/1/dependsOn/0", "/phases/1/onFailure",
                "/phases/1/tasks/0", "/phases/1/tasks/1/id", "/phases/1/tasks/1/agent", "/phases/1/tasks/1/inputs/0", "/phases/1/tasks/1/inputs/1",
                "/phases/1/tasks/1/outputs", "/phases/1/tasks/1/dependsOn/0", "/phases/1/tasks/1/retry", "/phases/1/tasks/2/id",
            ],
            pointers.Take(19));
        Assert.Contains("/phases/2/tasks", pointers);
        Assert.Equal(["/phases"], PlanVerifier.Verify(new OrchestrationPlan { Id = "p", Phases = null! }).Select(problem => problem.Pointer));
        Assert.Equal(["/phases"], PlanVerifier.Verify(new OrchestrationPlan { Id = "p", Phases = [] }).Select(problem => problem.Pointer));
    }

    [Theory]
    [InlineData("phases", "The plan has 2 phases; the limit is 1 (PlanLimits.MaxPhases).")]
    [InlineData("tasks", "The plan has 3 tasks; the limit is 2 (PlanLimits.MaxTasks).")]
    [InlineData("edges", "The plan has 1 edges between tasks; the limit is 0 (PlanLimits.MaxEdges).")]
    public void A_plan_over_a_limit_is_refused_with_both_numbers(string what, string message)
    {
        var limits = what switch
        {
            "phases" => new PlanLimits { MaxPhases = 1 },
            "tasks" => new PlanLimits { MaxTasks = 2 },
            _ => new PlanLimits { MaxEdges = 0 },
        };

        var problem = Assert.Single(PlanVerifier.Verify(Good, limits));

        Assert.Equal(("/phases", message), (problem.Pointer, problem.Message));
    }

    [Fact]
    public void A_literal_over_the_limit_is_refused()
    {
        var limits = new PlanLimits { MaxLiteralBytes = 10 };
        var plan = WithTask(Task("x") with { Inputs = [new TaskInput { Name = "v", Value = JsonData.String("123456789") }] }) with
        {
            Inputs = [new PlanInput { Name = "big", Default = JsonData.String("123456789") }],
        };

        Assert.Equal(["/inputs/big", "/phases/1/tasks/0/inputs/v"], PlanVerifier.Verify(plan, limits).Select(problem => problem.Pointer));
        Assert.Empty(PlanVerifier.Verify(plan, new PlanLimits { MaxLiteralBytes = 11 }));
    }

    [Fact]
    public void Of_very_many_wrong_names_the_first_are_listed_and_the_rest_counted()
    {
        var tasks = Enumerable.Range(0, 100_000).Select(index => Task($"task-{index}") with { DependsOn = [$"tusk-{index}"] });
        var plan = Good with { Phases = [new PhaseDefinition { Id = "a", Mode = PhaseMode.Parallel, Tasks = [.. tasks] }] };

        var problems = PlanVerifier.Verify(plan);

        Assert.Equal(201, problems.Count);
        Assert.Equal("task-0", problems[0].Nearest);
        Assert.Equal("There are 100,000 problems; 200 of them are listed.", problems[^1].Message);
    }

    [Fact]
    public void The_inputs_of_a_run_are_checked_against_the_plan()
    {
        var given = new Dictionary<string, JsonData> { ["depht"] = JsonData.Null };
        var problems = PlanVerifier.VerifyInputs(Good, given);

        Assert.Equal([("/inputs/repository", null), ("/inputs/depht", "depth")], problems.Select(problem => (problem.Pointer, problem.Nearest)));
        Assert.Empty(PlanVerifier.VerifyInputs(Good, new Dictionary<string, JsonData> { ["repository"] = JsonData.String("x") }));
        var withDefault = Good with { Inputs = [new PlanInput { Name = "repository", Required = true, Default = JsonData.Null }] };
        Assert.Empty(PlanVerifier.VerifyInputs(withDefault, new Dictionary<string, JsonData>()));
    }

    private static OrchestrationPlan WithTask(TaskDefinition task) => Good with
    {
        Phases =
        [
            new PhaseDefinition { Id = "read", Tasks = [Task("files"), Task("declares") with { Outputs = ["paths", "total"] }] },
            new PhaseDefinition { Id = "write", Tasks = [task] },
        ],
    };

    private static TaskInput Bind(DataPath path) => new() { Name = "v", From = path };

    private static TaskDefinition Task(string id) => new() { Id = id, Agent = "writer" };

    private static void AssertOne(OrchestrationPlan plan, string place, string message, string[]? agents = null)
    {
        var problem = PlanVerifier.Verify(plan, null, agents)[0];
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal(place, problem.Pointer);
    }
}
