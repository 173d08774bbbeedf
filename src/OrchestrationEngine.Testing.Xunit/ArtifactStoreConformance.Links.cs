using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

// Which runs need which contents, and what becomes of those that none needs.
public abstract partial class ArtifactStoreConformance
{
    /// <summary>A link has the time at which it was made or renewed last, and stays confirmed.</summary>
    [Fact]
    public async Task What_is_put_is_linked_and_a_link_can_be_confirmed_and_renewed()
    {
        var store = await EmptyAsync();
        var digest = (await PutAsync(store, Run, [1])).Digest;
        var first = Assert.Single(await LinksAsync(store));
        Assert.Equal((Run, digest, false), (first.Run, first.Digest, first.IsConfirmed));
        await PassAsync();
        await store.ConfirmAsync(Run, [digest, ContentDigest.Of("unknown"u8)], Ct);
        Assert.Equal(first with { IsConfirmed = true }, Assert.Single(await LinksAsync(store)));
        Assert.Empty(await store.LinkAsync(Run, [digest], Ct));
        var renewed = Assert.Single(await LinksAsync(store));
        Assert.True(renewed.IsConfirmed);
        Assert.True(renewed.LinkedAt > first.LinkedAt);
        await PassAsync();
        await PutAsync(store, Run, [1]);
        Assert.True(Assert.Single(await LinksAsync(await AnotherAsync(store))).LinkedAt > renewed.LinkedAt);
        await store.ConfirmAsync(new RunId("unknown"), [digest], Ct);
        Assert.Single(await LinksAsync(store));
    }

    /// <summary>Where one content is missing, none is linked.</summary>
    [Fact]
    public async Task Contents_are_linked_together_or_not_at_all()
    {
        var store = await EmptyAsync();
        var (one, two, unknown) = ((await PutAsync(store, Run, [1])).Digest, (await PutAsync(store, Run, [2])).Digest, ContentDigest.Of("unknown"u8));
        var other = new RunId("other");
        Assert.Equal([unknown], await store.LinkAsync(other, [one, unknown, two, unknown], Ct));
        Assert.DoesNotContain(await LinksAsync(store), link => link.Run == other);
        Assert.Empty(await store.LinkAsync(other, [one, two, one], Ct));
        Assert.Equal(2, (await LinksAsync(store)).Count(link => link.Run == other));
        Assert.Empty(await store.LinkAsync(other, [], Ct));
    }

    /// <summary>Whatever the ids of the runs are, and however long the pages.</summary>
    [Fact]
    public async Task Links_come_in_pages_run_by_run_each_once()
    {
        var store = await EmptyAsync();
        string[] ids = ["b", "a", "A", "a/b", "run %7e", "CON", "äö 日本", "😀", "\uE000", new string('ü', RunId.MaxLength), new string('ü', RunId.MaxLength - 1) + "x", ".", ".."];
        var contents = new List<ContentDigest>();
        for (byte i = 0; i < 5; i++)
        {
            contents.Add((await PutAsync(store, new RunId(ids[0]), [i])).Digest);
        }

        foreach (var id in ids)
        {
            Assert.Empty(await store.LinkAsync(new RunId(id), contents, Ct));
        }

        var all = await LinksAsync(store, 1000);
        Assert.Equal(ids.SelectMany(id => contents.Select(digest => (id, digest.Hex))).ToHashSet(), all.Select(link => (link.Run.Value, link.Digest.Hex)).ToHashSet());
        Assert.Equal(ids.Length * contents.Count, all.Count);
        Assert.Equal(ids.Length, 1 + all.Zip(all.Skip(1)).Count(pair => pair.First.Run != pair.Second.Run));
        Assert.All(all.Zip(all.Skip(1)).Where(pair => pair.First.Run == pair.Second.Run), pair => Assert.True(string.CompareOrdinal(pair.First.Digest.Hex, pair.Second.Digest.Hex) < 0));
        foreach (var pageSize in new[] { 1, 3, 5, 64 })
        {
            Assert.Equal(all, await LinksAsync(store, pageSize));
        }
    }

