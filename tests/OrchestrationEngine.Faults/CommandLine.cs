using System.Globalization;
using OrchestrationEngine.Faults.Stores;
using OrchestrationEngine.Faults.Workload;

namespace OrchestrationEngine.Faults;

/// <summary>What the program is asked for on its command line.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Folder">Where the store and the logs are; null for a temporary folder, which is deleted when all is well.</param>
/// <param name="Takeovers">How many kills to measure instead; 0 for none.</param>
/// <param name="Throughput">Whether to measure the throughput of one and more nodes instead.</param>
internal sealed record CommandLine(TrialSettings Trial, string? Folder, int Takeovers, bool Throughput)
{
    public const string Usage = """
        Usage: OrchestrationEngine.Faults [--store postgres|sqlite] [--minutes N | --seconds N] [--nodes N] [--runs N] [--seed N]
               [--lease SECONDS] [--folder PATH] [--takeover KILLS | --throughput]
        Nodes, runs and faults until the time is over; then everything must have ended as planned. The defaults are 200 runs on three nodes and one
        PostgreSQL, or two processes on one SQLite file, for two minutes. ORCHESTRATION_SEED sets the seed where --seed does not.
        --takeover measures how long a run stands still when its node is killed, --throughput how fast one, two and more nodes are on one store.
        Exit codes: 0 all is well, 1 something is wrong, 2 the command line is, 3 there is no such store here.
        """;

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It can't be read; the message says what is wrong.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var trial = new TrialSettings { Seed = Number("ORCHESTRATION_SEED", Environment.GetEnvironmentVariable("ORCHESTRATION_SEED") ?? "1") };
        string? folder = null;
        int? nodes = null;
        var (takeovers, throughput) = (0, false);
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (arguments[i] == "--throughput")
            {
                throughput = true;
                i--;
                continue;
            }

            var (name, value) = (arguments[i], i + 1 < arguments.Count ? arguments[i + 1] : throw new FormatException($"'{arguments[i]}' has no value."));
            switch (name)
            {
                case "--store":
                    trial = trial with { Store = value is StoreChoice.Postgres or StoreChoice.Sqlite ? value : throw new FormatException($"'{value}' is no store.") };
                    break;
                case "--minutes":
                    trial = trial with { Duration = TimeSpan.FromMinutes(Number(name, value)) };
                    break;
                case "--seconds":
                    trial = trial with { Duration = TimeSpan.FromSeconds(Number(name, value)) };
                    break;
                case "--nodes":
                    nodes = Number(name, value);
                    break;
                case "--runs":
                    trial = trial with { Runs = Number(name, value) };
                    break;
                case "--seed":
                    trial = trial with { Seed = Number(name, value) };
                    break;
                case "--lease":
                    trial = trial with { Lease = TimeSpan.FromSeconds(Number(name, value)) };
                    break;
                case "--takeover":
                    takeovers = Number(name, value);
                    break;
                case "--folder":
                    folder = value;
                    break;
                default:
                    throw new FormatException($"'{name}' is not known.");
            }
        }

        return new CommandLine(trial with { Nodes = nodes ?? (trial.Store == StoreChoice.Sqlite ? 2 : 3) }, folder, takeovers, throughput);
    }

    private static int Number(string name, string text)
        => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException($"{name} is '{text}', which is no whole number.");
}
