using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Benchmarks;

/// <summary>
/// Loads a plan of a million tasks from its file, verifies it and runs it in memory, and prints what each part took and the largest
/// working set. In a process of its own, so that the peak is that of this work alone.
/// </summary>
internal static class MillionTasks
{
    private const int Width = 100;

    public static async Task<int> RunAsync(int tasks)
    {
        var file = Path.GetTempFileName();
        try
        {
            WritePlan(file, tasks);
            var clock = Stopwatch.StartNew();
            OrchestrationPlan plan;
            await using (var stream = File.OpenRead(file))
            {
                plan = PlanJson.Read(stream, new PlanReadOptions { Limits = new PlanLimits { MaxBytes = 1L << 30 } });
            }

            Report("loaded and verified", clock);
            var services = new ServiceCollection();
            services.AddOrchestration().UseInMemoryStore().AddAgent("step", static (_, _, _) => Task.FromResult(AgentResult.Succeeded("done")));
            await using var provider = services.BuildServiceProvider();
            var run = await provider.GetRequiredService<IOrchestrator>().StartAsync(plan);
            Report("started", clock);
            var result = await run.WaitAsync();
            Report(result.Status.ToString().ToLowerInvariant(), clock);
            return 0;
        }
        finally
        {
            File.Delete(file);
        }
    }

    // Written by hand: a plan in memory would count towards the peak.
    private static void WritePlan(string file, int tasks)
    {
        var random = new Random(4);
        using var stream = File.Create(file);
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteString("id", "layers");
        writer.WriteStartArray("phases");
        writer.WriteStartObject();
        writer.WriteString("id", "work");
        writer.WriteString("mode", "parallel");
        writer.WriteStartArray("tasks");
        for (var task = 0; task < tasks; task++)
        {
            writer.WriteStartObject();
            writer.WriteString("id", $"t{task}");
            writer.WriteString("agent", "step");
            if (task >= Width)
            {
                var layer = (task / Width * Width) - Width;
                var parent = random.Next(Width);
                writer.WriteStartArray("dependsOn");
                for (var i = 0; i < 3; i++)
                {
                    writer.WriteStringValue($"t{layer + ((parent + (i * 31)) % Width)}");
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
            if (task % 1000 == 0)
            {
                writer.Flush();
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Report(string what, Stopwatch clock)
    {
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {clock.Elapsed.TotalSeconds:N1} s, peak {process.PeakWorkingSet64 >> 20} MB"));
    }
}