    /// <summary>More links than a page has.</summary>
    [Fact]
    public async Task Links_of_many_runs_are_all_listed()
    {
        var store = await EmptyAsync();
        var digest = (await PutAsync(store, Run, [1])).Digest;
        for (var i = 0; i < 300; i++)
        {
            Assert.Empty(await store.LinkAsync(new RunId($"run {i}"), [digest], Ct));
        }

        Assert.Equal(301, (await LinksAsync(store, 77)).Count);
    }

    /// <summary>A link that was renewed meanwhile survives its removal.</summary>
    [Fact]
    public async Task Only_links_that_were_not_renewed_since_are_removed()
    {
        var store = await EmptyAsync();
        var (old, renewed) = ((await PutAsync(store, Run, [1])).Digest, (await PutAsync(store, Run, [2])).Digest);
        var other = new RunId("other");
        Assert.Empty(await store.LinkAsync(other, [old], Ct));
        await PassAsync();
        Assert.Empty(await store.LinkAsync(Run, [renewed], Ct));
        var before = (await LinksAsync(store)).Max(link => link.LinkedAt);
        Assert.Equal(0, await store.UnlinkAsync(Run, [renewed], before, Ct));
        Assert.Equal(0, await store.UnlinkAsync(Run, [ContentDigest.Of("unknown"u8)], before, Ct));
        Assert.Equal(0, await store.UnlinkAsync(new RunId("unknown"), null, DateTimeOffset.MaxValue, Ct));
        Assert.Equal(1, await store.UnlinkAsync(Run, null, before, Ct));
        Assert.Equal([(other, old), (Run, renewed)], (await LinksAsync(store)).Select(link => (link.Run, link.Digest)));
        Assert.Equal(1, await store.UnlinkAsync(Run, [renewed, renewed], DateTimeOffset.MaxValue, Ct));
        Assert.Equal(other, Assert.Single(await LinksAsync(store)).Run);
        Assert.Equal([1], await ReadAsync(store, old));
    }

    /// <summary>Putting and linking keep a content for a while; that it is unlinked does not make it younger.</summary>
    [Fact]
    public async Task A_content_goes_when_nobody_has_needed_it_since_a_time()
    {
        var store = await EmptyAsync();
        await PutAsync(store, new RunId("other"), [9]);
        var early = Assert.Single(await LinksAsync(store)).LinkedAt;
        await PassAsync();
        var digest = (await PutAsync(store, Run, [1, 2, 3])).Digest;
        Assert.Equal(default, await store.CollectAsync(DateTimeOffset.MaxValue, 10, Ct));
        await store.UnlinkAsync(Run, [digest], DateTimeOffset.MaxValue, Ct);
        Assert.Equal(default, await store.CollectAsync(early.AddTicks(1), 10, Ct));
        Assert.Equal([1, 2, 3], await ReadAsync(store, digest));

        // Linked and unlinked again, it is young again.
        Assert.Empty(await store.LinkAsync(Run, [digest], Ct));
        var old = (await LinksAsync(store)).Single(link => link.Run == Run).LinkedAt;
        await PassAsync();
        Assert.Empty(await store.LinkAsync(Run, [digest], Ct));
        await store.UnlinkAsync(Run, [digest], DateTimeOffset.MaxValue, Ct);
        Assert.Equal(default, await store.CollectAsync(old.AddTicks(1), 10, Ct));
        Assert.Equal(new CollectedContents(1, 3), await store.CollectAsync(DateTimeOffset.MaxValue, 10, Ct));
        Assert.Null(await store.FindAsync(digest, Ct));
        await Assert.ThrowsAsync<ArtifactNotFoundException>(async () => await store.OpenReadAsync(digest, Ct));
        Assert.Equal([digest], await store.LinkAsync(Run, [digest], Ct));
        Assert.Equal(digest, (await PutAsync(store, Run, [1, 2, 3])).Digest);
        Assert.Equal([1, 2, 3], await ReadAsync(store, digest));
    }

