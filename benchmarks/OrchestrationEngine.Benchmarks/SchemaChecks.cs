using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Benchmarks;

/// <summary>Checks documents against schemas, beside parsing the same documents with System.Text.Json alone, and prints a table.</summary>
internal static class SchemaChecks
{
    public static int Run(bool quick)
    {
        Console.WriteLine();
        Console.WriteLine("| schema | bytes | | a second | bytes allocated | of parsing alone |");
        Console.WriteLine("|---|---:|---|---:|---:|---:|");
        foreach (var sample in SchemaSample.All)
        {
            var schema = sample.Compile();
            using var parsed = JsonDocument.Parse(sample.Document);
            if (!schema.Validate(parsed.RootElement).IsValid)
            {
                throw new InvalidOperationException($"The document of {sample.Name} does not keep to its schema.");
            }

            var root = parsed.RootElement;
            var alone = Measure(quick, () =>
            {
                using var document = JsonDocument.Parse(sample.Document);
                return document.RootElement.ValueKind == JsonValueKind.Object;
            });
            Print(sample, "parse alone", alone, alone);
            Print(sample, "check what is parsed", Measure(quick, () => schema.IsValid(root)), alone);
            Print(sample, "parse and check", Measure(quick, () => schema.Validate(sample.Document).IsValid), alone);
        }

        return 0;
    }

    private static (double Nanoseconds, double Bytes) Measure(bool quick, Func<bool> once)
    {
        var rounds = new List<(double Nanoseconds, double Bytes)>();
        for (var round = 0; round < (quick ? 1 : 8); round++)
        {
            var (count, before, clock) = (0L, GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
            while (clock.ElapsedMilliseconds < (quick ? 100 : 500))
            {
                for (var i = 0; i < 100; i++, count++)
                {
                    if (!once())
                    {
                        throw new InvalidOperationException("It is not valid any more.");
                    }
                }
            }

            rounds.Add((clock.Elapsed.TotalNanoseconds / count, (GC.GetAllocatedBytesForCurrentThread() - before) / (double)count));
        }

        // The first rounds are those of a compiler that still learns.
        rounds.RemoveRange(0, rounds.Count / 3);
        rounds.Sort();
        return rounds[rounds.Count / 2];
    }

    private static void Print(SchemaSample sample, string what, (double Nanoseconds, double Bytes) measured, (double Nanoseconds, double Bytes) alone)
        => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {sample.Name} | {sample.Document.Length:N0} | {what} | {1e9 / measured.Nanoseconds:N0} | {measured.Bytes:N0} | {measured.Nanoseconds / alone.Nanoseconds:N2} |"));
}

/// <summary>A check of a valid document beside parsing it.</summary>
[MemoryDiagnoser]
public class SchemaBenchmark
{
    private SchemaSample _sample = null!;
    private JsonSchema _schema = null!;
    private JsonDocument _parsed = null!;

    [Params(0, 1, 2)]
    public int Sample { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _sample = SchemaSample.All[Sample];
        _schema = _sample.Compile();
        _parsed = JsonDocument.Parse(_sample.Document);
    }

    [GlobalCleanup]
    public void End() => _parsed.Dispose();

    [Benchmark(Baseline = true)]
    public JsonValueKind ParseAlone()
    {
        using var document = JsonDocument.Parse(_sample.Document);
        return document.RootElement.ValueKind;
    }

    [Benchmark]
    public bool CheckParsed() => _schema.IsValid(_parsed.RootElement);

    [Benchmark]
    public bool ParseAndCheck() => _schema.Validate(_sample.Document).IsValid;
}
