using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using Xunit;

namespace OrchestrationEngine.Testing.Xunit;

public abstract partial class StateStoreConformance
{
    /// <summary>The narrow row says what the run was created with.</summary>
    [Fact]
    public async Task A_created_run_is_there_with_its_first_facts()
    {
        var store = await EmptyAsync();
        var creation = NewRun("rün 🎉 'x'", "key 🎉", planId: "plän", facts: 3);
        Assert.Equal(creation.Id, await store.CreateAsync(creation, CancellationToken.None));
        RequireSame(creation.Events.ToArray(), await ReadAllAsync(store, creation.Id));
        Assert.Equal(
            new RunSummary
            {
                Id = creation.Id,
                PlanId = "plän",
                PlanVersion = "1",
                BusinessKey = "key 🎉",
                Status = RunStatus.Pending,
                Version = 3,
                CreatedAt = Start.AddTicks(1),
                UpdatedAt = Start.AddTicks(3),
            },
            await store.FindAsync(creation.Id, CancellationToken.None));
    }

    /// <summary>The same start may come twice.</summary>
    [Fact]
    public async Task A_business_key_that_is_taken_gives_the_run_that_has_it_and_writes_nothing()
    {
        var store = await EmptyAsync();
        var first = await store.CreateAsync(NewRun("first", "key"), CancellationToken.None);
        var before = await DescribeAsync(store, first);
        Assert.Equal(first, await store.CreateAsync(NewRun("second", "key", facts: 2), CancellationToken.None));
        Assert.Equal(first, await store.CreateAsync(NewRun("first", "key", facts: 2), CancellationToken.None));
        Assert.Equal(before, await DescribeAsync(store, first));
        Assert.Null(await store.FindAsync(new RunId("second"), CancellationToken.None));
        Assert.Empty(await ReadAllAsync(store, new RunId("second")));
    }

    /// <summary>The same start may come twice at the same moment.</summary>
    [Fact]
    public async Task Of_parallel_creations_with_one_business_key_exactly_one_makes_the_run()
    {
        var store = await EmptyAsync();
        for (var round = 0; round < 10; round++)
        {
            var key = $"key {round}";
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
                await store.CreateAsync(NewRun($"{key} run {i}", key), CancellationToken.None)))).WaitAsync(Limit);
            var holder = Assert.Single(answers.Distinct());
            var page = await store.QueryAsync(new RunQuery { BusinessKey = key }, CancellationToken.None);
            Assert.Equal(holder, Assert.Single(page.Items).Id);
        }

        Assert.Equal(10, (await store.QueryAsync(new RunQuery(), CancellationToken.None)).Items.Count);
    }

    /// <summary>Keys are compared letter by letter.</summary>
    [Fact]
    public async Task Business_keys_that_differ_in_case_or_in_trailing_space_are_different()
    {
        var store = await EmptyAsync();
        string[] keys = ["key", "KEY", "key ", "kéy", "ke\u0301y"];
        foreach (var key in keys)
        {
            Assert.Equal($"run of {key}", (await store.CreateAsync(NewRun($"run of {key}", key), CancellationToken.None)).Value);
        }

        Assert.Equal("run of KEY", Assert.Single((await store.QueryAsync(new RunQuery { BusinessKey = "KEY" }, CancellationToken.None)).Items).Id.Value);
    }

    /// <summary>No key is not a key.</summary>
    [Fact]
    public async Task Runs_without_a_business_key_do_not_meet()
    {
        var store = await EmptyAsync();
        await CreateRunsAsync(store, 5);
        Assert.All((await store.QueryAsync(new RunQuery(), CancellationToken.None)).Items, run => Assert.Null(run.BusinessKey));
    }

    /// <summary>An id names one run.</summary>
    [Fact]
    public async Task An_id_that_is_taken_is_refused_and_writes_nothing()
    {
        var (store, run) = await WithRunAsync();
        var before = await DescribeAsync(store, run);
        var refusal = await Assert.ThrowsAsync<RunExistsException>(async () => await store.CreateAsync(NewRun("run", facts: 2), CancellationToken.None));
        Assert.Equal(run, refusal.Run);
        await Assert.ThrowsAsync<RunExistsException>(async () => await store.CreateAsync(NewRun("run", "new key", facts: 2), CancellationToken.None));
        Assert.Equal(before, await DescribeAsync(store, run));

        // The key of the refused creation is still free.
        Assert.Equal("other", (await store.CreateAsync(NewRun("other", "new key"), CancellationToken.None)).Value);
    }

    /// <summary>An id names one run, whoever is first.</summary>
    [Fact]
    public async Task Of_parallel_creations_with_one_id_exactly_one_succeeds()
    {
        var store = await EmptyAsync();
        var failures = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () => await Record.ExceptionAsync(async () =>
            await store.CreateAsync(NewRun("run", $"key {i}"), CancellationToken.None))))).WaitAsync(Limit);
        Assert.Single(failures, failure => failure is null);
        Assert.All(failures.OfType<Exception>(), failure => Assert.IsType<RunExistsException>(failure));
        Assert.Single(await ReadAllAsync(store, new RunId("run")));
    }

    /// <summary>The first facts are numbered from 1.</summary>
    [Fact]
    public async Task A_creation_whose_facts_are_not_numbered_from_one_is_refused()
    {
        var store = await EmptyAsync();
        RecordedEvent[][] wrong = [[], Notes(2, 1), [.. Notes(1, 1), .. Notes(3, 1)]];
        foreach (var facts in wrong)
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await store.CreateAsync(NewRun("run") with { Events = facts }, CancellationToken.None));
        }

        Assert.Null(await store.FindAsync(new RunId("run"), CancellationToken.None));
    }

    /// <summary>Canceled before the call means nothing written.</summary>
    [Fact]
    public async Task A_canceled_creation_writes_nothing()
    {
        var store = await EmptyAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.CreateAsync(NewRun("run", "key"), new CancellationToken(canceled: true)));
        Assert.Null(await store.FindAsync(new RunId("run"), CancellationToken.None));
        Assert.Equal("other", (await store.CreateAsync(NewRun("other", "key"), CancellationToken.None)).Value);
    }
}
