using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Preflight;

/// <summary>
/// Runs a plan in virtual time, many times over, with the rules of the engine itself and without agents: how long it will take, what it will cost, what
/// holds it up. Everything that is drawn follows from the seed.
/// </summary>
public static class PlanSimulator
{
    /// <summary>Simulates a plan. The cost is that of the engine's decisions: about a microsecond for each task and round.</summary>
    /// <param name="plan">The plan; one in which <see cref="PlanVerifier.Verify"/> finds nothing.</param>
    /// <param name="options">What is assumed; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the simulation between two rounds.</param>
    /// <exception cref="PlanInvalidException">The plan has problems.</exception>
    public static PlanForecast Simulate(OrchestrationPlan plan, SimulationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        options ??= new SimulationOptions();
        options.Require();
        var problems = PlanVerifier.Verify(plan);
        if (problems.Count > 0)
        {
            throw new PlanInvalidException(plan.Id, problems);
        }

        var simulation = new PlanSimulation(plan, options, depth: 0);
        var rounds = new List<RoundResult>(options.Rounds);
        for (var round = 0; round < options.Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            rounds.Add(simulation.Round(SeededRandom.For(options.Seed, round)));
        }

        return new ForecastMaker(plan, simulation, rounds).Make();
    }
}