    /// <summary>A collection that removed fewer than it might has removed all.</summary>
    [Fact]
    public async Task A_collection_goes_as_far_as_it_may_and_the_next_goes_on()
    {
        var store = await EmptyAsync();
        for (byte i = 0; i < 7; i++)
        {
            await PutAsync(store, Run, new byte[i + 1]);
        }

        var kept = (await PutAsync(store, new RunId("other"), new byte[100])).Digest;
        Assert.Equal(7, await store.UnlinkAsync(Run, null, DateTimeOffset.MaxValue, Ct));
        var sizes = new List<int>();
        var bytes = 0L;
        CollectedContents collected;
        do
        {
            collected = await store.CollectAsync(DateTimeOffset.MaxValue, 3, Ct);
            sizes.Add(collected.Contents);
            bytes += collected.Bytes;
        }
        while (collected.Contents == 3);
        Assert.Equal([3, 3, 1], sizes);
        Assert.Equal(28, bytes);
        Assert.Equal(100, await store.FindAsync(kept, Ct));
    }

    /// <summary>Cancellation before the change leaves everything as it was.</summary>
    [Fact]
    public async Task Canceled_before_it_is_done_nothing_is_changed()
    {
        var store = await EmptyAsync();
        var digest = (await PutAsync(store, Run, [1])).Digest;
        var before = await LinksAsync(store);
        using var canceling = new CancellationTokenSource();
        await canceling.CancelAsync();
        var canceled = canceling.Token;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.LinkAsync(new RunId("other"), [digest], canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.ConfirmAsync(Run, [digest], canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.UnlinkAsync(Run, null, DateTimeOffset.MaxValue, canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.CollectAsync(DateTimeOffset.MaxValue, 10, canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.OpenReadAsync(digest, canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.FindAsync(digest, canceled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.ListLinksAsync(null, 10, canceled));
        Assert.Equal(before, await LinksAsync(store));
    }

    /// <summary>Either the link comes first and the content stays, or the content goes and the link is refused.</summary>
    [Fact]
    public async Task A_link_that_was_given_holds_whatever_is_collected_at_the_same_time()
    {
        var store = await EmptyAsync();
        var other = await AnotherAsync(store);
        for (var i = 0; i < 60; i++)
        {
            var content = Bytes(1000, seed: i);
            var (maker, user) = (new RunId($"maker {i}"), new RunId($"user {i}"));
            var digest = (await PutAsync(store, maker, content)).Digest;
            var linking = Task.Run(async () => await store.LinkAsync(user, [digest], Ct), Ct);
            var removing = Task.Run(
                async () =>
                {
                    await other.UnlinkAsync(maker, null, DateTimeOffset.MaxValue, Ct);
                    return await other.CollectAsync(DateTimeOffset.MaxValue, 10, Ct);
                },
                Ct);
            var isMissing = (await linking.WaitAsync(Limit, Ct)).Count > 0;
            Assert.Equal(isMissing ? 1 : 0, (await removing.WaitAsync(Limit, Ct)).Contents);
            Assert.Equal(isMissing, await store.FindAsync(digest, Ct) is null);
            Assert.Equal(isMissing ? 0 : 1, (await LinksAsync(store)).Count(link => link.Run == user));
            if (!isMissing)
            {
                Assert.Equal(content, await ReadAsync(store, digest));
            }
        }
    }

    /// <summary>A content that is about to go and is put again stays.</summary>
    [Fact]
    public async Task What_is_put_is_there_whatever_is_collected_at_the_same_time()
    {
        var store = await EmptyAsync();
        var other = await AnotherAsync(store);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var collecting = Task.Run(
            async () =>
            {
                while (!stopping.IsCancellationRequested)
                {
                    await other.CollectAsync(DateTimeOffset.MaxValue, 100, CancellationToken.None);
                }
            },
            Ct);
        for (var i = 0; i < 30; i++)
        {
            // The same few contents, so that a new one meets an old one that is about to go.
            var content = Bytes(400_000, seed: i % 3);
            var digest = (await PutAsync(store, Run, content)).Digest;
            Assert.Equal(content, await ReadAsync(store, digest));
            await store.UnlinkAsync(Run, [digest], DateTimeOffset.MaxValue, Ct);
        }

        await stopping.CancelAsync();
        await collecting.WaitAsync(Limit, Ct);
    }
}
