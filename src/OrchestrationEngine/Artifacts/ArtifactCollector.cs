using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Artifacts;

/// <summary>Removes contents that no run needs. It keeps nothing between calls; any number may be at work on a store.</summary>
/// <remarks>
/// What is younger than the grace period is not looked at: contents are written and linked before a fact names them. A link is removed only when it was not renewed
/// since it was read, and a content only when it has no link at that moment; so whoever links first wins, and who comes too late is told.
/// </remarks>
internal sealed class ArtifactCollector(IArtifactStore artifacts, IStateStore runs, IMemoStore? memos, TimeProvider time, TimeSpan grace, TimeSpan memoAge) : IArtifactCollection
{
    private const int LinksAtOnce = 1000;
    private const int ContentsAtOnce = 100;
    private const int MemosAtOnce = 1000;

    public async Task<CollectionReport> CollectAsync(CancellationToken cancellationToken)
    {
        var tally = new Tally();
        var before = Ago(grace);
        await LookAtLinksAsync(before, tally, cancellationToken).ConfigureAwait(false);
        CollectedContents some;
        do
        {
            some = await artifacts.CollectAsync(before, ContentsAtOnce, cancellationToken).ConfigureAwait(false);
            tally.Contents += some.Contents;
            tally.Bytes += some.Bytes;
        }
        while (some.Contents == ContentsAtOnce);
        await PurgeMemosAsync(tally, cancellationToken).ConfigureAwait(false);
        return tally.Report();
    }

    private async Task LookAtLinksAsync(DateTimeOffset before, Tally tally, CancellationToken cancellationToken)
    {
        var ofRun = new LinksOfRun(default);
        ArtifactLink? last = null;
        while (true)
        {
            var page = await artifacts.ListLinksAsync(last, LinksAtOnce, cancellationToken).ConfigureAwait(false);
            foreach (var link in page)
            {
                if (link.Run != ofRun.Run)
                {
                    await LookAtRunAsync(ofRun, before, tally, cancellationToken).ConfigureAwait(false);
                    ofRun = new LinksOfRun(link.Run);
                }

                if (link.LinkedAt < before)
                {
                    ofRun.Old.Add(link);
                }
            }

            if (page.Count == 0)
            {
                await LookAtRunAsync(ofRun, before, tally, cancellationToken).ConfigureAwait(false);
                return;
            }

            last = page[^1];
        }
    }

    private async Task LookAtRunAsync(LinksOfRun links, DateTimeOffset before, Tally tally, CancellationToken cancellationToken)
    {
        if (links.Old.Count == 0)
        {
            return;
        }

        if (await runs.FindAsync(links.Run, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            tally.Unlinked += await artifacts.UnlinkAsync(links.Run, null, before, cancellationToken).ConfigureAwait(false);
            return;
        }

        // A confirmed link that is older than its run was confirmed for another run, which had the same id and is gone.
        var unknown = links.Old.Where(link => !link.IsConfirmed || link.LinkedAt < row.CreatedAt).Select(link => link.Digest).ToHashSet();
        if (unknown.Count == 0)
        {
            return;
        }

        try
        {
            var named = await FindNamedAsync(links.Run, unknown, cancellationToken).ConfigureAwait(false);
            if (named.Count > 0)
            {
                await artifacts.ConfirmAsync(links.Run, named, cancellationToken).ConfigureAwait(false);
                tally.Confirmed += named.Count;
            }

            if (unknown.Count > 0)
            {
                tally.Unlinked += await artifacts.UnlinkAsync(links.Run, unknown, before, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (JournalFormatException e)
        {
            // A newer version has written it, or it is damaged: whoever can read it finds its contents.
            tally.Problems.Add(new CollectionProblem(links.Run, e.Message));
        }
    }

    /// <summary>Looks for contents in the journal of a run, and takes those that it names from the ones that are looked for.</summary>
    private async Task<List<ContentDigest>> FindNamedAsync(RunId run, HashSet<ContentDigest> wanted, CancellationToken cancellationToken)
    {
        var found = new List<ContentDigest>();
        var text = new ArrayBufferWriter<byte>();
        await foreach (var recorded in runs.ReadAsync(run, 0, cancellationToken).ConfigureAwait(false))
        {
            text.ResetWrittenCount();
            using (var writer = new Utf8JsonWriter(text, RunEventJson.WriterOptions))
            {
                RunEventJson.Write(recorded.Event, writer);
            }

            DigestScan.Take(text.WrittenSpan, wanted, found);
            if (wanted.Count == 0)
            {
                break;
            }
        }

        return found;
    }

    private async Task PurgeMemosAsync(Tally tally, CancellationToken cancellationToken)
    {
        if (memos is null)
        {
            return;
        }

        var before = Ago(memoAge);
        int some;
        do
        {
            some = await memos.PurgeAsync(before, MemosAtOnce, cancellationToken).ConfigureAwait(false);
            tally.Memos += some;
        }
        while (some == MemosAtOnce);
    }

    private DateTimeOffset Ago(TimeSpan age)
    {
        var now = time.GetUtcNow();
        return now - DateTimeOffset.MinValue > age ? now - age : DateTimeOffset.MinValue;
    }

    private sealed class LinksOfRun(RunId run)
    {
        public RunId Run { get; } = run;

        public List<ArtifactLink> Old { get; } = [];
    }

    private sealed class Tally
    {
        public int Confirmed { get; set; }

        public int Unlinked { get; set; }

        public int Contents { get; set; }

        public long Bytes { get; set; }

        public int Memos { get; set; }

        public List<CollectionProblem> Problems { get; } = [];

        public CollectionReport Report() => new() { Confirmed = Confirmed, Unlinked = Unlinked, Contents = Contents, Bytes = Bytes, Memos = Memos, Problems = Problems };
    }
}
