using System.Diagnostics;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Tests;

/// <summary>Measurements, to be run by hand on a quiet machine: <c>-explicit only -class OrchestrationEngine.Sqlite.Tests.Probes</c>.</summary>
public sealed class Probes : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory(Explicit = true)]
    [InlineData(20_000, 10)]
    [InlineData(1, 200_000)]
    [InlineData(200, 1_000)]
    public async Task The_longest_slice_of_a_purge(int runs, int facts)
    {
        await using var store = new SqliteStateStore(_folder.File());
        var ids = await FillAsync(store, runs, facts);
        var (slices, took) = (new List<double>(), Stopwatch.StartNew());
        foreach (var page in ids.Chunk(1_000))
        {
            for (var isDone = false; !isDone;)
            {
                var slice = Stopwatch.StartNew();
                isDone = (await store.PurgeAsync(new PurgeRequest(page, TimeSpan.FromMilliseconds(20)), Journal.Ct)).IsDone;
                slices.Add(slice.Elapsed.TotalMilliseconds);
            }
        }

        Note($"purge of {runs} runs of {facts} facts", slices, took.Elapsed);
        slices.Clear();
        took.Restart();
        for (var more = true; more;)
        {
            var slice = Stopwatch.StartNew();
            more = await store.CompactAsync(TimeSpan.FromMilliseconds(20), Journal.Ct);
            slices.Add(slice.Elapsed.TotalMilliseconds);
        }

        Note("compaction", slices, took.Elapsed);
    }

    [Fact(Explicit = true)]
    public async Task Lists_of_a_hundred_thousand_runs()
    {
        await using var store = new SqliteStateStore(_folder.File());
        await FillAsync(store, 100_000, 2);
        var node = await store.JoinAsync(new NodeRegistration { Name = "a", LeaseDuration = TimeSpan.FromHours(1) }, Journal.Ct);
        RunStatus[] ended = [RunStatus.Succeeded, RunStatus.Failed, RunStatus.Canceled];
        await TimeAsync("first page", () => store.QueryAsync(new RunQuery(), Journal.Ct).AsTask());
        await TimeAsync("ended and older, all of them", () => store.QueryAsync(new RunQuery { Statuses = ended, UpdatedBefore = Journal.Start.AddDays(1) }, Journal.Ct).AsTask());
        await TimeAsync("ended and older, none of them", () => store.QueryAsync(new RunQuery { Statuses = ended, UpdatedBefore = Journal.Start }, Journal.Ct).AsTask());
        await TimeAsync("ended and older of a plan, none of them", () => store.QueryAsync(new RunQuery { PlanId = "plan", Statuses = ended, UpdatedBefore = Journal.Start }, Journal.Ct).AsTask());
        await TimeAsync("storage", () => store.GetStorageAsync(Journal.Ct).AsTask());
        await TimeAsync("acquire nothing", () => store.AcquireAsync(new LeaseRequest { Node = node, MaxRuns = 10 }, Journal.Ct).AsTask());
    }

    private static async Task<List<RunId>> FillAsync(SqliteStateStore store, int runs, int facts)
    {
        var ids = new List<RunId>();
        foreach (var some in Enumerable.Range(0, runs).Chunk(500))
        {
            ids.AddRange(await Task.WhenAll(some.Select(i => PurgeTests.CreateEndedAsync(store, $"run {i}", facts))));
        }

        return ids;
    }

    private static async Task TimeAsync<T>(string what, Func<Task<T>> call)
    {
        await call();
        var times = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            var clock = Stopwatch.StartNew();
            await call();
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{what}: {times.Order().ElementAt(4):N2} ms");
    }

    private static void Note(string what, List<double> slices, TimeSpan took)
        => TestContext.Current.TestOutputHelper!.WriteLine(
            $"{what}: {slices.Count} slices in {took.TotalSeconds:N1} s; median {slices.Order().ElementAt(slices.Count / 2):N1} ms, 99% {slices.Order().ElementAt(slices.Count * 99 / 100):N1} ms, longest {slices.Max():N1} ms");
}
