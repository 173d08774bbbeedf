using OrchestrationEngine.Execution;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Execution.Limits;

public sealed class EngineRoomTests
{
    private static readonly OrchestrationPlan Plain = RoomWorld.Plan("plain", ("x", []));

    [Fact]
    public void No_limit_is_ever_broken_nothing_lies_idle_that_somebody_could_use_and_all_get_their_turn()
    {
        for (var seed = 0; seed < 120; seed++)
        {
            var random = new Random(seed);
            var world = new RoomWorld(new EngineLimits(
                random.Next(1, 12),
                random.Next(2) == 0 ? new() : new Dictionary<string, int> { ["p0"] = random.Next(1, 5) },
                random.Next(3) == 0 ? new() : new Dictionary<string, int> { ["a"] = random.Next(1, 4), ["b"] = random.Next(1, 4) },
                new Dictionary<string, int> { ["gpu"] = 4, ["disk"] = random.Next(3, 9) }));
            var plans = Enumerable.Range(0, 3).Select(number => RandomPlan(random, number)).ToList();
            var ends = new Action[]
            {
                () => world.Runs[random.Next(world.Runs.Count)].Look(random.Next(1, 4)),
                () => world.Runs.Find(run => run.IsWoken)?.Look(random.Next(1, 4)),
                () => Array.Clear(world.Runs[random.Next(world.Runs.Count)].Wants),
                () => world.Runs[random.Next(world.Runs.Count)].GiveUp(),
            };
            for (var steps = 0; steps < 250; steps++)
            {
                var act = random.Next(20);
                if (act < 4 || world.Runs.Count == 0)
                {
                    var plan = plans[random.Next(plans.Count)];
                    world.Add(plan, random.Next(-2, 3), [.. plan.Phases[0].Tasks.Select(_ => random.Next(4))]).Look(random.Next(1, 4));
                }
                else if (act < 11 && world.Attempts.Count > 0)
                {
                    world.End(random.Next(world.Attempts.Count));
                }
                else
                {
                    ends[act < 14 ? 0 : act < 18 ? 1 : act - 16]();
                }

                world.Check($"Seed {seed}, step {steps}");
            }

            world.Runs.ForEach(run => run.Look());
            world.Settle();
            for (var left = 0; world.Attempts.Count > 0; left++)
            {
                Assert.True(left < 10_000, $"Seed {seed}: it does not end.");
                world.End(random.Next(world.Attempts.Count));
                world.Settle();
                world.Check($"Seed {seed}, at the end");
            }

            Assert.True(world.Runs.TrueForAll(run => run.Wants.Sum() == 0), $"Seed {seed}: somebody waits for ever.");
            Assert.All(world.Room.Describe(), use => Assert.Equal((0, 0), (use.Used, use.Waiting)));
        }
    }

    [Fact]
    public void One_that_needs_all_of_a_resource_is_passed_a_bounded_number_of_times_by_those_that_need_little()
    {
        var world = new RoomWorld(new EngineLimits(100, new Dictionary<string, int>(), new Dictionary<string, int>(), new Dictionary<string, int> { ["gpu"] = 4 }));
        var light = world.Add(RoomWorld.Plan("light", ("x", [new ResourceUse("gpu")])), 0, 4);
        light.Look();
        var heavy = world.Add(RoomWorld.Plan("heavy", ("x", [new ResourceUse("gpu", 4)])), 0, 1);
        heavy.Look();
        var passed = 0;
        while (heavy.Started == 0)
        {
            // For each that ends another comes.
            Assert.True(passed < 1000, "It never starts.");
            light.Wants[0]++;
            light.Look();
            world.End(0);
            world.Settle();
            passed = light.Started - 4;
        }

        Assert.Equal(WaitingRuns.MostPassing, passed);
        Assert.Equal(4, light.Wants[0]);
        world.End(0);
        world.Settle();
        Assert.Equal(0, light.Wants[0]);
    }

