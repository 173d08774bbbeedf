using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.SimulationTests;

/// <summary>That the simulation finds what it is there to find: stores broken on purpose, each within so many seeds.</summary>
public sealed class BrokenStoreTests(ITestOutputHelper output)
{
    private const int WithinSeeds = 300;

    // A run of another node in the right epoch, and the right version, is rare: what stands still comes back to it.
    private static readonly SimulatedFaultKind[] Standstills = [SimulatedFaultKind.Pause, SimulatedFaultKind.SlowStore, SimulatedFaultKind.RepeatedWrites];

    [Fact]
    public void A_store_that_ignores_the_epoch_is_found()
        => Assert.Equal("a stale lease can't write", Find(store => new StoreThatIgnoresTheEpoch(store), Standstills));

    [Fact]
    public void A_store_that_loses_appends_is_found()
        => Assert.Equal("a store keeps what it has acknowledged", Find(store => new StoreThatLosesAppends(store, 50)));

    [Fact]
    public void A_store_that_gives_a_run_to_two_nodes_is_found()
        => Assert.Equal("no run is given to two nodes", Find(store => new StoreThatGivesARunToTwoNodes(store)));

    // The run that the message is for is due by it, or the message is not among those that are read, or never answered: whichever is looked at first.
    [Fact]
    public void A_store_that_forgets_messages_is_found()
        => Assert.Contains(Find(store => new StoreThatForgetsMessages(store)), (string[])["no message is lost", "no run is without an owner for longer than the bound"]);

    [Fact]
    public void A_store_that_renews_what_it_has_put_out_is_found()
        => Assert.Equal("a node is entered or put out", Find(store => new StoreThatRenewsAnything(store)));

    private string Find(Func<IStateStore, IStateStore> wrap, IReadOnlyCollection<SimulatedFaultKind>? kinds = null)
    {
        var options = new SimulationOptions { WrapStore = wrap, FaultKinds = kinds };
        var found = Enumerable.Range(1, WithinSeeds).Select(seed => Simulation.Run(seed, options)).FirstOrDefault(report => !report.IsSuccess);
        Assert.True(found is not null, $"{WithinSeeds} seeds found nothing wrong with a store that is broken.");
        output.WriteLine($"Found by seed {found.Seed}: {found.Violation!.Message}");
        return found.Violation.Rule;
    }
}
