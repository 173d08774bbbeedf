namespace OrchestrationEngine.Faults.Checking;

/// <summary>What a trial was like, in numbers.</summary>
internal sealed class TrialTally
{
    public SortedDictionary<string, int> Ends { get; } = new(StringComparer.Ordinal);

    public int Facts { get; set; }

    public int Attempts { get; set; }

    public int Abandoned { get; set; }

    public int Ignored { get; set; }

    /// <summary>How many leases on runs began or ended after the first one of each.</summary>
    public long LeaseChanges { get; set; }

    public int Keys { get; set; }

    /// <summary>Effects of tasks with <c>retry</c> beyond the first of each.</summary>
    public int Duplicates { get; set; }

    /// <summary>Effects of attempts that a probe had made void, which the ledger refused.</summary>
    public int Refused { get; set; }

    public int Signals { get; set; }

    public IEnumerable<string> Lines()
        =>
        [
            $"runs: {string.Join(", ", Ends.Select(end => $"{end.Value} {end.Key}"))}",
            $"facts {Facts}, attempts {Attempts}, of which {Abandoned} were lost with their process, {Ignored} late outcomes ignored, {LeaseChanges} changes of leases",
            $"ledger: {Keys} keys, {Duplicates} effects more than once (all of tasks with 'retry'), {Refused} late effects refused by the fence, {Signals} signals received",
        ];
}
