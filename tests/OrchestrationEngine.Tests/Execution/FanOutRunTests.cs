using System.Diagnostics;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite;
using OrchestrationEngine.State;
using static OrchestrationEngine.Tests.Execution.Bounded;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>Tasks with items in a whole engine.</summary>
public sealed class FanOutRunTests
{
    [Fact]
    public async Task An_agent_is_given_the_item_its_index_and_a_key_of_its_own()
    {
        await using var engine = new TestEngine();
        var run = await engine.StartAsync(Each("""["a",{"name":"b"}]""", task => task.Bind("value", "item").Bind("at", "index")));
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        var calls = engine.Agent.CallsOf("each").OrderBy(call => call.Index).ToList();
        Assert.Equal(["\"a\"", "{\"name\":\"b\"}"], calls.Select(call => call.Item.ToString()));
        Assert.Equal(["\"a\"", "{\"name\":\"b\"}"], calls.Select(call => call.Inputs["value"].ToString()));
        Assert.Equal(["0", "1"], calls.Select(call => call.Inputs["at"].ToString()));
        Assert.Equal([$"{run.Id}/each[0]#1", $"{run.Id}/each[1]#1"], calls.Select(call => call.IdempotencyKey));
        Assert.Null(engine.Agent.CallsOf("after")[0].Index);
        Assert.Equal($"{run.Id}/after#1", engine.Agent.CallsOf("after")[0].IdempotencyKey);
    }

    [Fact]
    public async Task No_more_items_run_at_a_time_than_the_task_allows()
    {
        await using var engine = new TestEngine();
        var run = await engine.StartAsync(Each($"[{string.Join(',', Enumerable.Range(0, 200))}]", maxParallel: 3));
        await EndOf(run);
        Assert.InRange(engine.Agent.MostRunning, 1, 3);
    }

    [Fact]
    public async Task A_run_whose_list_is_open_leaves_memory_and_comes_back_for_what_is_added()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("each").Does((request, _, _) => Task.FromResult(AgentResult.Succeeded(request.Item!.Value)));
        var run = await engine.StartAsync(Each("[]", open: true));
        await engine.SeenAsync(run.Id, "task.expanded each [] open");
        await engine.Orchestrator.AddItemsAsync(run.Id, "each", [JsonData.Parse("1")], "a", Ending).Soon();
        await engine.Orchestrator.AddItemsAsync(run.Id, "each", [JsonData.Parse("1")], "a", Ending).Soon();
        await engine.SeenAsync(run.Id, "attempt.succeeded each[0]#1");
        await engine.PassAsync(run.Id, TimeSpan.FromHours(1));
        await Eventually(() => engine.Orchestrator.DescribeNode().Runs == 0);
        var item = Assert.Single(await engine.Orchestrator.GetItemsAsync(run.Id, "each", cancellationToken: Ending).Soon());
        Assert.Equal(new RunItem(0, JsonData.Parse("1"), RunTaskStatus.Succeeded, 1, JsonData.Parse("1"), null), item);
        await engine.Orchestrator.AddItemsAsync(run.Id, "each", [JsonData.Parse("2")], null, Ending).Soon();
        await engine.Orchestrator.SealAsync(run.Id, "each", Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        Assert.Equal("[1,2]", (await engine.TaskAsync(run.Id, "each")).Output.ToString());
        Assert.Equal(new RunItems(2, 2, 2, 0, 0, true), (await engine.TaskAsync(run.Id, "each")).Items);
    }

