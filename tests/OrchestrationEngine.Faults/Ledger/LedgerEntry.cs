namespace OrchestrationEngine.Faults.Ledger;

/// <summary>What the ledger has under one idempotency key.</summary>
/// <param name="Visits">How often an attempt said that it begins.</param>
/// <param name="Appends">The numbers of the attempts that appended, in the order in which they did.</param>
/// <param name="Refused">How many appends came from attempts that a probe had made void.</param>
/// <param name="VoidBelow">Attempts with a lower number are void.</param>
internal sealed record LedgerEntry(int Visits, IReadOnlyList<int> Appends, int Refused, int VoidBelow)
{
    public static readonly LedgerEntry Empty = new(0, [], 0, 0);
}
