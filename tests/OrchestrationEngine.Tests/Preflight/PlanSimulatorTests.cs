using OrchestrationEngine.Plans;
using OrchestrationEngine.Preflight;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Preflight;

public sealed class PlanSimulatorTests
{
    private static readonly SimulationOptions Certain = new() { Rounds = 20 };

    [Fact]
    public void The_makespan_is_the_longest_path_where_there_is_room_for_all()
    {
        var forecast = Simulate(Read("""
            [{"id":"one","mode":"parallel","tasks":[{"id":"a","agent":"x"},{"id":"b","agent":"x"},{"id":"c","agent":"x","dependsOn":["a","b"]}]},
             {"id":"two","tasks":[{"id":"d","agent":"x"},{"id":"e","agent":"x"}]}]
            """), Fixed(("a", 5), ("b", 20), ("c", 1), ("d", 2), ("e", 3)));

        Assert.Equal(new Spread<TimeSpan>(Minutes(26), Minutes(26)), forecast.Makespan);
        Assert.Equal(["b", "c", "d", "e"], forecast.CriticalPath);
        Assert.Equal([0, 1, 1, 1, 1], forecast.Tasks.Select(task => Math.Round(task.Critical, 6)));
        Assert.Equal(new Spread<TimeSpan>(Minutes(20), Minutes(20)), forecast.Tasks[2].Start);
        Assert.Equal(new Spread<TimeSpan>(Minutes(21), Minutes(21)), forecast.Tasks[2].End);
        Assert.Equal(new Spread<int>(2, 2), forecast.PeakConcurrency);
        Assert.Equal([new ForecastOutcome(RunStatus.Succeeded, 1)], forecast.Outcomes);
        Assert.Empty(forecast.Limits);
        Assert.Empty(forecast.NeverRun);
        Assert.Empty(forecast.Assumptions);
    }

    [Fact]
    public void Too_little_room_is_said_to_hold_the_run_up()
    {
        var plan = Read("""[{"id":"one","mode":"parallel","tasks":[{"id":"a","agent":"x"},{"id":"b","agent":"x"},{"id":"c","agent":"x"},{"id":"d","agent":"x"}]}]""");
        var options = Fixed(("a", 10), ("b", 10), ("c", 10), ("d", 10));

        Assert.Equal(Minutes(10), Simulate(plan, options).Makespan.P50);
        var tight = Simulate(plan, options with { MaxConcurrentAttempts = 2 });
        Assert.Equal(Minutes(20), tight.Makespan.P50);
        Assert.Equal(2, tight.PeakConcurrency.P90);
        Assert.Equal("engine", Assert.Single(tight.Limits).Limit);
        Assert.Equal(0.5, tight.Limits[0].Share, 6);
        var ofPhase = Simulate(plan with { Phases = [plan.Phases[0] with { MaxParallelTasks = 1 }] }, options);
        Assert.Equal(Minutes(40), ofPhase.Makespan.P50);
        Assert.Equal(new ForecastLimit("phase one", 0.75), Assert.Single(ofPhase.Limits));
    }

    [Fact]
    public void The_same_seed_gives_the_same_forecast_and_another_seed_another()
    {
        var plan = Read("""[{"id":"one","tasks":[{"id":"a","agent":"x","estimate":"10m","estimateP90":"30m"},{"id":"b","agent":"x","estimate":"1h"}]}]""");

        var (first, again, other) = (Simulate(plan), Simulate(plan), Simulate(plan, new SimulationOptions { Seed = 2 }));

        Assert.Equal(first.Makespan, again.Makespan);
        Assert.Equal(first.Tasks, again.Tasks);
        Assert.NotEqual(first.Makespan, other.Makespan);
        Assert.InRange(first.Makespan.P50, Minutes(60), Minutes(90));
        Assert.InRange(first.Makespan.P90, Minutes(100), Minutes(180));
    }

    [Fact]
    public void A_spread_has_the_percentiles_that_were_asked_for()
    {
        var plan = Read("""[{"id":"one","tasks":[{"id":"a","agent":"x","estimate":"10m","estimateP90":"30m"}]}]""");

        var forecast = Simulate(plan, new SimulationOptions { Rounds = 20_000 });

        Assert.InRange(forecast.Makespan.P50.TotalMinutes, 9.7, 10.3);
        Assert.InRange(forecast.Makespan.P90.TotalMinutes, 28.8, 31.2);
    }

