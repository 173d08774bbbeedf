using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Shared;

/// <summary>Short ways to write journals and to read them back, for tests about what lies around them.</summary>
internal static class Journal
{
    public static readonly DateTimeOffset Start = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero).AddTicks(1_234_567);

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static RecordedEvent[] Facts(long first, params RunEvent[] events)
        => [.. events.Select((fact, i) => new RecordedEvent(first + i, Start.AddSeconds(first + i), fact))];

    public static NewRun New(string id, string? businessKey = null) => new()
    {
        Id = new RunId(id),
        PlanId = "plan",
        PlanVersion = "1",
        BusinessKey = businessKey,
        Events = Facts(1, new RunStarted()),
    };

    public static RunAppend Append(RunId run, long version, params RunEvent[] events)
        => new(run, version, Facts(version + 1, events), RunStatus.Running);

    public static RunAppend Note(RunId run, long version, string text) => Append(run, version, new RunPaused { Reason = text });

    public static async Task<RunId> CreateAsync(this IStateStore store, string id) => await store.CreateAsync(New(id), Ct);

    public static async Task<List<RunEvent>> ReadAsync(this IStateStore store, RunId run)
    {
        var all = new List<RunEvent>();
        await foreach (var recorded in store.ReadAsync(run, 0, Ct))
        {
            Assert.Equal(all.Count + 1, recorded.Sequence);
            all.Add(recorded.Event);
        }

        return all;
    }

    /// <summary>Writes facts of about a kilobyte each until the store refuses one.</summary>
    /// <returns>How many facts the journal has, and the refusal.</returns>
    public static async Task<(long Version, StateStoreException Refusal)> FillAsync(this IStateStore store, RunId run, long version)
    {
        while (true)
        {
            try
            {
                await store.AppendAsync(Note(run, version, new string('x', 1000)), Ct);
                version++;
            }
            catch (StateStoreException refusal)
            {
                return (version, refusal);
            }
        }
    }
}
