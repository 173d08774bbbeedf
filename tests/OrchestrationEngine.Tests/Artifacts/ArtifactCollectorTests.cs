using System.Runtime.CompilerServices;
using System.Text;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Artifacts;

public sealed class ArtifactCollectorTests
{
    private readonly CollectionWorld _world = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_an_attempt_wrote_that_failed_goes_and_what_is_young_stays()
    {
        var run = await _world.CreateAsync("run");
        var orphan = await _world.PutAsync(run, "orphan");
        _world.Time.Advance(CollectionWorld.Grace);
        var young = await _world.PutAsync(run, "young");
        Assert.Equal(new CollectionReport().ToString(), (await _world.CollectAsync() with { Problems = [] }).ToString());
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        var report = await _world.CollectAsync();
        Assert.Equal((1, 1, 6L), (report.Unlinked, report.Contents, report.Bytes));
        Assert.False(await _world.HasAsync(orphan));
        Assert.True(await _world.HasAsync(young));
    }

    [Theory]
    [InlineData("output")]
    [InlineData("reference without its prefix")]
    [InlineData("inputs")]
    [InlineData("artifact")]
    [InlineData("document")]
    [InlineData("text")]
    public async Task Whatever_fact_of_its_run_names_a_content_keeps_it(string where)
    {
        var digest = ContentDigest.Of("content"u8);
        var run = await _world.CreateAsync("run", where == "inputs" ? $$"""{"a":[{"b":"{{digest}}"}]}""" : "{}");
        await _world.PutAsync(run, "content");
        switch (where)
        {
            case "output":
                await _world.SucceedAsync(run, new ArtifactReference { Digest = digest, Name = "a", MediaType = "text/plain", Size = 7 }.ToJson().ToString()!);
                break;
            case "reference without its prefix":
                await _world.SucceedAsync(run, $$"""{"$artifact":"{{digest.Hex.ToUpperInvariant()}}","name":"a","mediaType":"text/plain","size":7}""");
                break;
            case "artifact":
                await _world.AppendAsync(run, new ArtifactRegistered { Task = "a", Attempt = 1, Agent = "x", Artifact = new ArtifactReference { Digest = digest, Name = "a", MediaType = "text/plain", Size = 7 }, Quarantined = true });
                break;
            case "document":
                await _world.AppendAsync(run, new WorkspaceWritten { Document = "spec.md", Version = 1, How = DocumentChange.Write, Author = new WorkspaceAuthor { Person = "p" }, Content = digest, Size = 7 });
                break;
            case "text":
                await _world.AppendAsync(run, new RunPaused { Reason = $"look at {digest}." });
                break;
            default:
                break;
        }

        _world.Time.Advance(CollectionWorld.Grace * 2);
        Assert.Equal(1, (await _world.CollectAsync()).Confirmed);
        await _world.CollectAllAsync();
        Assert.True(await _world.HasAsync(digest));
        Assert.True(Assert.Single(await _world.Contents.ListLinksAsync(null, 10, Ct)).IsConfirmed);
    }

    [Fact]
    public async Task A_content_of_two_runs_stays_until_the_second_is_purged_too()
    {
        var (one, two) = (await _world.CreateAsync("one"), await _world.CreateAsync("two"));
        var shared = await _world.PutAsync(one, "shared");
        Assert.Equal(shared, await _world.PutAsync(two, "shared"));
        await _world.SucceedAsync(one, $"\"{shared}\"");
        await _world.SucceedAsync(two, $"\"{shared}\"");
        await _world.CollectAllAsync();
        await _world.PurgeAsync(one);
        await _world.CollectAllAsync();
        Assert.True(await _world.HasAsync(shared));
        await _world.PurgeAsync(two);
        await _world.CollectAllAsync();
        Assert.False(await _world.HasAsync(shared));
        Assert.Empty(await _world.Contents.ListLinksAsync(null, 10, Ct));
    }

