using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

/// <summary>
/// What every <see cref="IMemoStore"/> must do; the precise form of that contract. Derive a class from it in a test project and override
/// <see cref="CreateEmptyAsync"/>: the tests are inherited.
/// </summary>
public abstract class MemoStoreConformance
{
    private static readonly DateTimeOffset Start = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero).AddTicks(1_234_567);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Makes a store without any results, on a file or a schema of its own.</summary>
    protected abstract Task<IMemoStore> CreateEmptyAsync();

    /// <summary>Opens another store on the same data, as another process would. The default gives the same store, which is right for one that keeps nothing beyond the process.</summary>
    /// <param name="store">A store of <see cref="CreateEmptyAsync"/>.</param>
    protected virtual Task<IMemoStore> OpenAnotherAsync(IMemoStore store) => Task.FromResult(store);

    /// <summary>To the byte, in this store and in another on the same data.</summary>
    [Fact]
    public async Task A_result_comes_back_as_it_was_saved()
    {
        var store = await CreateEmptyAsync();
        var plain = Entry("""{"text":"äö 😀 \"quoted\" \\ \u0000","number":1.50,"big":12345678901234567890}""");
        var full = plain with
        {
            Item = 7,
            Attempt = 3,
            Output = JsonData.Null,
            Artifacts =
            [
                new ArtifactReference { Digest = ContentDigest.Of("a"u8), Name = "a/b.md", MediaType = "text/markdown", Size = 1 },
                new ArtifactReference { Digest = ContentDigest.Of("b"u8), Name = "b", MediaType = "application/json", Size = long.MaxValue, Moved = true },
            ],
        };
        await store.SaveAsync("plain", plain, Ct);
        await store.SaveAsync("full", full, Ct);
        var other = await OpenAnotherAsync(store);
        RequireSame(plain, await other.FindAsync("plain", Ct));
        RequireSame(full, await other.FindAsync("full", Ct));
        Assert.Null(await other.FindAsync("Plain", Ct));
        Assert.Null(await other.FindAsync("unknown", Ct));
    }

    /// <summary>A key has one result.</summary>
    [Fact]
    public async Task The_result_that_was_saved_last_counts()
    {
        var store = await CreateEmptyAsync();
        await store.SaveAsync("key", Entry("1"), Ct);
        var later = Entry("2") with { Item = 1, Task = "other", Agent = "another", Run = new RunId("run 2"), At = Start.AddHours(-1) };
        await store.SaveAsync("key", later, Ct);
        RequireSame(later, await store.FindAsync("key", Ct));
    }

    /// <summary>The parts of a result stay together.</summary>
    [Fact]
    public async Task Of_many_who_save_at_once_one_counts_and_nothing_is_mixed()
    {
        var store = await CreateEmptyAsync();
        var other = await OpenAnotherAsync(store);
        var entries = Enumerable.Range(0, 40).Select(i => Entry($"{i}") with { Attempt = i + 1, Task = $"task {i}" }).ToList();
        await Task.WhenAll(entries.Select((entry, i) => Task.Run(async () => await (i % 2 == 0 ? store : other).SaveAsync(i < 20 ? "shared" : $"key {i}", entry, Ct), Ct)));
        var shared = await store.FindAsync("shared", Ct);
        RequireSame(entries[int.Parse(shared!.Output.ToString()!, System.Globalization.CultureInfo.InvariantCulture)], shared);
        for (var i = 20; i < 40; i++)
        {
            RequireSame(entries[i], await store.FindAsync($"key {i}", Ct));
        }
    }

    /// <summary>Removal is by the time at which a result was made.</summary>
    [Fact]
    public async Task Old_results_are_removed_a_part_at_a_time()
    {
        var store = await CreateEmptyAsync();
        for (var i = 0; i < 10; i++)
        {
            await store.SaveAsync($"key {i}", Entry("1") with { At = Start.AddMinutes(i) }, Ct);
        }

        var removed = new List<int>();
        do
        {
            removed.Add(await store.PurgeAsync(Start.AddMinutes(7), 3, Ct));
        }
        while (removed[^1] == 3);
        Assert.Equal([3, 3, 1], removed);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(i < 7, await store.FindAsync($"key {i}", Ct) is null);
        }
    }

    /// <summary>Cancellation before the change leaves everything as it was.</summary>
    [Fact]
    public async Task Canceled_before_it_is_done_nothing_is_changed()
    {
        var store = await CreateEmptyAsync();
        await store.SaveAsync("key", Entry("1"), Ct);
        using var canceling = new CancellationTokenSource();
        await canceling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.SaveAsync("key", Entry("2"), canceling.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.PurgeAsync(DateTimeOffset.MaxValue, 10, canceling.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.FindAsync("key", canceling.Token));
        RequireSame(Entry("1"), await store.FindAsync("key", Ct));
    }

    private static MemoEntry Entry(string output) => new()
    {
        Run = new RunId("run"),
        Task = "task",
        Attempt = 1,
        Agent = "agent",
        Output = JsonData.Parse(output),
        At = Start,
    };

    // Lists compare by reference.
    private static void RequireSame(MemoEntry expected, MemoEntry? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Artifacts, actual.Artifacts);
        Assert.Equal(expected with { Artifacts = [] }, actual with { Artifacts = [] });
    }
}
