using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Tests;

/// <summary>What the processes of <see cref="ProcessesTests"/> do. Explicit: they are run by those tests, each in a process of its own.</summary>
public sealed class ProcessParts
{
    public const string File = "PART_FILE";
    public const string Name = "PART_NAME";
    public const string Count = "PART_COUNT";
    public const int Runs = 5;

    private static string Me => Environment.GetEnvironmentVariable(Name)!;

    private static int Wanted => int.Parse(Environment.GetEnvironmentVariable(Count)!, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Writes notes to runs that other processes write to as well, by nothing but the version.</summary>
    [Fact(Explicit = true)]
    public async Task Append_to_shared_runs()
    {
        await using var store = new SqliteStateStore(Environment.GetEnvironmentVariable(File)!);
        await Task.WhenAll(Enumerable.Range(0, Runs).Select(async i =>
        {
            // Whoever comes first makes the run.
            var run = await store.CreateAsync(Journal.New($"{i} of {Me}", businessKey: $"shared {i}"), Journal.Ct);
            for (var written = 0; written < Wanted;)
            {
                var row = (await store.FindAsync(run, Journal.Ct))!;
                try
                {
                    await store.AppendAsync(Journal.Note(run, row.Version, $"{Me} {written}"), Journal.Ct);
                    written++;
                }
                catch (ConcurrentAppendException)
                {
                    // Another process was faster.
                }
            }
        }));
    }

    /// <summary>Leases runs, writes a note to each and gives it back, until it has written so many.</summary>
    [Fact(Explicit = true)]
    public async Task Append_under_leases()
    {
        await using var store = new SqliteStateStore(Environment.GetEnvironmentVariable(File)!);
        var node = await store.JoinAsync(new NodeRegistration { Name = Me, LeaseDuration = TimeSpan.FromMinutes(5) }, Journal.Ct);
        for (var written = 0; written < Wanted;)
        {
            foreach (var leased in (await store.AcquireAsync(new LeaseRequest { Node = node, MaxRuns = 2 }, Journal.Ct)).Runs)
            {
                // Nobody else may write between the look and the append: a refusal ends this process with an error.
                var version = (await store.FindAsync(leased.Run, Journal.Ct))!.Version;
                await store.AppendAsync(Journal.Note(leased.Run, version, $"{Me} {written++}") with { Epoch = leased.Epoch }, Journal.Ct);
                Assert.True(await store.ReleaseAsync(new LeaseRelease(leased.Run, leased.Epoch, TimeSpan.Zero), Journal.Ct));
            }
        }

        await store.LeaveAsync(node, Journal.Ct);
    }

    /// <summary>Leases a run, writes to it and then holds it until it is killed.</summary>
    [Fact(Explicit = true)]
    public async Task Hold_a_run()
    {
        await using var store = new SqliteStateStore(Environment.GetEnvironmentVariable(File)!);
        var node = await store.JoinAsync(new NodeRegistration { Name = Me, LeaseDuration = TimeSpan.FromHours(1) }, Journal.Ct);
        var run = await store.CreateAsync(Journal.New("held") with { Owner = node }, Journal.Ct);
        for (var version = 1; ; version++)
        {
            await store.AppendAsync(Journal.Note(run, version, Me) with { Epoch = 1 }, Journal.Ct);
        }
    }
}
