using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

public abstract partial class StateStoreConformance
{
    /// <summary>Status, version and time of the row are those of the last append.</summary>
    [Fact]
    public async Task The_row_of_a_run_follows_its_appends()
    {
        var (store, run) = await WithRunAsync();
        var version = 1L;
        foreach (var status in Enum.GetValues<RunStatus>().Concat([RunStatus.Running, RunStatus.Running]))
        {
            await store.AppendAsync(Append(run, version, 2, status), CancellationToken.None);
            version += 2;
            var row = await store.FindAsync(run, CancellationToken.None);
            Assert.Equal((status, version, Start.AddTicks(1), Start.AddTicks(version)), (row!.Status, row.Version, row.CreatedAt, row.UpdatedAt));
            Assert.Equal(row, Assert.Single((await store.QueryAsync(new RunQuery { Statuses = [status] }, CancellationToken.None)).Items));
            var others = Enum.GetValues<RunStatus>().Where(other => other != status).ToArray();
            Assert.Empty((await store.QueryAsync(new RunQuery { Statuses = others }, CancellationToken.None)).Items);
        }
    }

    /// <summary>An empty store has one empty page.</summary>
    [Fact]
    public async Task An_empty_store_lists_nothing()
    {
        var store = await EmptyAsync();
        var page = await store.QueryAsync(new RunQuery(), CancellationToken.None);
        Assert.Empty(page.Items);
        Assert.Null(page.Continuation);
    }

    /// <summary>The newest run is first, and appends do not move a run.</summary>
    [Fact]
    public async Task Runs_are_listed_the_newest_first()
    {
        var store = await EmptyAsync();
        var runs = await CreateRunsAsync(store, 25);
        await store.AppendAsync(Append(runs[3], 1), CancellationToken.None);
        Assert.Equal(runs.Reverse(), await ListAsync(store, new RunQuery()));
    }

    /// <summary>Pages together are the list, whatever their size.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(26)]
    [InlineData(RunQuery.MaxPageSize)]
    public async Task Pages_are_complete_and_none_is_larger_than_asked(int pageSize)
    {
        var store = await EmptyAsync();
        var runs = await CreateRunsAsync(store, 25);
        Assert.Equal(runs.Reverse(), await ListAsync(store, new RunQuery { PageSize = pageSize }));
    }

    /// <summary>A list that is read while runs are added has each run that was there, once.</summary>
    [Fact]
    public async Task Pages_are_complete_and_without_duplicates_while_runs_are_added()
    {
        var store = await EmptyAsync();
        var runs = await CreateRunsAsync(store, 30);
        var added = 0;
        var listed = await ListAsync(store, new RunQuery { PageSize = 4 }, async () =>
        {
            await store.CreateAsync(NewRun($"added {added++}"), CancellationToken.None);
            await store.AppendAsync(Append(runs[added], 1, status: RunStatus.Pending), CancellationToken.None);
        });
        Assert.Equal(runs.Reverse(), listed);
        Assert.True(added > 5);
    }

    /// <summary>Filters narrow the list, alone and together, page by page.</summary>
    [Fact]
    public async Task Filters_narrow_the_list()
    {
        var store = await EmptyAsync();
        var all = new List<(RunId Id, string Plan, string Key, RunStatus Status)>();
        for (var i = 0; i < 40; i++)
        {
            var (plan, key, status) = ($"plan {i % 3}", $"key {i}", (RunStatus)(i % 4));
            var run = await store.CreateAsync(NewRun($"run {i}", key, plan), CancellationToken.None);
            if (status != RunStatus.Pending)
            {
                await store.AppendAsync(Append(run, 1, status: status), CancellationToken.None);
            }

            all.Insert(0, (run, plan, key, status));
        }

        RunStatus[]?[] statuses = [null, [], [RunStatus.Running], [RunStatus.Succeeded, RunStatus.Pending, RunStatus.Pending], [RunStatus.Canceled]];
        string?[] plans = [null, "plan 1", "Plan 1", "nothing"];
        string?[] keys = [null, "key 16", "nothing"];
        foreach (var (status, plan, key) in from s in statuses from p in plans from k in keys select (s, p, k))
        {
            var expected = all.Where(run => (status is not { Length: > 0 } || status.Contains(run.Status)) && (plan is null || plan == run.Plan) && (key is null || key == run.Key));
            var query = new RunQuery { Statuses = status, PlanId = plan, BusinessKey = key, PageSize = 3 };
            Assert.Equal(expected.Select(run => run.Id), await ListAsync(store, query));
        }
    }

    /// <summary>A page has from one row to the most there may be.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(RunQuery.MaxPageSize + 1)]
    public async Task A_page_size_out_of_range_is_refused(int pageSize)
    {
        var (store, _) = await WithRunAsync();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.QueryAsync(new RunQuery { PageSize = pageSize }, CancellationToken.None));
    }

    /// <summary>A continuation that no page gave is an error, not the first page.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("nonsense")]
    [InlineData("-1")]
    [InlineData("1 OR 1=1")]
    [InlineData("99999999999999999999999999")]
    public async Task A_continuation_that_the_store_did_not_give_is_refused(string continuation)
    {
        var (store, _) = await WithRunAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.QueryAsync(new RunQuery { Continuation = continuation }, CancellationToken.None));
    }

    private static async Task<List<RunId>> ListAsync(IStateStore store, RunQuery query, Func<Task>? betweenPages = null)
    {
        var listed = new List<RunId>();
        while (true)
        {
            var page = await store.QueryAsync(query, CancellationToken.None);
            Assert.True(page.Items.Count <= query.PageSize);
            listed.AddRange(page.Items.Select(run => run.Id));
            if (page.Continuation is null)
            {
                return listed;
            }

            Assert.Equal(query.PageSize, page.Items.Count);
            query = query with { Continuation = page.Continuation };
            if (betweenPages is not null)
            {
                await betweenPages();
            }
        }
    }
}