    [Fact]
    public void Failed_attempts_cost_time_and_money()
    {
        var plan = Read("""[{"id":"one","tasks":[{"id":"a","agent":"x","estimatedCost":2.5,"estimatedTokens":1000,"retry":{"maxAttempts":3,"initialDelay":"1m"}}]}]""");
        var options = Fixed(("a", 10)) with { Rounds = 2000, FailureRates = new Dictionary<string, double> { ["a"] = 0.5 } };

        var forecast = Simulate(plan, options);

        Assert.Equal(Minutes(10), forecast.Makespan.P50);
        Assert.InRange(forecast.Makespan.P90, Minutes(30), Minutes(33));
        Assert.Equal(new Spread<decimal>(2.5m, 7.5m), forecast.Cost);
        Assert.Equal(new Spread<long>(1000, 3000), forecast.Tokens);
        Assert.Equal(RunStatus.Succeeded, forecast.Outcomes[0].Status);
        Assert.InRange(forecast.Outcomes[0].Share, 0.84, 0.91);
    }

    [Fact]
    public void A_condition_that_nobody_can_know_is_drawn_and_said_to_be()
    {
        var plan = Read("""
            [{"id":"one","tasks":[{"id":"a","agent":"x"}]},
             {"id":"two","when":"tasks.a.output == 'go'","tasks":[{"id":"b","agent":"x"}]},
             {"id":"never","when":"inputs.deploy == true","tasks":[{"id":"c","agent":"x"}]}]
            """);
        var options = Fixed(("a", 1), ("b", 1), ("c", 1)) with { Rounds = 2000, UnknownCondition = 0.25 };

        var forecast = Simulate(plan, options);

        Assert.InRange(forecast.Tasks[1].Runs, 0.21, 0.29);
        Assert.Equal(["c"], forecast.NeverRun);
        Assert.Equal(
            ["The condition of phase 'two' (tasks.a.output == 'go') reads what nobody knows before the run; it is taken to hold with a probability of 0.25."],
            forecast.Assumptions);
        var known = Simulate(plan, options with { Outputs = new Dictionary<string, JsonData> { ["a"] = JsonData.String("go") } });
        Assert.Equal(1, known.Tasks[1].Runs, 6);
        Assert.Empty(known.Assumptions);
    }

    [Fact]
    public void A_wait_for_a_person_is_a_part_of_the_forecast()
    {
        var plan = Read("""
            [{"id":"one","tasks":[{"id":"ask","wait":{"firstOf":{"yes":{"signal":"approved"},"late":{"after":"8h"}}}},{"id":"a","agent":"x"}]},
             {"id":"two","tasks":[{"id":"pause","wait":{"after":"30m"}}]}]
            """);
        var options = Fixed(("a", 10)) with { Signals = new Dictionary<string, DurationDistribution> { ["approved"] = DurationDistribution.Of(Minutes(120)) } };

        var forecast = Simulate(plan, options);

        Assert.Equal(Minutes(160), forecast.Makespan.P90);
        Assert.Equal([new ForecastWait("ask", new Spread<TimeSpan>(Minutes(120), Minutes(120)))], forecast.Waits);
        Assert.Equal(["ask", "a", "pause"], forecast.CriticalPath);
        var slow = options with { Signals = new Dictionary<string, DurationDistribution> { ["approved"] = DurationDistribution.Of(Minutes(6000)) } };
        Assert.Equal(Minutes(480 + 40), Simulate(plan, slow).Makespan.P50);
    }

