using System.Globalization;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.SimulationRunner;

/// <summary>What the command line asks for.</summary>
internal sealed record RunnerArguments
{
    public const string Usage = """
        dotnet run -c Release --project tests/OrchestrationEngine.Simulation.Runner -- --seed N [OPTIONS]
        dotnet run -c Release --project tests/OrchestrationEngine.Simulation.Runner -- --seeds A..B [OPTIONS]
        dotnet run -c Release --project tests/OrchestrationEngine.Simulation.Runner -- --minutes M [--seeds A..] [OPTIONS]

          --seed N         replays one seed and prints its trace
          --seeds A..B     looks through seeds, on all processors; stops at the first that finds something, and shrinks it
          --minutes M      goes on for so long
          --all            goes on when something was found, and lists what in the end
          --nodes N        how many nodes
          --runs N         how many runs
          --commands N     how many commands
          --faults TEXT    these faults and no others: kind:node:at:duration:amount,... with times in milliseconds; none for no faults
          --count N        how many faults the seed draws
          --lines N        how many lines of the trace are printed
          --no-shrink      does not look for a smaller one
        """;

    public int First { get; private set; } = 1;

    public int Last { get; private set; } = 1000;

    public double? Minutes { get; private set; }

    public bool IsOne { get; private set; }

    public bool IsAll { get; private set; }

    public bool Shrinks { get; private set; } = true;

    public SimulationOptions Options { get; private set; } = new() { ReplayCommand = CommandLine };

    public static RunnerArguments Parse(string[] arguments)
    {
        var parsed = new RunnerArguments();
        for (var i = 0; i < arguments.Length; i++)
        {
            var name = arguments[i];
            string Value() => ++i < arguments.Length ? arguments[i] : throw new FormatException($"{name} needs a value.");
            int Number() => int.TryParse(Value(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"{name} needs a whole number, not '{arguments[i]}'.");
            switch (name)
            {
                case "--seed":
                    (parsed.First, parsed.IsOne) = (Number(), true);
                    parsed.Last = parsed.First;
                    break;
                case "--seeds":
                    var range = Value().Split("..");
                    parsed.First = int.Parse(range[0], CultureInfo.InvariantCulture);
                    parsed.Last = range.Length > 1 && range[1].Length > 0 ? int.Parse(range[1], CultureInfo.InvariantCulture) : int.MaxValue;
                    break;
                case "--minutes":
                    parsed.Minutes = double.Parse(Value(), CultureInfo.InvariantCulture);
                    parsed.Last = parsed.Last == 1000 ? int.MaxValue : parsed.Last;
                    break;
                case "--all":
                    parsed.IsAll = true;
                    break;
                case "--nodes":
                    parsed.Options = parsed.Options with { Nodes = Number() };
                    break;
                case "--runs":
                    parsed.Options = parsed.Options with { Runs = Number() };
                    break;
                case "--commands":
                    parsed.Options = parsed.Options with { Commands = Number() };
                    break;
                case "--count":
                    parsed.Options = parsed.Options with { FaultCount = Number() };
                    break;
                case "--lines":
                    parsed.Options = parsed.Options with { TraceLines = Number() };
                    break;
                case "--faults":
                    var faults = Value();
                    parsed.Options = parsed.Options with { Faults = faults == "none" ? [] : SimulatedFault.Parse(faults) };
                    break;
                case "--no-shrink":
                    parsed.Shrinks = false;
                    break;
                default:
                    throw new FormatException($"'{name}' is not known.");
            }
        }

        return parsed;
    }

    private static string CommandLine(SimulationReport report)
    {
        var faults = report.Faults.Count == 0 ? "none" : SimulatedFault.Format(report.Faults);
        var options = report.Options;
        return string.Create(CultureInfo.InvariantCulture, $"dotnet run -c Release --project tests/OrchestrationEngine.Simulation.Runner -- --seed {report.Seed} --nodes {options.Nodes} --runs {options.Runs} --commands {options.Commands} --faults {faults}");
    }
}
