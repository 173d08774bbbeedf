using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.SimulationTests;

/// <summary>The example in the README of OrchestrationEngine.Testing, compiled and run.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void The_example_in_the_readme_is_the_one_that_is_run()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "OrchestrationEngine.sln")))
        {
            root = root.Parent!;
        }

        var readme = Lines(Path.Combine(root.FullName, "src", "OrchestrationEngine.Testing", "README.md"));
        var here = Lines(Path.Combine(root.FullName, "tests", "OrchestrationEngine.Simulation", "ReadmeTests.cs"));
        var start = readme.IndexOf("[Fact]\npublic void Nightly_build_survives_whatever_happens()", StringComparison.Ordinal);

        Assert.True(start > 0);
        Assert.Contains(readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)].Trim(), here, StringComparison.Ordinal);
    }

    private static string Lines(string file) => string.Join('\n', File.ReadAllLines(file).Select(line => line.Trim()));

    [Fact]
    public void Nightly_build_survives_whatever_happens()
    {
        var plan = new PlanBuilder("nightly")
            .Phase("build", phase => phase.Task("compile", "builder", task => task.Retry(5).Timeout(TimeSpan.FromMinutes(2))))
            .Phase("ship", phase => phase.Task("publish", "builder"))
            .Build();
        var published = new HashSet<string>();

        Simulation.Explore(firstSeed: 1, count: 100, new SimulationOptions
        {
            NextRun = run => new SimulatedRun { Plan = plan, EndsAs = RunStatus.Succeeded },
            Agents = new Dictionary<string, Func<IAgentAdapter>> { ["builder"] = () => new Builder(published) },
            FaultKinds = [SimulatedFaultKind.Crash, SimulatedFaultKind.CrashAfterWrite, SimulatedFaultKind.Pause, SimulatedFaultKind.Partition],
        });
    }

    private sealed class Builder(HashSet<string> published) : IAgentAdapter
    {
        public async Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
        {
            await Task.Delay(TimeSpan.FromSeconds(20), context.TimeProvider, cancellationToken);

            // Does it once, however many attempts there are: that is the agent's part.
            published.Add(request.IdempotencyKey);
            return AgentResult.Succeeded();
        }
    }
}