    [Fact]
    public void Lists_sub_plans_and_resources_are_simulated_as_they_would_run()
    {
        var list = Read("""[{"id":"one","tasks":[{"id":"many","agent":"x","forEach":{"items":"[1,2,3,4,5]","maxParallel":2}}]}]""");
        var forecast = Simulate(list, Fixed(("many", 10)));
        Assert.Equal(Minutes(30), forecast.Makespan.P50);
        Assert.Equal("items of many", Assert.Single(forecast.Limits).Limit);

        var unknown = Read("""[{"id":"one","tasks":[{"id":"a","agent":"x"},{"id":"many","agent":"x","forEach":"tasks.a.output"}]}]""");
        forecast = Simulate(unknown, Fixed(("a", 1), ("many", 10)) with { UnknownItems = 7 });
        Assert.Equal(7, forecast.PeakConcurrency.P50);
        Assert.Contains("7 items", Assert.Single(forecast.Assumptions), StringComparison.Ordinal);

        var outer = Read("""[{"id":"one","tasks":[{"id":"sub","plan":{"inline":{"id":"inner","phases":[{"id":"p","tasks":[{"id":"i","agent":"x","estimatedTokens":7},{"id":"j","agent":"x"}]}]}}}]}]""");
        forecast = Simulate(outer, Fixed(("i", 3), ("j", 4)));
        Assert.Equal(Minutes(7), forecast.Makespan.P50);

        var gpus = Read("""[{"id":"one","mode":"parallel","tasks":[{"id":"a","agent":"x","resources":{"gpu":2}},{"id":"b","agent":"x","resources":{"gpu":2}},{"id":"c","agent":"x","resources":{"gpu":1}}]}]""");
        forecast = Simulate(gpus, Fixed(("a", 10), ("b", 10), ("c", 10)) with { Resources = new Dictionary<string, int> { ["gpu"] = 3 } });
        Assert.Equal(Minutes(20), forecast.Makespan.P50);
        Assert.Equal("resource gpu", Assert.Single(forecast.Limits).Limit);
    }

    [Fact]
    public void Nobody_knows_is_said_of_tasks_without_an_estimate()
        => Assert.Contains("'a'", Assert.Single(Simulate(Read("""[{"id":"one","tasks":[{"id":"a","agent":"x"}]}]"""), Certain).Assumptions), StringComparison.Ordinal);

    [Fact]
    public void Durations_are_learned_from_journals()
    {
        var learned = new LearnedDurations();
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        learned.Add(
        [
            new RecordedEvent(1, start, new AttemptStarted { Task = "a", Attempt = 1, Agent = "x" }),
            new RecordedEvent(2, start.AddMinutes(1), new AttemptStarted { Task = "b", Attempt = 1, Agent = "x" }),
            new RecordedEvent(3, start.AddMinutes(7), new AttemptSucceeded { Task = "a", Attempt = 1 }),
            new RecordedEvent(4, start.AddMinutes(9), new AttemptFailed { Task = "b", Attempt = 1, Failure = Failure.Of(FailureClass.Crashed, "No.") }),
        ]);

        var forecast = Simulate(Read("""[{"id":"one","tasks":[{"id":"a","agent":"x","estimate":"1h"}]}]"""), Certain with { Durations = learned.ToDurations() });

        Assert.Equal(new Spread<TimeSpan>(Minutes(7), Minutes(7)), forecast.Makespan);
        Assert.Equal(["a"], learned.ToDurations().Keys);
    }

    [Fact]
    public void A_plan_with_problems_is_not_simulated()
        => Assert.Throws<PlanInvalidException>(() => Simulate(new OrchestrationPlan { Id = "p", Phases = [] }));

    [Theory]
    [InlineData(0)]
    [InlineData(100_001)]
    public void A_number_of_rounds_that_makes_no_sense_is_refused(int rounds)
        => Assert.Throws<ArgumentOutOfRangeException>(() => Simulate(Read("""[{"id":"one"}]"""), new SimulationOptions { Rounds = rounds }));

    private static PlanForecast Simulate(OrchestrationPlan plan, SimulationOptions? options = null) => PlanSimulator.Simulate(plan, options, TestContext.Current.CancellationToken);

    private static OrchestrationPlan Read(string phases) => PlanJson.Read($$"""{"id":"p","inputs":{"deploy":{"default":false} },"phases":{{phases}} }""");

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);

    private static SimulationOptions Fixed(params (string Task, int Minutes)[] times)
        => Certain with { Durations = times.ToDictionary(time => time.Task, time => DurationDistribution.Of(Minutes(time.Minutes))) };
}