    [Fact]
    public async Task What_can_t_be_done_is_refused_with_the_reason()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("each").Hangs();
        var run = await engine.StartAsync(Each("[1]"));
        await engine.SeenAsync(run.Id, "attempt.started each[0]#1");
        var refused = await Assert.ThrowsAsync<RunRefusedException>(() => engine.Orchestrator.AddItemsAsync(run.Id, "each", [JsonData.Null], null, Ending).Soon());
        Assert.Contains("forEach.open", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RunRefusedException>(() => engine.Orchestrator.GetItemsAsync(run.Id, "eech", cancellationToken: Ending).Soon());
        await Assert.ThrowsAsync<RunNotFoundException>(() => engine.Orchestrator.SealAsync(new RunId("other"), "each", Ending).Soon());
        var large = JsonData.String(new string('x', 1024 * 1024));
        Assert.Contains("Add them in several calls", (await Assert.ThrowsAsync<ArgumentException>(() => engine.Orchestrator.AddItemsAsync(run.Id, "each", [large], null, Ending))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Items_of_a_task_that_has_enough_are_asked_to_stop()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("each").Hangs();
        var run = await engine.StartAsync(Each("[1,2,3]", maxParallel: 2));
        await engine.Agent.WaitForCallAsync("each", 2, Ending).Soon();
        await engine.Orchestrator.CompleteItemsAsync(run.Id, "each", "Enough.", Ending).Soon();
        await engine.Orchestrator.CompleteItemsAsync(run.Id, "each", "Enough.", Ending).Soon();
        Assert.Equal(RunStatus.Succeeded, (await EndOf(run)).Status);
        Assert.Equal("[null,null,null]", (await engine.TaskAsync(run.Id, "each")).Output.ToString());
        Assert.Equal(2, engine.Agent.CallsOf("each").Count);
        await engine.Orchestrator.CompleteItemsAsync(run.Id, "each", "Enough.", Ending).Soon();
    }

    [Fact]
    public void A_program_is_given_its_item_on_stdin()
    {
        var request = new AgentRequest { Run = new RunId("r"), Plan = "p", Phase = "one", Task = "each", Agent = "x", Attempt = 1, Index = 3, Item = JsonData.Parse("{\"a\":1}") };
        Assert.Contains("\"index\":3,\"item\":{\"a\":1}", System.Text.Encoding.UTF8.GetString(ProcessRequest.Stdin(request).Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hundred_thousand_items_are_done_in_one_run(bool sqlite)
    {
        const int Count = 100_000;
        var folder = Directory.CreateTempSubdirectory("items-");
        var file = sqlite ? new SqliteStateStore(Path.Combine(folder.FullName, "runs.db")) : null;
        try
        {
            await using (var engine = new TestEngine(file, configure: options => options.MaxConcurrentAttempts = 256))
            {
                var clock = Stopwatch.StartNew();
                var run = await engine.StartAsync(Each($"[{string.Join(',', Enumerable.Range(0, Count))}]"));
                Assert.Equal(RunStatus.Succeeded, (await run.WaitAsync(Ending).WaitAsync(TimeSpan.FromSeconds(sqlite ? 120 : 60), Ending)).Status);
                TestContext.Current.TestOutputHelper?.WriteLine($"{clock.ElapsedMilliseconds} ms");
                var each = await engine.TaskAsync(run.Id, "each");
                Assert.Equal(new RunItems(Count, Count, Count, 0, 0, true), each.Items);
                Assert.Equal((5 * Count) + 1, each.Output.Length);
                Assert.Equal(Count - 1, Assert.Single(await engine.Orchestrator.GetItemsAsync(run.Id, "each", Count - 1, 10, Ending)).Index);
            }
        }
        finally
        {
            await (file?.DisposeAsync() ?? default);
            folder.Delete(recursive: true);
        }
    }

    private static Action<PlanBuilder> Each(string items, Action<TaskBuilder>? task = null, int? maxParallel = null, bool open = false) => plan => plan
        .Input("list", false, JsonData.Parse(items))
        .Phase("one", phase => phase.Parallel()
            .Task("each", "x", builder =>
            {
                builder.ForEach("inputs.list", maxParallel, open: open);
                task?.Invoke(builder);
            })
            .Task("after", "x", builder => builder.After("each")));
}
