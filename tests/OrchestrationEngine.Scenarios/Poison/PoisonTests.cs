using System.Diagnostics;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Scenarios.Poison;

public sealed class PoisonTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("poison-");

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_that_takes_its_process_down_at_every_start_is_set_aside_with_the_evidence()
    {
        for (var start = 1; start <= PoisonProgram.MaxStarts; start++)
        {
            Assert.NotEqual(0, await StartAsync());
            Assert.Equal(start, Calls());
            Assert.False(File.Exists(At("end.txt")));
        }

        // The next start calls the agent no more, and neither does any after it.
        for (var start = 0; start < 2; start++)
        {
            Assert.Equal(0, await StartAsync());
            Assert.Equal(PoisonProgram.MaxStarts, Calls());
            Assert.StartsWith("Failed: Phase 'one' failed. Task 'poison' was set aside: 3 attempts in a row ended with their process", await File.ReadAllTextAsync(At("end.txt"), Ending), StringComparison.Ordinal);
        }

        await using var store = new SqliteStateStore(At("runs.db"));
        var run = (await store.QueryAsync(new RunQuery(), Ending)).Items.Single();
        var facts = await store.ReadAsync(run.Id, 0, Ending).Select(recorded => recorded.Event).ToListAsync(Ending);
        Assert.Equal([1, 2, 3], facts.OfType<AttemptAbandoned>().Select(abandoned => abandoned.Attempt));
        var evidence = Assert.Single(facts.OfType<TaskQuarantined>());
        Assert.Equal(("poison", FailureClass.Crashed), (evidence.Task, evidence.Failure.Class));
        foreach (var started in await StartedAsync(store, run.Id))
        {
            Assert.Contains($"attempt {((AttemptStarted)started.Event).Attempt}, started {started.Timestamp:yyyy-MM-dd HH:mm:ss.fff}Z", evidence.Failure.Message, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<List<RecordedEvent>> StartedAsync(SqliteStateStore store, RunId run)
        => await store.ReadAsync(run, 0, Ending).Where(recorded => recorded.Event is AttemptStarted { Task: "poison" }).ToListAsync(Ending);

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private int Calls() => File.ReadAllLines(At("calls.txt")).Length;

    /// <summary>Starts the program and waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    private async Task<int> StartAsync()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "OrchestrationEngine.Scenarios" + (OperatingSystem.IsWindows() ? ".exe" : "")))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Array.ForEach(["-noColor", "-explicit", "only", "-method", $"{typeof(PoisonProgram).FullName}.{nameof(PoisonProgram.Runs_until_its_run_has_ended)}"], start.ArgumentList.Add);
        start.Environment["POISON_FOLDER"] = _folder.FullName;
        using var program = Process.Start(start)!;
        var output = program.StandardOutput.ReadToEndAsync(Ending);
        var errors = program.StandardError.ReadToEndAsync(Ending);
        try
        {
            await program.WaitForExitAsync(Ending).WaitAsync(TimeSpan.FromMinutes(2), Ending);
        }
        finally
        {
            if (!program.HasExited)
            {
                program.Kill();
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"exit code {program.ExitCode}\n{await output}\n{await errors}");
        return program.ExitCode;
    }
}
