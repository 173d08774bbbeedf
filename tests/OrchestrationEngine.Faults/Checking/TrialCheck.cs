using OrchestrationEngine.Faults.Disturbing;
using OrchestrationEngine.Faults.Ledger;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Faults.Checking;

/// <summary>Looks at the store of a trial after its end, past all nodes, and at the ledger.</summary>
internal sealed class TrialCheck(IStateStore store, TrialLog log)
{
    /// <summary>Checks every run; the journal of each that is not as it must be is kept in the trial's folder.</summary>
    public async Task<TrialTally> CheckRunsAsync(IReadOnlyList<RunDriver> drivers, IReadOnlyDictionary<string, LedgerEntry> ledger)
    {
        var tally = new TrialTally();
        var known = 0;
        foreach (var driver in drivers)
        {
            var id = new RunId(driver.Run.Name);
            if (await store.FindAsync(id, default) is not { } summary)
            {
                log.Violation($"{driver.Run.Name} is not in the store");
                continue;
            }

            known++;
            var journal = new List<RecordedEvent>();
            await foreach (var recorded in store.ReadAsync(id, 0, default))
            {
                journal.Add(recorded);
            }

            var check = new RunCheck(driver.Run, driver.Outcomes, summary, journal, ledger);
            var problems = check.Check(tally);
            if (problems.Count > 0)
            {
                var file = Path.Combine(log.Folder, driver.Run.Name + ".journal.txt");
                await File.WriteAllLinesAsync(file, [.. journal.Select(Line), "", "The ledger:", .. check.LedgerLines()]);
                foreach (var problem in problems)
                {
                    log.Violation($"{driver.Run.Name} ({driver.Run.Kind}): {problem}. Its journal: {file}");
                }
            }
        }

        var all = 0;
        for (Page<RunSummary>? page = null; page is null || page.Continuation is not null;)
        {
            page = await store.QueryAsync(new RunQuery { PageSize = RunQuery.MaxPageSize, Continuation = page?.Continuation }, default);
            all += page.Items.Count;
        }

        if (all != known)
        {
            log.Violation($"the store has {all} runs, of which {known} were started here");
        }

        return tally;
    }

    /// <summary>Checks that nothing is due, no message is open, and no node is entered but those that live.</summary>
    /// <param name="living">The names of the nodes that live.</param>
    public async Task CheckLeasesAsync(IReadOnlyCollection<string> living)
    {
        var checker = await store.JoinAsync(new NodeRegistration { Name = "checker", LeaseDuration = TimeSpan.FromMinutes(1) }, default);
        var due = await store.AcquireAsync(new LeaseRequest { Node = checker, MaxRuns = 100 }, default);
        foreach (var lease in due.Runs)
        {
            log.Violation($"{lease.Run} is due after the end of all runs");
        }

        foreach (var message in await store.ReadInboxAsync(checker, 100, default))
        {
            log.Violation($"message '{message.Id}' ({message.Kind}) to {message.Run} was never answered");
        }

        foreach (var node in await store.ListNodesAsync(default))
        {
            if (node.Id != checker && !living.Contains(node.Name))
            {
                log.Violation($"node '{node.Id}' is entered (it expires at {node.ExpiresAt:HH:mm:ss.fff}), and does not live");
            }
            else if (node.Id != checker && node.Runs > 0)
            {
                log.Violation($"node '{node.Id}' has {node.Runs} leases after the end of all runs");
            }
        }

        await store.LeaveAsync(checker, default);
    }

    private static string Line(RecordedEvent recorded)
        => $"{recorded.Sequence,5} {recorded.Timestamp:HH:mm:ss.fffffff} {(recorded.Event is RunCreated ? recorded.Event.Type : recorded.Event)}";
}
