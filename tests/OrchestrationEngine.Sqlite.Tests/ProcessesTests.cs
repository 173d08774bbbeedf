using System.Diagnostics;
using System.Globalization;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Tests;

/// <summary>Several real processes on one file.</summary>
public sealed class ProcessesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Processes_that_write_to_the_same_runs_at_the_same_time_lose_and_double_nothing()
    {
        // They make the file together, too.
        await Task.WhenAll(Enumerable.Range(1, 3).Select(i => RunAsync(nameof(ProcessParts.Append_to_shared_runs), $"process {i}", 100)));
        await using var store = new SqliteStateStore(_folder.File());
        var runs = (await store.QueryAsync(new RunQuery(), Journal.Ct)).Items;
        Assert.Equal(ProcessParts.Runs, runs.Count);
        foreach (var run in runs)
        {
            var notes = (await store.ReadAsync(run.Id)).OfType<RunPaused>().Select(note => note.Reason).ToList();
            Assert.Equal(run.Version, notes.Count + 1);
            RequireAll(notes, processes: 3, each: 100);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Processes_that_share_runs_by_leases_never_meet_in_one(bool locksWork)
    {
        // Where locks do not work, no process takes another for dead; only the time of its lease ends it.
        _environment["DOTNET_SYSTEM_IO_DISABLEFILELOCKING"] = locksWork ? "false" : "true";
        await using (var store = new SqliteStateStore(_folder.File()))
        {
            for (var i = 0; i < ProcessParts.Runs; i++)
            {
                await store.CreateAsync($"run {i}");
            }
        }

        await Task.WhenAll(Enumerable.Range(1, 2).Select(i => RunAsync(nameof(ProcessParts.Append_under_leases), $"process {i}", 150)));
        await using var after = new SqliteStateStore(_folder.File());
        var notes = new List<string>();
        foreach (var run in (await after.QueryAsync(new RunQuery(), Journal.Ct)).Items)
        {
            notes.AddRange((await after.ReadAsync(run.Id)).OfType<RunPaused>().Select(note => note.Reason));
        }

        Assert.InRange(notes.Count, 300, 302);
        Assert.Equal(notes.Count, notes.Distinct().Count());
    }

    [Fact]
    public async Task A_process_that_is_killed_is_succeeded_at_once_however_long_its_lease_is()
    {
        await using var store = new SqliteStateStore(_folder.File());
        var next = await store.JoinAsync(new NodeRegistration { Name = "next", LeaseDuration = TimeSpan.FromHours(1) }, Journal.Ct);
        using var held = Start(nameof(ProcessParts.Hold_a_run), "held", 0);
        var run = new RunId("held");
        try
        {
            await Eventually(async () => await store.FindAsync(run, Journal.Ct) is { Version: > 20 });
            Assert.Empty((await store.AcquireAsync(new LeaseRequest { Node = next, MaxRuns = 10 }, Journal.Ct)).Runs);
        }
        finally
        {
            held.Kill();
            await held.WaitForExitAsync(Journal.Ct).WaitAsync(Patience, Journal.Ct);
        }

        Assert.Equal([new LeasedRun(run, 3)], (await store.AcquireAsync(new LeaseRequest { Node = next, MaxRuns = 10 }, Journal.Ct)).Runs);
        var version = (await store.FindAsync(run, Journal.Ct))!.Version;
        Assert.Equal(version, (await store.ReadAsync(run)).Count);
        await store.AppendAsync(Journal.Note(run, version, "next") with { Epoch = 3 }, Journal.Ct);
    }

    private static void RequireAll(List<string> notes, int processes, int each)
        => Assert.Equal(
            Enumerable.Range(1, processes).SelectMany(process => Enumerable.Range(0, each).Select(i => $"process {process} {i}")).Order(StringComparer.Ordinal),
            notes.Order(StringComparer.Ordinal));

    private static async Task Eventually(Func<Task<bool>> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waited.Elapsed < Patience, "It did not come to that.");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Journal.Ct);
        }
    }

    private async Task RunAsync(string part, string name, int count)
    {
        using var process = Start(part, name, count);
        var output = process.StandardOutput.ReadToEndAsync(Journal.Ct);
        var errors = process.StandardError.ReadToEndAsync(Journal.Ct);
        try
        {
            await process.WaitForExitAsync(Journal.Ct).WaitAsync(Patience, Journal.Ct);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }

        Assert.True(process.ExitCode == 0, $"{await output}\n{await errors}");
    }

    /// <summary>Runs a test of <see cref="ProcessParts"/> in a process of its own.</summary>
    private Process Start(string part, string name, int count)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "OrchestrationEngine.Sqlite.Tests" + (OperatingSystem.IsWindows() ? ".exe" : "")))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Array.ForEach(["-noColor", "-explicit", "only", "-method", $"{typeof(ProcessParts).FullName}.{part}"], start.ArgumentList.Add);
        start.Environment[ProcessParts.File] = _folder.File();
        start.Environment[ProcessParts.Name] = name;
        start.Environment[ProcessParts.Count] = count.ToString(CultureInfo.InvariantCulture);
        foreach (var (variable, value) in _environment)
        {
            start.Environment[variable] = value;
        }

        return Process.Start(start)!;
    }
}
