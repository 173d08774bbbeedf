using System.Diagnostics;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.SimulationTests;

public sealed class SimulationTests(ITestOutputHelper output)
{
    // Ran in about 20 seconds on two processors. A longer run is one command: see the README of OrchestrationEngine.Testing.
    private const int Seeds = 3000;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(90);

    [Fact]
    public void Nothing_is_found_in_a_fixed_number_of_seeds_within_the_stated_time()
    {
        var watch = Stopwatch.StartNew();
        var found = Enumerable.Range(1, Seeds).AsParallel().WithDegreeOfParallelism(Environment.ProcessorCount)
            .Select(seed => Simulation.Run(seed, Defaults))
            .Where(report => !report.IsSuccess)
            .Select(report => report.Seed)
            .ToList();
        output.WriteLine($"{Seeds} seeds in {watch.Elapsed.TotalSeconds:0.0} s");
        if (found.Count > 0)
        {
            throw new SimulationFailedException(Simulation.Shrink(Simulation.Run(found.Min(), Defaults)));
        }

        Assert.True(watch.Elapsed < Within, $"{Seeds} seeds took {watch.Elapsed}; expected less than {Within}.");
    }

    [Fact]
    public void The_same_seed_is_the_same_again()
    {
        var traces = Enumerable.Range(1, 20).Select(seed => Simulation.Run(seed).Trace.Hash).ToList();

        Assert.Equal(traces, Enumerable.Range(1, 20).Select(seed => Simulation.Run(seed).Trace.Hash));
        Assert.Equal(traces.Count, traces.Distinct().Count());
    }

    [Theory, InlineData(3), InlineData(14), InlineData(159)]
    public async Task The_same_seed_is_the_same_in_another_process(int seed)
    {
        var here = Simulation.Run(seed);
        var (exitCode, there) = await Runner.RunAsync($"--seed {seed} --lines 1", TestContext.Current.CancellationToken);

        Assert.True(exitCode == (here.IsSuccess ? 0 : 1), there);
        Assert.Contains($"trace {here.Trace.Hash}", there, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void On_a_fair_day_every_run_ends_as_its_plan_says()
        => Assert.All(Enumerable.Range(1, 50), seed =>
        {
            var report = Simulation.Run(seed, new SimulationOptions { FaultCount = 0, FaultKinds = [] });
            Assert.True(report.IsSuccess, report.ToString());
            Assert.Empty(report.Faults);
            Assert.Equal(report.Options.Nodes, report.Lives);
        });

    [Fact]
    public void Faults_are_read_as_they_are_written()
    {
        var faults = Simulation.Run(7).Faults;

        Assert.NotEmpty(faults);
        Assert.Equal(faults, SimulatedFault.Parse(SimulatedFault.Format(faults)));
    }

    [Fact]
    public void Faults_that_are_given_in_place_of_those_drawn_lead_to_the_same()
    {
        var drawn = Simulation.Run(7);
        var given = Simulation.Run(7, drawn.Options with { Faults = SimulatedFault.Parse(SimulatedFault.Format(drawn.Faults)) });

        Assert.Equal(drawn.Trace.Hash, given.Trace.Hash);
    }

    [Theory, InlineData("Crash:0:1:1"), InlineData("Fire:0:1:1:0"), InlineData("Crash:0:x:1:0"), InlineData("99:0:1:1:0")]
    public void A_text_that_is_no_fault_is_refused_with_what_would_be_one(string text)
        => Assert.Contains("Crash:0:1500:3000:0", Assert.Throws<FormatException>(() => SimulatedFault.Parse(text)).Message, StringComparison.Ordinal);

    private static SimulationOptions Defaults => new()
    {
        ReplayCommand = report => $"dotnet run -c Release --project tests/OrchestrationEngine.Simulation.Runner -- --seed {report.Seed} --nodes {report.Options.Nodes} --runs {report.Options.Runs} --commands {report.Options.Commands} --faults {(report.Faults.Count == 0 ? "none" : SimulatedFault.Format(report.Faults))}",
    };
}
