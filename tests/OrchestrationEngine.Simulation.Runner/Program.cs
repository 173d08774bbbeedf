using System.Diagnostics;
using System.Globalization;
using OrchestrationEngine.SimulationRunner;
using OrchestrationEngine.Testing;

RunnerArguments arguments;
try
{
    arguments = RunnerArguments.Parse(args);
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync($"{e.Message}\n\n{RunnerArguments.Usage}");
    return 2;
}

if (arguments.IsOne)
{
    var report = Simulation.Run(arguments.First, arguments.Options);
    Console.WriteLine(report.IsSuccess ? $"{report.Trace}\n{report}" : report.ToString());
    return report.IsSuccess ? 0 : 1;
}

var watch = Stopwatch.StartNew();
var gate = new Lock();
var (next, done, events, attempts) = (arguments.First, 0, 0L, 0L);
var found = new List<SimulationReport>();
Task[] workers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(Work))];
await Task.WhenAll(workers);

if (found.Count > 0 && !arguments.IsAll)
{
    var first = found.MinBy(report => report.Seed)!;
    Console.WriteLine(arguments.Shrinks ? Simulation.Shrink(first) : first);
}

foreach (var rule in found.GroupBy(report => report.Violation!.Rule).OrderByDescending(rule => rule.Count()))
{
    Console.WriteLine($"{rule.Count()} x {rule.Key}: seeds {string.Join(", ", rule.Select(report => report.Seed).Order().Take(12))}");
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} seeds from {arguments.First} on, {events} events, {attempts} attempts in {watch.Elapsed.TotalSeconds:0.0} s; {found.Count} found something"));
return found.Count == 0 ? 0 : 1;

void Work()
{
    while (true)
    {
        int seed;
        lock (gate)
        {
            if (next > arguments.Last || (found.Count > 0 && !arguments.IsAll) || (arguments.Minutes is { } minutes && watch.Elapsed.TotalMinutes >= minutes))
            {
                return;
            }

            seed = next++;
        }

        var report = Simulation.Run(seed, arguments.Options);
        lock (gate)
        {
            done++;
            events += report.Events;
            attempts += report.Attempts;
            if (!report.IsSuccess)
            {
                found.Add(report);
                Console.WriteLine($"seed {seed}: {report.Violation!.Rule}: {report.Violation.Message}");
            }
        }
    }
}