    [Fact]
    public void One_that_needs_two_things_gets_them_though_they_are_never_free_at_the_same_time()
    {
        var world = new RoomWorld(new EngineLimits(100, new Dictionary<string, int>(), new Dictionary<string, int> { ["a"] = 1 }, new Dictionary<string, int> { ["gpu"] = 1 }));
        var (first, second) = (world.Add(RoomWorld.Plan("first", ("a", [])), 0, 1), world.Add(RoomWorld.Plan("second", ("x", [new ResourceUse("gpu")])), 0, 1));
        first.Look();
        second.Look();
        var both = world.Add(RoomWorld.Plan("both", ("a", [new ResourceUse("gpu")])), 0, 1);
        both.Look();
        for (var turns = 0; both.Started == 0; turns++)
        {
            Assert.True(turns < 1000, "It never starts.");
            var run = turns % 2 == 0 ? first : second;
            run.Wants[0]++;
            run.Look();
            if (world.Attempts.FindIndex(attempt => attempt.Run == run) is var attempt and >= 0)
            {
                world.End(attempt);
            }

            world.Settle();
        }

        Assert.InRange(first.Started + second.Started, 2, 2 + WaitingRuns.MostPassing + 2);
    }

    [Fact]
    public void Runs_of_one_priority_take_turns()
    {
        var world = Narrow();
        var runs = Enumerable.Range(0, 3).Select(_ => world.Add(Plain, 0, 1000)).ToList();
        runs.ForEach(run => run.Look());
        for (var turns = 0; turns < 300; turns++)
        {
            world.End(0);
            world.Settle();

            // The one that took what was free when it came is one ahead.
            Assert.InRange(runs.Max(run => run.Started) - runs.Min(run => run.Started), 0, 2);
        }
    }

    [Fact]
    public void A_run_that_waits_for_many_things_has_no_more_turns_than_one_that_waits_for_one()
    {
        var agents = Enumerable.Range(0, 10).Select(i => $"a{i}").ToList();
        var world = new RoomWorld(new EngineLimits(1, new Dictionary<string, int>(), agents.ToDictionary(agent => agent, _ => 5), new Dictionary<string, int>()));
        var many = world.Add(RoomWorld.Plan("many", [.. agents.Select(agent => (agent, Array.Empty<ResourceUse>()))]), 0, [.. agents.Select(_ => 100)]);
        var one = world.Add(Plain, 0, 1000);
        many.Look();
        one.Look();
        for (var turns = 0; turns < 200; turns++)
        {
            world.End(0);
            world.Settle();
            Assert.InRange(many.Started - one.Started, 0, 2);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void The_higher_priority_goes_first_and_the_lower_has_its_turn_all_the_same(int priority)
    {
        var world = Narrow();
        var (low, high) = (world.Add(Plain, 0, 1000), world.Add(Plain, priority, 10_000));
        high.Look();
        low.Look();
        var turnsOfLow = new List<int>();
        for (var turns = 0; turns < 500; turns++)
        {
            var before = low.Started;
            world.End(0);
            world.Settle();
            if (low.Started > before)
            {
                turnsOfLow.Add(turns);
            }
        }

        var most = (priority * WaitingRuns.TurnsOfAStep) + 1;
        Assert.InRange(turnsOfLow[0], most - 2, most);
        Assert.All(turnsOfLow.Zip(turnsOfLow.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, most - 1, most + 1));
    }

    [Fact]
    public void A_run_that_comes_later_with_a_higher_priority_is_served_before_those_that_wait()
    {
        var world = Narrow();
        var runs = Enumerable.Range(0, 10).Select(_ => world.Add(Plain, 0, 1)).ToList();
        runs.ForEach(run => run.Look());
        var urgent = world.Add(Plain, 1, 1);
        urgent.Look();
        world.End(0);
        world.Settle();
        Assert.Equal(1, urgent.Started);
    }

    [Fact]
    public void Room_that_was_handed_to_a_run_that_ends_without_looking_goes_to_the_next()
    {
        var world = Narrow();
        var (first, gone, next) = (world.Add(Plain, 0, 1), world.Add(Plain, 0, 1), world.Add(Plain, 0, 1));
        first.Look();
        gone.Look();
        next.Look();
        world.End(0);
        Assert.True(gone.IsWoken);
        gone.GiveUp();
        Assert.True(next.IsWoken);
        world.Settle();
        Assert.Equal((0, 1), (gone.Started, next.Started));
    }

    private static RoomWorld Narrow() => new(new EngineLimits(1, new Dictionary<string, int>(), new Dictionary<string, int>(), new Dictionary<string, int>()));

    private static OrchestrationPlan RandomPlan(Random random, int number)
        => RoomWorld.Plan($"p{number}", [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (
            random.Next(3) switch { 0 => "a", 1 => "b", _ => "x" },
            (ResourceUse[])[.. new[] { new ResourceUse("gpu", random.Next(1, 5)), new ResourceUse("disk", random.Next(1, 4)) }.Where(_ => random.Next(3) == 0)]))]);
}