    [Fact]
    public async Task A_link_that_is_renewed_in_the_middle_of_a_collection_stays()
    {
        var run = await _world.CreateAsync("run");
        var digest = await _world.PutAsync(run, "content");
        _world.Time.Advance(CollectionWorld.Grace * 2);

        // After the journal was read and before the link is removed: the attempt ends now, and says so when the collection has read past it.
        var store = new HookedStore(_world.Runs, async () =>
        {
            Assert.Empty(await _world.Contents.LinkAsync(run, [digest], Ct));
            await _world.SucceedAsync(run, $"\"{digest}\"");
        });
        Assert.Equal(0, (await _world.Collector(store).CollectAsync(Ct)).Unlinked);
        await _world.CollectAllAsync();
        Assert.True(await _world.HasAsync(digest));
    }

    [Fact]
    public async Task Whoever_links_after_a_content_has_gone_is_told()
    {
        var run = await _world.CreateAsync("run");
        var digest = await _world.PutAsync(run, "content");
        await _world.CollectAllAsync();
        Assert.Equal([digest], await _world.Contents.LinkAsync(run, [digest], Ct));
    }

    [Fact]
    public async Task The_contents_of_a_run_whose_journal_can_not_be_read_are_kept_and_said_to_be()
    {
        var (damaged, other) = (await _world.CreateAsync("damaged"), await _world.CreateAsync("other"));
        var (kept, orphan) = (await _world.PutAsync(damaged, "kept"), await _world.PutAsync(other, "orphan"));
        var store = new HookedStore(_world.Runs, null) { Unreadable = damaged };
        for (var i = 0; i < 2; i++)
        {
            _world.Time.Advance(CollectionWorld.Grace * 2);
            Assert.Equal(damaged, Assert.Single((await _world.Collector(store).CollectAsync(Ct)).Problems).Run);
        }

        Assert.True(await _world.HasAsync(kept));
        Assert.False(await _world.HasAsync(orphan));
    }

    [Fact]
    public async Task Results_are_remembered_for_as_long_as_is_said()
    {
        var entry = new MemoEntry { Run = new RunId("run"), Task = "a", Attempt = 1, Agent = "x", Output = JsonData.Null, At = _world.Time.GetUtcNow() };
        await _world.Memos.SaveAsync("key", entry, Ct);
        _world.Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(0, (await _world.CollectAsync()).Memos);
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await _world.CollectAsync()).Memos);
        Assert.Null(await _world.Memos.FindAsync("key", Ct));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde", 0)]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 1)]
    [InlineData("0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", 1)]
    [InlineData("00123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 0)]
    [InlineData("a 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef,b", 1)]
    [InlineData("sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 1)]
    public void A_digest_is_a_group_of_64_digits(string text, int expected)
    {
        var wanted = new HashSet<ContentDigest> { ContentDigest.Parse("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef") };
        var found = new List<ContentDigest>();
        DigestScan.Take(Encoding.UTF8.GetBytes(text), wanted, found);
        Assert.Equal(expected, found.Count);
        Assert.Equal(1 - expected, wanted.Count);
    }

    [Fact]
    public void Digests_are_found_wherever_they_stand()
    {
        var random = new Random(11);
        for (var round = 0; round < 300; round++)
        {
            var digests = Enumerable.Range(0, random.Next(1, 6)).Select(_ => ContentDigest.Of(BitConverter.GetBytes(random.Next()))).ToList();
            var text = string.Concat(digests.Select(digest => new string("abcdef0-:x"[random.Next(10)], random.Next(0, 130)) + ":" + digest.Hex + "\""));
            var (wanted, found) = (digests.ToHashSet(), new List<ContentDigest>());
            DigestScan.Take(Encoding.UTF8.GetBytes(text), wanted, found);
            Assert.Equal(digests.ToHashSet(), found.ToHashSet());
        }
    }

    private sealed class HookedStore(IStateStore inner, Func<Task>? afterReading) : DelegatingStateStore(inner)
    {
        public RunId Unreadable { get; init; }

        public override async IAsyncEnumerable<RecordedEvent> ReadAsync(RunId run, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            if (run == Unreadable)
            {
                RunEventJson.Read("of.the.future", 1, "{}"u8.ToArray());
            }

            await foreach (var recorded in Inner.ReadAsync(run, afterSequence, cancellationToken))
            {
                yield return recorded;
            }

            if (afterReading is not null)
            {
                await afterReading();
            }
        }
    }
}
