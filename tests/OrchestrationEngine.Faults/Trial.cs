using OrchestrationEngine.Faults.Checking;
using OrchestrationEngine.Faults.Disturbing;
using OrchestrationEngine.Faults.Ledger;
using OrchestrationEngine.Faults.Nodes;
using OrchestrationEngine.Faults.Stores;
using OrchestrationEngine.Faults.Workload;

namespace OrchestrationEngine.Faults;

/// <summary>One trial: nodes, runs and faults until the time is over, then everything is healed, and everything is checked.</summary>
internal sealed class Trial(TrialSettings settings, ITestedStore tested, TrialLog log)
{
    private static readonly TimeSpan PatienceAfterHealing = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    /// <summary>Carries the trial out.</summary>
    /// <returns>Whether everything was as it must be.</returns>
    public async Task<bool> RunAsync()
    {
        log.Say($"{settings.Nodes} nodes, {settings.Runs} runs, {settings.Duration.TotalSeconds:0} s of faults, lease {settings.Lease.TotalSeconds:0.0} s, store {settings.Store}, seed {settings.Seed}, folder {log.Folder}");
        await using var ledger = new LedgerServer();
        var slots = Enumerable.Range(0, settings.Nodes).Select(number => new NodeSlot(number, name => NodeSettingsOf(number, name, ledger.Port), log)).ToList();
        using var driving = new CancellationTokenSource();
        try
        {
            foreach (var slot in slots)
            {
                await slot.StartAsync();
            }

            await Task.WhenAll(slots.Select(slot => slot.Current!.Ready));
            var drivers = Enumerable.Range(0, settings.Runs).Select(number => new RunDriver(RunCatalog.Make(settings, number), number, settings.Seed, slots, log)).ToList();
            var driven = Task.WhenAll(drivers.Select(driver => driver.DriveAsync(driving.Token)));
            var faults = await DisturbAsync(slots);
            log.Say($"{faults} faults are over, everything is healed");

            foreach (var slot in slots)
            {
                await slot.StartAsync();
            }

            await EndAsync(driven, drivers, driving);
            await CheckAsync(slots, drivers, ledger);
        }
        finally
        {
            await driving.CancelAsync();
            foreach (var slot in slots)
            {
                await slot.DisposeAsync();
            }
        }

        return log.Violations.Count == 0;
    }

    private NodeSettings NodeSettingsOf(int number, string name, int ledgerPort)
        => new(name, settings, tested.ConnectionOf(number), ledgerPort, Path.Combine(log.Folder, name + ".log"));

    private async Task<int> DisturbAsync(List<NodeSlot> slots)
    {
        var start = log.Elapsed;
        var faults = FaultPlan.Make(settings, tested.Faults);
        var under = new List<Task>();
        foreach (var fault in faults)
        {
            var wait = fault.At - (log.Elapsed - start);
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, TimeProvider.System);
            log.Say($"{fault}");
            under.Add(tested.Faults.Contains(fault.Kind) ? tested.DisturbAsync(fault) : slots[fault.Node].DisturbAsync(fault));
        }

        await Task.WhenAll(under);
        return faults.Count;
    }

    /// <summary>Waits until all is asked and answered and all runs have ended, or too much time has passed.</summary>
    private async Task EndAsync(Task driven, List<RunDriver> drivers, CancellationTokenSource driving)
    {
        var limit = log.Elapsed + PatienceAfterHealing;
        var resumed = new HashSet<string>(StringComparer.Ordinal);
        using var services = StoreChoice.Open(settings.Store, tested.Connection, out var store);
        while (log.Elapsed < limit)
        {
            await Task.Delay(BetweenLooks, TimeProvider.System);
            if (!driven.IsCompleted)
            {
                continue;
            }

            await driven;
            var open = await OpenRunsAsync(store);
            if (open.Count == 0)
            {
                log.Say("all runs have ended");
                return;
            }

            // A pause of unknown outcome may have come after the resumption that was to end it: who asked for it must look.
            foreach (var driver in drivers.Where(driver => open.Any(run => run.Id.Value == driver.Run.Name && run.Status == Runs.RunStatus.Paused)))
            {
                if (resumed.Add(driver.Run.Name))
                {
                    log.Note($"{driver.Run.Name} is paused still and is resumed");
                    await driver.ResumeAsync(driving.Token);
                }
            }
        }

        log.Violation($"{PatienceAfterHealing.TotalSeconds} s after the last fault {(await OpenRunsAsync(store)).Count} runs have not ended{(driven.IsCompleted ? "" : ", and some commands have no answer")}");
    }

    private static async Task<IReadOnlyList<State.RunSummary>> OpenRunsAsync(State.IStateStore store)
        => (await store.QueryAsync(new State.RunQuery { Statuses = [Runs.RunStatus.Pending, Runs.RunStatus.Running, Runs.RunStatus.Paused], PageSize = State.RunQuery.MaxPageSize }, default)).Items;

    private async Task CheckAsync(List<NodeSlot> slots, List<RunDriver> drivers, LedgerServer ledger)
    {
        // Nodes that were killed last are put out when their time is over.
        await Task.Delay(settings.Lease * 2, TimeProvider.System);
        using var services = StoreChoice.Open(settings.Store, tested.Connection, out var store);
        var check = new TrialCheck(store, log);
        var tally = await check.CheckRunsAsync(drivers, ledger.Entries);
        await check.CheckLeasesAsync([.. slots.Select(slot => slot.Current!.Name)]);
        await Task.WhenAll(slots.Select(slot => slot.CloseAsync()));
        await check.CheckLeasesAsync([]);
        foreach (var line in tally.Lines())
        {
            log.Say(line);
        }
    }
}
