using System.Diagnostics;
using System.Globalization;
using OrchestrationEngine.Faults.Disturbing;
using OrchestrationEngine.Faults.Ledger;
using OrchestrationEngine.Faults.Nodes;
using OrchestrationEngine.Faults.Stores;
using OrchestrationEngine.Faults.Workload;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Faults.Measuring;

/// <summary>
/// Measures how long a run stands still when its node is killed: from the kill to the first fact that another node has appended. The run does
/// short steps all the time; each kill has a new run.
/// </summary>
internal sealed class TakeoverTimes(TrialSettings settings, ITestedStore tested, TrialLog log)
{
    private const int FactsBeforeTheKill = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(2);

    public async Task RunAsync(int kills)
    {
        await using var ledger = new LedgerServer();
        var slots = Enumerable.Range(0, settings.Nodes)
            .Select(number => new NodeSlot(number, name => new NodeSettings(name, settings, tested.Connection, ledger.Port, Path.Combine(log.Folder, name + ".log")), log))
            .ToList();
        try
        {
            await Task.WhenAll(slots.Select(slot => slot.StartAsync()));
            await Task.WhenAll(slots.Select(slot => slot.Current!.Ready));
            await using var services = StoreChoice.Open(settings.Store, tested.Connection, out var store);
            var random = new Random(settings.Seed);
            var times = new List<TimeSpan>();
            for (var kill = 1; kill <= kills; kill++)
            {
                times.Add(await KillAsync(new RunId(string.Create(CultureInfo.InvariantCulture, $"takeover-{kill}")), store, slots, random));
                log.Note($"kill {kill}: {times[^1].TotalMilliseconds:0} ms");
            }

            times.Sort();
            log.Row("| store | node processes | kills | lease, ms | takeover, ms: shortest | median | 95 % within | longest |");
            log.Row("|---|---:|---:|---:|---:|---:|---:|---:|");
            log.Row(string.Create(
                CultureInfo.InvariantCulture,
                $"| {settings.Store} | {settings.Nodes} | {kills} | {settings.Lease.TotalMilliseconds:0} | {At(0)} | {At(0.5)} | {At(0.95)} | {At(1)} |"));

            string At(double part) => string.Create(CultureInfo.InvariantCulture, $"{times[(int)Math.Ceiling(part * (times.Count - 1))].TotalMilliseconds:0}");
        }
        finally
        {
            foreach (var slot in slots)
            {
                await slot.DisposeAsync();
            }
        }
    }

    private static async Task<TimeSpan> KillAsync(RunId run, IStateStore store, List<NodeSlot> slots, Random random)
    {
        await AskAsync(NodeVerb.Step, run, slots, random);
        var before = await WaitAsync(store, run, summary => summary is { Node: not null, Version: > FactsBeforeTheKill });
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500)), TimeProvider.System);

        var holder = slots.Single(slot => before.Node!.Value.Value.StartsWith(slot.Current!.Name + "/", StringComparison.Ordinal));
        var killed = TimeProvider.System.GetUtcNow();
        var clock = Stopwatch.StartNew();
        await holder.KillAsync();

        // Facts carry the time at which they were decided: one that is later than the kill is not of the killed.
        await WaitAsync(store, run, summary => summary.Epoch > before.Epoch && summary.UpdatedAt > killed);
        var time = clock.Elapsed;
        await holder.StartAsync();
        await AskAsync(NodeVerb.Cancel, run, slots, random);
        await holder.Current!.Ready;
        await WaitAsync(store, run, summary => summary.Status.IsTerminal());
        return time;
    }

    private static async Task AskAsync(NodeVerb verb, RunId run, List<NodeSlot> slots, Random random)
    {
        var answer = await slots[random.Next(slots.Count)].Current!.AskAsync(verb, run.Value, "measuring", Patience);
        if (answer.Kind != AnswerKind.Accepted)
        {
            throw new InvalidOperationException($"'{verb}' of {run}: {answer.Kind}, {answer.Message}");
        }
    }

    private static async Task<RunSummary> WaitAsync(IStateStore store, RunId run, Func<RunSummary, bool> isThere)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience)
        {
            if (await store.FindAsync(run, default) is { } summary && isThere(summary))
            {
                return summary;
            }

            await Task.Delay(BetweenLooks, TimeProvider.System);
        }

        throw new TimeoutException($"{run} did not get there in {Patience.TotalSeconds} s: {await store.FindAsync(run, default)}");
    }
}
