using System.Text;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Bundles;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Execution;
using OrchestrationEngine.Tests.Retention;
using static OrchestrationEngine.Tests.Bundles.BundledRun;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Bundles;

public sealed class BundleImportTests
{
    // Written by the version of the library that knew format 1 alone.
    private const string Format1 = "UEsDBBQAAAAIAMMoZFyLRd5UKwEAAEYEAAANAAAAam91cm5hbC5qc29ubKWTzU7DMBCE730KNOe0SvNXya/AEcQB1INJVm3UxjHZtUQU+d1R0oJCQMKivnk19jezaw9genNkSoLaRpC6IRbdWCgkcVKs43QdZ49xruJCxbvNNkmzvNg+I4L0lqDQObMpO9JCFSJweaRGP1HHdWumG63uz62uoAa8Oq4NMd9TD4UT9YhQG+uEoQYfwZ61GXV1BXXZRLBHzcRQL9dya2hkaz7NihoR9IGMQOEdfu/33vvVMIuWhEZLFtFYdPd3tAUtDaWlM9qUNJB3EV/bsYBnofBsBtci1FgJxY/9/+y7TCcnxWwG3z3loZ7y3zy5siSq/u2qdWKdjIKqPhAL1B34qJO8UPrGheU7K0KDFj8mX7aNPdNts9+F4nfLHxwKZ9HiGAoPX1PxfvUBUEsDBBQAAAAIAMMoZFyyR1lTUwAAAJ0AAAAJAAAAcGxhbi5qc29uq+ZSUFDKTFGyUlAqyEnMU9IB8QsyEotTi5WsFKK5FBQUFKrBJFxdfl4qWBlYqCSxOBuhElk1ko5EuHqwYGJ6al4JSLxCCS5cC2XFgmkQL5arFgBQSwMEFAAAAAgAwyhkXBID7uRMAQAAVwIAAA0AAABtYW5pZmVzdC5qc29ujZG9TsQwEIT7eworLXBa/8fpuA5RgmgQxdpei4OQnBJH6IR4d2TnBAgoaCzv553Z0fptw1iTxukFc9Mxfl7KaRmajjVjH5taH3ocrmJB5fbF7mia92Pt5Sv1y7wfaJ6v6VjoMx1XPmfMy1zQzRICUaSTdZgIM8XLMrwRIMwFyAtQt6A7MB3YLRdSacPPADqAVbMc4n809rsmYchlvl3D47EfMe6OmQqUAip+nfY507Cr2WHLtycxDXna1877DWOMvdWTsWbAFyq9T+MyDdhvn+Zx6KumPvuTPwenPuH8iEKbomrR8RaVswJFsEGSttoIq7x0TipP0cWU2qBjlNTKQIgqQqu8IxODca6plu+r869M5YNqoD/y6LqGH3G8Sdwb0iHJYKUKNmlrbIyCQ3C6bbWVSUUgCUQWlZRKeJcEGS91QCtPcTaMPWzePwBQSwECFAMUAAAACADDKGRci0XeVCsBAABGBAAADQAAAAAAAAAAAAAApIEAAAAAam91cm5hbC5qc29ubFBLAQIUAxQAAAAIAMMoZFyyR1lTUwAAAJ0AAAAJAAAAAAAAAAAAAACkgVYBAABwbGFuLmpzb25QSwECFAMUAAAACADDKGRcEgPu5EwBAABXAgAADQAAAAAAAAAAAAAApIHQAQAAbWFuaWZlc3QuanNvblBLBQYAAAAAAwADAK0AAABHAwAAAAA=";

    private readonly InMemoryStateStore _store = new();
    private readonly InMemoryArtifactStore _artifacts = new();
    private readonly RunBundles _bundles;

    public BundleImportTests() => _bundles = new RunBundles(_store, _artifacts);

    [Fact]
    public async Task An_imported_run_is_there_with_its_contents_and_can_be_watched_and_restarted()
    {
        var run = await CreateAsync();
        using var bundle = await run.ExportAsync();
        var imported = await _bundles.ImportAsync(bundle, Believed, Ending);
        Assert.False(imported.WasThere);
        Assert.Equal("# Report\n", await TextAsync(_artifacts, run.Contents[0].Digest));
        var links = await _artifacts.ListLinksAsync(null, 100, Ending);
        Assert.Equal(run.Contents.Select(content => content.Digest.Hex).Order(StringComparer.Ordinal), links.Select(link => link.Digest.Hex));
        Assert.All(links, link => Assert.Equal(Id, link.Run));

        await using var engine = new TestEngine(_store);
        var snapshot = (await engine.Orchestrator.GetAsync(Id, Ending))!;
        Assert.Equal((RunStatus.Succeeded, RunTaskStatus.Succeeded), (snapshot.Status, snapshot.FindTask("a")!.Status));
        var seen = await engine.Orchestrator.WatchAsync(Id, 0, Ending).ToListAsync(Ending);
        Assert.Equal((await run.Store.ReadAsync(Id, 0, Ending).ToListAsync(Ending)).Select(fact => (fact.Sequence, fact.Timestamp, fact.Event.Type)), seen.Select(fact => (fact.Sequence, fact.Timestamp, fact.Event.Type)));
    }

    [Fact]
    public async Task Export_and_import_give_the_same_bundle_again()
    {
        var run = await CreateAsync();
        using var bundle = await run.ExportAsync();
        await _bundles.ImportAsync(bundle, Believed, Ending);
        using var again = new MemoryStream();
        await _bundles.ExportAsync(Id, again, Signed, Ending);
        Assert.Equal(bundle.ToArray(), again.ToArray());
    }

