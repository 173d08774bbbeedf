using System.Globalization;
using OrchestrationEngine.Faults.Workload;

namespace OrchestrationEngine.Faults.Nodes;

/// <summary>What a node process is told on its command line.</summary>
/// <param name="Name">Its name, of which each life has its own.</param>
/// <param name="Trial">The trial.</param>
/// <param name="Connection">Where the store is: a file or a connection string.</param>
/// <param name="LedgerPort">Where the ledger is.</param>
/// <param name="LogFile">Where it writes its log.</param>
internal sealed record NodeSettings(string Name, TrialSettings Trial, string Connection, int LedgerPort, string LogFile)
{
    /// <summary>The command with which the program becomes a node.</summary>
    public const string Command = "node";

    public static NodeSettings Parse(IReadOnlyList<string> arguments)
        => new(
            arguments[0],
            new TrialSettings
            {
                Store = arguments[1],
                Seed = Number(arguments[2]),
                Runs = Number(arguments[3]),
                Duration = TimeSpan.FromMilliseconds(Number(arguments[4])),
                Lease = TimeSpan.FromMilliseconds(Number(arguments[5])),
            },
            arguments[6],
            Number(arguments[7]),
            arguments[8]);

    public IReadOnlyList<string> ToArguments()
        =>
        [
            Name,
            Trial.Store,
            Text(Trial.Seed),
            Text(Trial.Runs),
            Text((int)Trial.Duration.TotalMilliseconds),
            Text((int)Trial.Lease.TotalMilliseconds),
            Connection,
            Text(LedgerPort),
            LogFile,
        ];

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
