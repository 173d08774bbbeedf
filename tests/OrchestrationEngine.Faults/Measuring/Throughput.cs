using System.Diagnostics;
using System.Globalization;
using OrchestrationEngine.Faults.Disturbing;
using OrchestrationEngine.Faults.Ledger;
using OrchestrationEngine.Faults.Nodes;
using OrchestrationEngine.Faults.Stores;
using OrchestrationEngine.Faults.Workload;

namespace OrchestrationEngine.Faults.Measuring;

/// <summary>Measures the workload W2 (a thousand runs at once, ten steps each) with one, two and more node processes on one store; each node starts its share.</summary>
internal sealed class Throughput(TrialSettings settings, ITestedStore tested, TrialLog log)
{
    private const int Runs = 1_000;
    private const int StepsOfARun = 10;
    private const int Rounds = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public async Task RunAsync()
    {
        await using var ledger = new LedgerServer();
        log.Row("| workload | store | node processes | steps/s, median | slowest | fastest |");
        log.Row("|---|---|---:|---:|---:|---:|");
        for (var nodes = 1; nodes <= settings.Nodes; nodes++)
        {
            var slots = Enumerable.Range(0, nodes)
                .Select(number => new NodeSlot(number, name => new NodeSettings(FormattableString.Invariant($"of-{nodes}-{name}"), settings, tested.Connection, ledger.Port, Path.Combine(log.Folder, name + ".log")), log))
                .ToList();
            try
            {
                await Task.WhenAll(slots.Select(slot => slot.StartAsync()));
                await Task.WhenAll(slots.Select(slot => slot.Current!.Ready));

                // The first round is for the compiler and the pools.
                await RaceAsync(slots);
                var rates = new List<double>();
                for (var round = 0; round < Rounds; round++)
                {
                    rates.Add(Runs * StepsOfARun / (await RaceAsync(slots)).TotalSeconds);
                }

                rates.Sort();
                log.Row(string.Create(CultureInfo.InvariantCulture, $"| W2 | {settings.Store} | {nodes} | {rates[Rounds / 2]:N0} | {rates[0]:N0} | {rates[^1]:N0} |"));
                await Task.WhenAll(slots.Select(slot => slot.CloseAsync()));
            }
            finally
            {
                foreach (var slot in slots)
                {
                    await slot.DisposeAsync();
                }
            }
        }
    }

    private static async Task<TimeSpan> RaceAsync(List<NodeSlot> slots)
    {
        var clock = Stopwatch.StartNew();
        var answers = await Task.WhenAll(slots.Select((slot, i) => slot.Current!.AskAsync(NodeVerb.Race, "-", FormattableString.Invariant($"{Share(i, slots.Count)}"), Patience)));
        var time = clock.Elapsed;
        return answers.FirstOrDefault(answer => answer.Kind != AnswerKind.Accepted) is { Message: not null } bad
            ? throw new InvalidOperationException($"A node did not do its share: {bad.Kind}, {bad.Message}")
            : time;
    }

    private static int Share(int node, int nodes) => (Runs * (node + 1) / nodes) - (Runs * node / nodes);
}
