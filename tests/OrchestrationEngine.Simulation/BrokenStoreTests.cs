using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.SimulationTests;

/// <summary>That the simulation finds what it is there to find: stores broken on purpose, each within so many seeds.</summary>
public sealed class BrokenStoreTests
{
    private const int WithinSeeds = 100;

    [Fact]
    public void A_store_that_ignores_the_epoch_is_found()
        => Assert.Contains(Find(store => new StoreThatIgnoresTheEpoch(store)).Violation!.Rule, (string[])["a stale lease can't write", "who has lost a run begins nothing in it"]);

    [Fact]
    public void A_store_that_loses_appends_is_found()
        => Assert.Equal("a store keeps what it has acknowledged", Find(store => new StoreThatLosesAppends(store, 50)).Violation!.Rule);

    [Fact]
    public void A_store_that_gives_a_run_to_two_nodes_is_found()
        => Assert.Equal("no run is given to two nodes", Find(store => new StoreThatGivesARunToTwoNodes(store)).Violation!.Rule);

    [Fact]
    public void A_store_that_forgets_messages_is_found()
        => Assert.Contains(Find(store => new StoreThatForgetsMessages(store)).Violation!.Rule, (string[])["no message is lost", "a command is carried out once or refused"]);

    [Fact]
    public void A_store_that_renews_what_it_has_put_out_is_found()
        => Assert.Equal("a node is entered or put out", Find(store => new StoreThatRenewsAnything(store)).Violation!.Rule);

    private static SimulationReport Find(Func<IStateStore, IStateStore> wrap)
    {
        var options = new SimulationOptions { WrapStore = wrap };
        return Enumerable.Range(1, WithinSeeds).Select(seed => Simulation.Run(seed, options)).FirstOrDefault(report => !report.IsSuccess)
            ?? throw new Xunit.Sdk.XunitException($"{WithinSeeds} seeds found nothing wrong with a store that is broken.");
    }
}
