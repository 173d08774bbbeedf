using System.Globalization;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite.Schema;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Tests;

/// <summary>Files that older versions made go on.</summary>
public sealed class MigrationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int> OldVersions => [.. Migration.All.SkipLast(1).Select(migration => migration.Version)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_runs_of_a_file_without_leases_go_on_where_their_agents_are()
    {
        OldFile.Make(_folder.File(), unfinishedRuns: 2);
        await using var store = new SqliteStateStore(_folder.File());
        var node = await store.JoinAsync(new NodeRegistration { Name = "a", LeaseDuration = TimeSpan.FromHours(1) }, Journal.Ct);

        // A plan that can't be read names no agents: whoever loads the run says what is wrong with it.
        Assert.Equal(["damaged"], await AcquireAsync("a", "builder"));
        Assert.Equal(["run 1", "run 2"], await AcquireAsync("builder", "c", "a"));
        await store.AppendAsync(Journal.Note(new RunId("run 1"), 2, "it goes on") with { Epoch = 1 }, Journal.Ct);
        Assert.Equal(3, (await store.FindAsync(new RunId("run 1"), Journal.Ct))!.Version);
        using var shell = new Shell(_folder.File());
        Assert.Equal(StoreFile.SchemaVersion, shell.Number("PRAGMA user_version"));
        Assert.Equal("[\"a\",\"builder\",\"c\"]", shell.Text("SELECT agents FROM agent_sets JOIN runs USING (agent_set) WHERE run_id = 'run 1'"));

        async Task<IEnumerable<string>> AcquireAsync(params string[] agents)
            => (await store.AcquireAsync(new LeaseRequest { Node = node, MaxRuns = 10, Agents = agents }, Journal.Ct)).Runs.Select(leased => leased.Run.Value);
    }

    [Theory]
    [MemberData(nameof(OldVersions))]
    public async Task A_file_of_every_older_version_keeps_its_runs_and_takes_artifacts(int version)
    {
        OldFile.Make(_folder.File(), unfinishedRuns: 2);
        using (var shell = new Shell(_folder.File()))
        {
            foreach (var migration in Migration.All.Where(migration => migration.Version > 1 && migration.Version <= version))
            {
                shell.Run(migration.Sql);
                shell.Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {migration.Version}"));
            }
        }

        await using var store = new SqliteStateStore(_folder.File());
        Assert.Equal(4, (await store.QueryAsync(new RunQuery(), Journal.Ct)).Items.Count);
        var stored = await new SqliteArtifactStore(store).PutAsync(new RunId("run 1"), new MemoryStream([1, 2]), 10, Journal.Ct);
        Assert.Equal(2, await new SqliteArtifactStore(store).FindAsync(stored.Digest, Journal.Ct));
        using var after = new Shell(_folder.File());
        Assert.Equal(StoreFile.SchemaVersion, after.Number("PRAGMA user_version"));
        Assert.Equal($"run 1 {stored.Digest}", after.Text("SELECT run_id || ' ' || digest FROM artifacts"));
    }

    [Fact]
    public async Task What_the_runs_of_an_older_file_take_is_summed_up()
    {
        OldFile.Make(_folder.File(), unfinishedRuns: 1);
        await using var store = new SqliteStateStore(_folder.File());
        using var shell = new Shell(_folder.File());
        var bytes = shell.Number("SELECT sum(length(CAST(payload AS BLOB))) FROM run_events");
        Assert.Equal([new PlanStorage("p", 3, 6, bytes)], await store.GetStorageAsync(Journal.Ct));
    }

    [Fact]
    public async Task A_file_that_a_process_of_an_older_version_is_at_work_on_is_left_alone()
    {
        OldFile.Make(_folder.File(), unfinishedRuns: 1);
        using (new FileStream(_folder.File() + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            var refusal = Assert.Throws<StateStoreException>(() => new SqliteStateStore(_folder.File()));
            Assert.Contains("older version", refusal.Message, StringComparison.Ordinal);
            Assert.True(refusal.IsTransient);
            using var shell = new Shell(_folder.File());
            Assert.Equal(1, shell.Number("PRAGMA user_version"));
        }

        await using var store = new SqliteStateStore(_folder.File());
        Assert.NotNull(await store.FindAsync(new RunId("run 1"), Journal.Ct));
    }
}
