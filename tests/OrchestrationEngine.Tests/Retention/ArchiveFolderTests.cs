using OrchestrationEngine.Retention;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Retention;

public sealed class ArchiveFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0199b3", "run-0199b3.20260304T0506071234567Z.zip")]
    [InlineData("../../etc/passwd", "run-%2E%2E%2F%2E%2E%2Fetc%2Fpasswd.20260304T0506071234567Z.zip")]
    [InlineData("Run 1", "run-%52un%201.20260304T0506071234567Z.zip")]
    [InlineData("ü~%", "run-%C3%BC%7E%25.20260304T0506071234567Z.zip")]
    public void A_file_is_named_after_the_run_and_stays_in_the_folder(string run, string name)
        => Assert.Equal(name, ArchiveFolder.NameOf(new RunId(run), EndedRuns.Start));

    [Fact]
    public void Long_ids_have_names_that_a_file_system_takes_and_that_differ()
    {
        var names = new[] { new string('ü', 128), new string('ü', 127) + "a", new string('a', 128), new string('a', 127) + "A" }
            .Select(run => ArchiveFolder.NameOf(new RunId(run), EndedRuns.Start)).ToList();
        Assert.All(names, name => Assert.True(name.Length <= 215, name));
        Assert.Equal(4, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public async Task A_run_archived_again_takes_the_place_of_its_earlier_file_and_a_later_run_of_the_same_id_does_not()
    {
        var store = new InMemoryStateStore();
        var retention = new RunRetention(store, TimeProvider.System);
        var run = await store.CreateEndedAsync("run");
        Assert.Equal(await retention.ArchiveAsync(run, _folder.Path, Ending), await retention.ArchiveAsync(run, _folder.Path, Ending));
        await store.PurgeAsync(new PurgeRequest([run], TimeSpan.FromSeconds(1)), Ending);
        await store.CreateEndedAsync("run", EndedRuns.Start.AddDays(1));
        await retention.ArchiveAsync(run, _folder.Path, Ending);
        Assert.Equal(2, _folder.Files.Length);
    }

    [Fact]
    public async Task What_fails_on_its_way_leaves_no_file()
    {
        var row = new RunSummary { Id = new RunId("run"), PlanId = "plan", PlanVersion = "1", Status = RunStatus.Failed, Version = 1, CreatedAt = EndedRuns.Start, UpdatedAt = EndedRuns.Start };
        await Assert.ThrowsAsync<InvalidOperationException>(() => new ArchiveFolder(_folder.Path).WriteAsync(
            row,
            async stream =>
            {
                await stream.WriteAsync(new byte[] { 1 }, Ending);
                Assert.EndsWith(".unfinished", Assert.Single(_folder.Files), StringComparison.Ordinal);
                throw new InvalidOperationException("no");
            },
            Ending));
        Assert.Empty(_folder.Files);
    }

    [Fact]
    public void What_a_dead_process_left_is_removed_after_a_day()
    {
        foreach (var name in new[] { "run-old.zip.x.unfinished", "run-young.zip.x.unfinished", "run-whole.zip", "other.unfinished" })
        {
            var file = Path.Combine(_folder.Path, name);
            File.WriteAllText(file, "");
            File.SetLastWriteTimeUtc(file, EndedRuns.Start.UtcDateTime.AddHours(name.Contains("young", StringComparison.Ordinal) ? 2 : 0));
        }

        new ArchiveFolder(_folder.Path).RemoveAbandoned(EndedRuns.Start.AddHours(25));
        Assert.Equal(["other.unfinished", "run-whole.zip", "run-young.zip.x.unfinished"], _folder.Files);
        new ArchiveFolder(Path.Combine(_folder.Path, "missing")).RemoveAbandoned(EndedRuns.Start);
    }
}
