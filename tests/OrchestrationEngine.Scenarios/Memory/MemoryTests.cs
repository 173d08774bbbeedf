using System.Diagnostics;
using System.Globalization;

namespace OrchestrationEngine.Scenarios.Memory;

/// <summary>What large and many runs cost, each measured in a process that does nothing else.</summary>
public sealed class MemoryTests
{
    [Fact]
    public async Task A_plan_of_a_million_tasks_loads_verifies_and_runs_in_less_than_one_and_a_half_gigabytes()
    {
        using var directory = new TemporaryDirectory();
        var plan = Path.Combine(directory.Path, "plan.json");
        WriteLayeredPlan(plan, tasks: 1_000_000, layer: 1_000);
        var notes = await ProbeAsync(directory, nameof(MemoryProbes.A_million_tasks), plan);
        Assert.InRange(notes["peak, MiB"], 1, 1536);
        Assert.Equal(2_000_005, notes["facts"]);
    }

    [Fact]
    public async Task A_run_that_waits_for_its_time_costs_less_than_two_kilobytes()
    {
        using var directory = new TemporaryDirectory();
        var notes = await ProbeAsync(directory, nameof(MemoryProbes.Ten_thousand_runs_that_wait));
        Assert.InRange(notes["bytes a run"], 1, 2048);
    }

    private static async Task<Dictionary<string, long>> ProbeAsync(TemporaryDirectory directory, string method, string? plan = null)
    {
        var notes = Path.Combine(directory.Path, "notes.txt");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "OrchestrationEngine.Scenarios" + (OperatingSystem.IsWindows() ? ".exe" : "")))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Array.ForEach(["-noColor", "-explicit", "only", "-method", $"{typeof(MemoryProbes).FullName}.{method}"], start.ArgumentList.Add);
        start.Environment["PROBE_NOTES"] = notes;
        start.Environment["PROBE_PLAN"] = plan;
        using var probe = Process.Start(start)!;
        var output = probe.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = probe.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await probe.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
        }
        finally
        {
            if (!probe.HasExited)
            {
                probe.Kill();
            }
        }

        Assert.True(probe.ExitCode == 0, $"{await output}\n{await errors}");
        var read = (await File.ReadAllLinesAsync(notes, TestContext.Current.CancellationToken)).Select(line => line.Split(": ")).ToDictionary(parts => parts[0], parts => long.Parse(parts[1], CultureInfo.InvariantCulture));
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', read.Select(note => $"{note.Key}: {note.Value}")));
        return read;
    }

    // Each task has three parents in the layer before its own.
    private static void WriteLayeredPlan(string path, int tasks, int layer)
    {
        using var writer = new StreamWriter(path);
        writer.Write("""{"id":"layers","phases":[{"id":"one","mode":"parallel","onFailure":{"mode":"finishWhatCan"},"tasks":[""");
        for (var task = 0; task < tasks; task++)
        {
            writer.Write(task == 0 ? "\n" : ",\n");
            writer.Write(string.Create(CultureInfo.InvariantCulture, $$"""{"id":"t{{task}}","agent":"x" """));
            if (task >= layer)
            {
                var first = ((task / layer) - 1) * layer;
                writer.Write(string.Create(
                    CultureInfo.InvariantCulture,
                    $$""","dependsOn":["t{{first + (task % layer)}}","t{{first + ((task * 7) % layer)}}","t{{first + ((task + 13) % layer)}}"]"""));
            }

            writer.Write('}');
        }

        writer.Write("]}]}\n");
    }

    private sealed class TemporaryDirectory : IDisposable
    {
        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("memory-");

        public string Path => _directory.FullName;

        public void Dispose() => _directory.Delete(recursive: true);
    }
}
