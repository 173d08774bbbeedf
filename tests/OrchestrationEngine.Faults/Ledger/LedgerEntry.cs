namespace OrchestrationEngine.Faults.Ledger;

/// <summary>What the ledger has under one idempotency key.</summary>
/// <param name="Visits">The numbers of the attempts that said that they begin, in the order in which they did.</param>
/// <param name="Appends">The numbers of the attempts that appended, in the order in which they did.</param>
/// <param name="Refused">How many appends came from attempts that a probe had made void.</param>
/// <param name="VoidBelow">Attempts with a lower number are void.</param>
internal sealed record LedgerEntry(IReadOnlyList<int> Visits, IReadOnlyList<int> Appends, int Refused, int VoidBelow)
{
    public static readonly LedgerEntry Empty = new([], [], 0, 0);

    public override string ToString() => $"began {Text(Visits)}; left effects {Text(Appends)}; refused {Refused}; void below {VoidBelow}";

    private static string Text(IReadOnlyList<int> attempts) => attempts.Count == 0 ? "never" : string.Join(", ", attempts);
}