    [Fact]
    public async Task An_import_can_be_made_again_and_puts_lost_contents_back()
    {
        var run = await CreateAsync();
        using var bundle = await run.ExportAsync();
        await _bundles.ImportAsync(bundle, Believed, Ending);
        await _artifacts.UnlinkAsync(Id, null, DateTimeOffset.MaxValue, Ending);
        await _artifacts.CollectAsync(DateTimeOffset.MaxValue, 100, Ending);
        Assert.Null(await _artifacts.FindAsync(run.Contents[1].Digest, Ending));

        Assert.True((await _bundles.ImportAsync(bundle, Believed, Ending)).WasThere);
        Assert.Equal(300_000, await _artifacts.FindAsync(run.Contents[1].Digest, Ending));
        Assert.Equal(["run"], await _store.RunsAsync());
    }

    [Fact]
    public async Task Another_run_with_the_same_id_or_key_is_left_alone()
    {
        using var bundle = await (await CreateAsync()).ExportAsync();
        var other = new InMemoryStateStore();
        await other.CreateEndedAsync("run");
        var error = await Assert.ThrowsAsync<RunArchiveException>(() => new RunBundles(other, _artifacts).ImportAsync(bundle, Believed, Ending));
        Assert.Contains("there is a run with its id, and it is another one from fact 1 on", error.Message, StringComparison.Ordinal);

        await _store.CreateEndedAsync("holder", key: "key");
        error = await Assert.ThrowsAsync<RunArchiveException>(() => _bundles.ImportAsync(bundle, Believed, Ending));
        Assert.Contains("its business key 'key' is now that of run 'holder'", error.Message, StringComparison.Ordinal);
        Assert.Empty(await _artifacts.ListLinksAsync(null, 100, Ending));
    }

    [Fact]
    public async Task A_run_that_went_on_since_is_another_one()
    {
        var run = await CreateAsync();
        using var bundle = await run.ExportAsync();
        var facts = await run.Store.ReadAsync(Id, 0, Ending).ToListAsync(Ending);
        await run.Store.AppendAsync(new RunAppend(Id, facts.Count, new[] { new RecordedEvent(facts.Count + 1, facts[^1].Timestamp, new RunRestarted { Task = "a", Reason = "again" }) }, RunStatus.Running), Ending);
        var error = await Assert.ThrowsAsync<RunArchiveException>(() => run.Bundles.ImportAsync(bundle, Believed, Ending));
        Assert.Contains($"another one from fact {facts.Count + 1} on", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_store_for_its_contents_nothing_is_imported()
    {
        using var bundle = await (await CreateAsync()).ExportAsync();
        var error = await Assert.ThrowsAsync<RunArchiveException>(() => new RunBundles(_store, null).ImportAsync(bundle, Believed, Ending));
        Assert.Contains("its bundle has 3 contents, and no artifact store is registered", error.Message, StringComparison.Ordinal);
        Assert.Empty(await _store.RunsAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_import_that_dies_has_every_content_when_it_has_the_run_and_can_be_made_again(bool written)
    {
        var run = await CreateAsync();
        using var bundle = await run.ExportAsync();
        var crashing = new CrashingStateStore(_store, 1, written);
        await Assert.ThrowsAsync<SimulatedCrashException>(() => new RunBundles(crashing, _artifacts).ImportAsync(bundle, Believed, Ending));
        Assert.Equal(written, await _store.FindAsync(Id, Ending) is not null);
        Assert.Equal(3, (await _artifacts.ListLinksAsync(null, 100, Ending)).Count);

        Assert.Equal(written, (await _bundles.ImportAsync(bundle, Believed, Ending)).WasThere);
        Assert.Equal(RunStatus.Succeeded, (await _store.FindAsync(Id, Ending))!.Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("key")]
    public async Task Many_imports_at_once_make_one_run(string? key)
    {
        var run = await CreateAsync(key);
        var file = (await run.ExportAsync()).ToArray();
        var imports = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _bundles.ImportAsync(new MemoryStream(file), Believed, Ending), Ending)));
        Assert.Contains(imports, import => !import.WasThere);
        Assert.Equal(["run"], await _store.RunsAsync());
        Assert.Equal(15, (await _store.FindAsync(Id, Ending))!.Version);
    }

    [Fact]
    public async Task A_bundle_of_format_1_is_still_read()
    {
        using var bundle = new MemoryStream(Convert.FromBase64String(Format1));
        await Assert.ThrowsAsync<RunArchiveException>(() => _bundles.ImportAsync(bundle, Believed, Ending));
        var imported = await _bundles.ImportAsync(bundle, new BundleReadOptions { AllowUnsigned = true }, Ending);
        Assert.Equal(("old", "key", 7, RunStatus.Succeeded), (imported.Archive.Run.Value, imported.Archive.BusinessKey, imported.Archive.Events.Count, (await _store.FindAsync(new RunId("old"), Ending))!.Status));
        Assert.Empty(imported.Archive.Contents);
    }

    private static async Task<string> TextAsync(InMemoryArtifactStore artifacts, ContentDigest digest)
    {
        await using var content = await artifacts.OpenReadAsync(digest, Ending);
        using var reader = new StreamReader(content, Encoding.UTF8);
        return await reader.ReadToEndAsync(Ending);
    }
}
