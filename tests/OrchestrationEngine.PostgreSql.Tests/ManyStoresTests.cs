using System.Collections.Concurrent;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Tests;

/// <summary>Several stores, as in several processes, on one database.</summary>
public sealed class ManyStoresTests
{
    private const int Nodes = 5;
    private const int Runs = 60;
    private const int Facts = 25;

    [Fact]
    public async Task Nodes_that_come_and_go_take_over_from_each_other_and_never_have_the_same_lease_or_write_over_each_other()
    {
        var database = await Cluster.CreateDatabaseAsync();
        var stores = Enumerable.Range(0, Nodes).Select(_ => new PostgreSqlStateStore(new PostgreSqlStateStoreOptions { ConnectionString = database })).ToList();
        for (var i = 0; i < Runs; i++)
        {
            await stores[i % Nodes].CreateAsync($"run {i}");
        }

        // Every epoch that was given, to find one that was given twice; and every fact that was acknowledged, with who wrote it.
        var given = new ConcurrentDictionary<LeasedRun, int>();
        var written = new ConcurrentDictionary<(RunId Run, long Sequence), string>();
        await Task.WhenAll(stores.Select((store, s) => Task.Run(() => WorkAsync(store, s)))).WaitAsync(TimeSpan.FromMinutes(3), Journal.Ct);
        for (var i = 0; i < Runs; i++)
        {
            var run = new RunId($"run {i}");
            var summary = await stores[0].FindAsync(run, Journal.Ct);
            Assert.Equal((RunStatus.Succeeded, null), (summary?.Status, summary?.Node));
            var facts = await stores[0].ReadAsync(run);
            Assert.Equal(Facts, facts.Count);
            Assert.Equal(facts.Skip(1).Cast<RunPaused>().Select(fact => fact.Reason), Enumerable.Range(2, Facts - 1).Select(sequence => written[(run, sequence)]));
        }

        Assert.Empty((await stores[0].ListNodesAsync(Journal.Ct)).SelectMany(node => Enumerable.Repeat(node, node.Runs)));
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }

        async Task WorkAsync(PostgreSqlStateStore store, int number)
        {
            var random = new Random(number);
            while ((await store.QueryAsync(new RunQuery { Statuses = [RunStatus.Pending, RunStatus.Running], PageSize = 1 }, Journal.Ct)).Items.Count > 0)
            {
                var node = await store.JoinAsync(new NodeRegistration { Name = $"node {number}", LeaseDuration = TimeSpan.FromMilliseconds(500) }, Journal.Ct);
                var turns = random.Next(1, 6);
                while (turns-- > 0 && await TryTurnAsync(store, number, node, random))
                {
                }

                // Some leave; the others are lost without a word and come again under their name.
                if (random.Next(2) == 0)
                {
                    await store.LeaveAsync(node, Journal.Ct);
                }
            }
        }

        async Task<bool> TryTurnAsync(PostgreSqlStateStore store, int number, NodeId node, Random random)
        {
            try
            {
                var leased = await store.AcquireAsync(new LeaseRequest { Node = node, MaxRuns = random.Next(1, 8) }, Journal.Ct);
                Assert.All(leased.Runs, lease => Assert.True(given.TryAdd(lease, number), $"{lease} was given twice"));
                await Task.WhenAll(leased.Runs.Select(lease => WriteAsync(store, lease, $"{node} {lease.Epoch}", random.Next(1, 12))));
                return true;
            }
            catch (NodeExpiredException)
            {
                return false;
            }
        }

        async Task WriteAsync(PostgreSqlStateStore store, LeasedRun lease, string writer, int count)
        {
            try
            {
                var version = (await store.FindAsync(lease.Run, Journal.Ct))!.Version;
                for (var i = 0; i < count && version < Facts; i++)
                {
                    var status = version + 1 == Facts ? RunStatus.Succeeded : RunStatus.Running;
                    await store.AppendAsync(Journal.Note(lease.Run, version, writer) with { Epoch = lease.Epoch, Status = status }, Journal.Ct);
                    version++;
                    Assert.True(written.TryAdd((lease.Run, version), writer), $"{lease.Run} {version} was written twice");
                }

                if (version < Facts)
                {
                    await store.ReleaseAsync(new LeaseRelease(lease.Run, lease.Epoch, TimeSpan.Zero), Journal.Ct);
                }
            }
            catch (LeaseLostException)
            {
                // Put out meanwhile: another goes on.
            }
        }
    }
}
