using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Bundles;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Retention;

/// <summary>Removes and archives runs. It keeps nothing between calls.</summary>
internal sealed class RunRetention(IStateStore store, TimeProvider time, IArtifactStore? artifacts = null) : IRunRetention
{
    private const int PageSize = 100;

    /// <summary>How long a slice may hold a lock.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(20);

    // Others write for at least as long as a slice took, as long as that is not long.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>What a store without the ability is told.</summary>
    public static OrchestrationConfigurationException NotAble(IStateStore store)
        => new([$"The store {store.GetType().Name} can't remove runs: it is no {nameof(IRetentionStore)}. Use one of the library's stores, or remove the retention rules."]);

    public async Task<RetentionReport> ApplyAsync(RetentionRule rule, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (rule.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(rule));
        }

        var retention = Ability;
        var tally = new Tally();
        var folder = rule.ArchiveFolder is null ? null : new ArchiveFolder(rule.ArchiveFolder);
        var now = time.GetUtcNow();
        folder?.RemoveAbandoned(now);
        var query = new RunQuery
        {
            PlanId = rule.PlanId,
            Statuses = rule.WantedStatuses,
            UpdatedBefore = now - DateTimeOffset.MinValue > rule.After ? now - rule.After : DateTimeOffset.MinValue,
            PageSize = PageSize,
        };
        do
        {
            var page = await store.QueryAsync(query, cancellationToken).ConfigureAwait(false);
            var runs = folder is null ? page.Items.Select(row => row.Id).ToList() : await ArchiveAsync(page.Items, folder, tally, cancellationToken).ConfigureAwait(false);

            // Without any run as well: there may be rows of runs that a process began to remove and then died.
            await PurgeAsync(retention, runs, tally, cancellationToken).ConfigureAwait(false);
            query = query with { Continuation = page.Continuation };
        }
        while (query.Continuation is not null);
        return tally.Report();
    }

    public async Task ArchiveAsync(RunId run, Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var row = await BundleWriter.FindAsync(store, run, cancellationToken).ConfigureAwait(false);
        await Writer.WriteAsync(row, destination, key: null, cancellationToken).ConfigureAwait(false);
    }

    public async Task<string> ArchiveAsync(RunId run, string folder, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var row = await BundleWriter.FindAsync(store, run, cancellationToken).ConfigureAwait(false);
        return await ArchiveAsync(row, new ArchiveFolder(folder), cancellationToken).ConfigureAwait(false);
    }

    public Task<RunArchive> ReadArchiveAsync(Stream source, CancellationToken cancellationToken)
        => Bundles.VerifyAsync(source, BundleReadOptions.Unsigned, cancellationToken);

    public Task<RunId> RestoreAsync(Stream source, CancellationToken cancellationToken) => Bundles.RestoreAsync(source, cancellationToken);

    public async Task<IReadOnlyList<PlanStorage>> GetStorageAsync(CancellationToken cancellationToken)
        => await Ability.GetStorageAsync(cancellationToken).ConfigureAwait(false);

    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        var retention = Ability;
        for (var started = time.GetTimestamp();
            await retention.CompactAsync(Budget, cancellationToken).ConfigureAwait(false);
            started = time.GetTimestamp())
        {
            await PauseAsync(time.GetElapsedTime(started), cancellationToken).ConfigureAwait(false);
        }
    }

    private RunBundles Bundles => new(store, artifacts);

    private BundleWriter Writer => new(store, artifacts);

    private IRetentionStore Ability => store as IRetentionStore ?? throw NotAble(store);

    private Task<string> ArchiveAsync(RunSummary row, ArchiveFolder folder, CancellationToken cancellationToken)
        => folder.WriteAsync(row, stream => Writer.WriteAsync(row, stream, key: null, cancellationToken), cancellationToken);

    /// <returns>Those whose bundles are on the disk and that are still as they are there.</returns>
    private async Task<List<RunId>> ArchiveAsync(IReadOnlyList<RunSummary> rows, ArchiveFolder folder, Tally tally, CancellationToken cancellationToken)
    {
        var archived = new List<RunSummary>();
        foreach (var row in rows)
        {
            try
            {
                await ArchiveAsync(row, folder, cancellationToken).ConfigureAwait(false);
                archived.Add(row);
                tally.Archived++;
            }
            catch (RunNotFoundException)
            {
                // Another node applies the same rule, and was faster.
            }
            catch (Exception e) when (e is JournalFormatException or RunArchiveException { Run: not null })
            {
                tally.Problems.Add(new RetentionProblem(row.Id, e.Message));
            }
        }

        // A run that was restarted since and has ended again has facts that its bundle lacks.
        var runs = new List<RunId>();
        foreach (var row in archived)
        {
            if (await store.FindAsync(row.Id, cancellationToken).ConfigureAwait(false) is { } now && now.Version == row.Version && now.CreatedAt == row.CreatedAt)
            {
                runs.Add(row.Id);
            }
        }

        return runs;
    }

    private async Task PurgeAsync(IRetentionStore retention, List<RunId> runs, Tally tally, CancellationToken cancellationToken)
    {
        while (true)
        {
            var started = time.GetTimestamp();
            var slice = await retention.PurgeAsync(new PurgeRequest(runs, Budget), cancellationToken).ConfigureAwait(false);
            var took = time.GetElapsedTime(started);
            tally.Add(slice, took);
            if (slice.IsDone)
            {
                return;
            }

            await PauseAsync(took, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task PauseAsync(TimeSpan took, CancellationToken cancellationToken)
        => Task.Delay(took < ShortestPause ? ShortestPause : took > LongestPause ? LongestPause : took, time, cancellationToken);

    private sealed class Tally
    {
        private int _runs;
        private long _rows;
        private int _slices;
        private TimeSpan _longest;

        public int Archived { get; set; }

        public List<RetentionProblem> Problems { get; } = [];

        public void Add(in PurgeSlice slice, TimeSpan took)
        {
            if (slice is { Runs: 0, Rows: 0 })
            {
                return;
            }

            _runs += slice.Runs;
            _rows += slice.Rows;
            _slices++;
            _longest = took > _longest ? took : _longest;
        }

        public RetentionReport Report() => new() { Runs = _runs, Rows = _rows, Archived = Archived, Slices = _slices, LongestSlice = _longest, Problems = Problems };
    }
}
