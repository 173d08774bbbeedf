using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Execution;
using OrchestrationEngine.Tests.Execution.Nodes;
using OrchestrationEngine.Workspaces;

namespace OrchestrationEngine.Tests.Workspaces;

/// <summary>Whatever the order of concurrent writers, and whatever dies meanwhile: no accepted write is lost, and the history explains the text.</summary>
public sealed class LostNothingTests : IDisposable
{
    private static readonly string[] Documents = ["merged", "last", "refused", "asked"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("workspace-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task A_crash_at_any_append_loses_no_write_and_makes_none_twice(bool written, int seed)
    {
        var accepted = 0;
        for (var at = 1; ; at++)
        {
            var time = new ManualTimeProvider();
            var inner = new InMemoryStateStore(time);
            var crashing = new CrashingStateStore(inner, at, written);
            var check = new HistoryCheck();
            await LiveAsync(crashing, time, check, seed + at, () => crashing.Crashed);
            await LiveAsync(inner, time, check, seed + at, () => false);
            await RequireAsync(inner, check);
            accepted += check.Accepted;
            if (!crashing.Crashed)
            {
                break;
            }

            Assert.True(at < 500);
        }

        Assert.True(accepted > 500, $"Only {accepted} writes were accepted.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Two_nodes_on_one_file_and_one_that_dies_lose_no_write(int seed)
    {
        var file = Path.Combine(_folder.FullName, "runs.db");
        await using var firstStore = new SqliteStateStore(file);
        await using var secondStore = new SqliteStateStore(file);
        var check = new HistoryCheck();
        var first = Node("first", firstStore, check, seed);
        await using var second = Node("second", secondStore, check, seed);
        var run = await first.Orchestrator.StartAsync(Plan(waits: true), new StartRunOptions { Id = new RunId("run") }, TestEngine.Ending).Soon();
        await second.Orchestrator.StartNodeAsync(TestEngine.Ending).Soon();

        // People write on both nodes, on one of them through messages; half way, the node that has the run is gone.
        var people = Enumerable.Range(0, 4).Select(person => Task.Run(() => WriteAsync(second.Orchestrator.OpenWorkspace(run.Id, $"person {person}"), new Random(seed + person), check, $"p{person}", 12), TestEngine.Ending)).ToList();
        var there = Task.Run(() => WriteAsync(first.Orchestrator.OpenWorkspace(run.Id, "neighbour"), new Random(seed + 10), check, "n", 12), TestEngine.Ending);
        await there.WaitAsync(TimeSpan.FromSeconds(60), TestEngine.Ending);
        first.DisposeAtOnce();
        await Task.WhenAll(people).WaitAsync(TimeSpan.FromSeconds(60), TestEngine.Ending);

        await second.Orchestrator.SignalAsync(run.Id, "go", default, TestEngine.Ending).WaitAsync(TimeSpan.FromSeconds(60), TestEngine.Ending);
        var end = await second.Orchestrator.WaitAsync(run.Id, TestEngine.Ending).WaitAsync(TimeSpan.FromSeconds(60), TestEngine.Ending);
        Assert.Equal(RunStatus.Succeeded, end.Status);
        await RequireAsync(secondStore, check);
        Assert.True(check.Accepted > 40, $"Only {check.Accepted} writes were accepted.");
    }

    [Fact]
    public void What_an_attempt_writes_after_its_node_lost_the_run_changes_nothing()
        => Cluster.Run(cluster =>
        {
            var (first, second) = (cluster.Join("first"), cluster.Join("second"));
            IWorkspace? late = null;
            Does(first, workspace => late = workspace);
            Does(second, workspace => late = workspace);
            var run = first.Start(TestEngine.Single(task => task.Retry(3)));
            cluster.Until(() => late is not null);
            var lost = late!;
            var owner = first.Agent.Calls.Count > 0 ? first : second;
            var other = owner == first ? second : first;
            Assert.Equal(1, cluster.Do(lost.AppendAsync("log", "before\n", null, TestEngine.Ending)).Version);
            owner.Store.IsCut = true;
            cluster.Until(() => other.Agent.Calls.Count > 0 && !ReferenceEquals(late, lost));
            Assert.Throws<WorkspaceException>(() => cluster.Do(lost.AppendAsync("log", "late\n", null, TestEngine.Ending)));
            Assert.Throws<WorkspaceException>(() => cluster.Do(lost.ReadAsync("log", null, TestEngine.Ending)));
            Assert.Equal(2, cluster.Do(late!.AppendAsync("log", "after\n", null, TestEngine.Ending)).Version);
            Assert.Equal("before\nafter\n", cluster.Do(other.Orchestrator.OpenWorkspace(run, "ann").ReadAsync("log", null, TestEngine.Ending))!.Text);

            static void Does(ClusterNode node, Action<IWorkspace> hasBegun) => node.Agent.On("a").Does(async (_, context, token) =>
            {
                hasBegun(context.Workspace);
                await Task.Delay(Timeout.Infinite, token);
                return AgentResult.Succeeded();
            });
        });

    private static OrchestrationPlan Plan(bool waits = false) => TestEngine.Plan(plan => plan
        .Phase("one", phase => (waits ? phase.Parallel().Signal("until", "go") : phase.Parallel()).Task("a", "x", task => task.Retry(3)).Task("b", "x", task => task.Retry(3)).Task("c", "x", task => task.Retry(3)))
        .Phase("two", phase => phase.Task("d", "x", task => task.Retry(3)))) with
    {
        Workspace =
        [
            new DocumentDefinition { Name = "merged", Writers = ["*"], Merge = DocumentMerge.ThreeWay, Initial = "1\n2\n3\n4\n5\n6\n7\n8\n" },
            new DocumentDefinition { Name = "last", Writers = ["*"], Merge = DocumentMerge.LastWriter },
            new DocumentDefinition { Name = "refused", Writers = ["*"] },
            new DocumentDefinition { Name = "asked", Writers = ["*"], Merge = DocumentMerge.Ask },
            new DocumentDefinition { Name = "log", AppendOnly = true },
        ],
    };

    private static ScriptedAgent Agent(HistoryCheck check, int seed)
    {
        var agent = new ScriptedAgent();
        foreach (var (task, number) in new[] { "a", "b", "c", "d" }.Select((task, number) => (task, number)))
        {
            agent.On(task).Does(async (request, context, _) =>
            {
                await WriteAsync(context.Workspace, new Random(seed + (100 * number) + request.Attempt), check, task, 6);
                return request.Attempt == 1 && task != "d" ? AgentResult.Failed(FailureClass.Unavailable, "Once more.") : AgentResult.Succeeded();
            });
        }

        return agent;
    }

    // Reads now and then, writes from what was read last, and adds lines whose ids are the same in every attempt.
    private static async Task WriteAsync(IWorkspace workspace, Random random, HistoryCheck check, string who, int times)
    {
        var read = new Dictionary<string, (long Version, string Text)>(StringComparer.Ordinal);
        for (var i = 0; i < times; i++)
        {
            var document = Documents[random.Next(Documents.Length)];
            if (!read.TryGetValue(document, out var known) || random.Next(3) > 0)
            {
                var current = await workspace.ReadAsync(document);
                read[document] = known = (current?.Version ?? 0, current?.Text ?? "");
            }

            var (version, text) = known;
            var changed = RandomText.Change(text, random, $"{who}.{i}.");
            check.Wrote(document, changed, version, await workspace.WriteAsync(document, changed, version));
            var line = $"{who} {i}\n";
            check.Appended("log", line, await workspace.AppendAsync("log", line, new WriteOptions { Id = line }));
        }
    }

    private static TestEngine Node(string name, SqliteStateStore store, HistoryCheck check, int seed)
    {
        var agent = Agent(check, seed);
        return new TestEngine(store, agent, configure: options =>
        {
            options.TimeProvider = TimeProvider.System;
            options.NodeName = name;
            options.LeaseDuration = TimeSpan.FromSeconds(2);
            options.PollInterval = TimeSpan.FromMilliseconds(20);
        });
    }

    private static async Task LiveAsync(IStateStore store, ManualTimeProvider time, HistoryCheck check, int seed, Func<bool> dead)
    {
        await using var engine = new TestEngine(store, Agent(check, seed), time);
        try
        {
            var run = await engine.Orchestrator.StartAsync(Plan(), new StartRunOptions { BusinessKey = "key" }, TestEngine.Ending).Soon();
            var end = run.WaitAsync(TestEngine.Ending);
            while (!end.IsCompleted && !dead())
            {
                var now = await engine.Orchestrator.GetAsync(run.Id, TestEngine.Ending).Soon();
                if (now!.Tasks.All(task => task.Status != RunTaskStatus.Running))
                {
                    engine.Time.AdvanceToNext();
                }

                await Task.Yield();
            }

            if (end.IsCompleted)
            {
                await end;
            }
        }
        catch (SimulatedCrashException)
        {
            // The store says so to everybody who asks after its death.
        }
    }

    private static async Task RequireAsync(IStateStore store, HistoryCheck check)
    {
        var page = await store.QueryAsync(new RunQuery(), TestEngine.Ending);
        var run = Assert.Single(page.Items).Id;
        var journal = await store.ReadAsync(run, 0, TestEngine.Ending).ToListAsync(TestEngine.Ending);
        var texts = check.Require(journal, Plan());
        await using var engine = new TestEngine(store);
        var outside = engine.Orchestrator.OpenWorkspace(run, "reader");
        Assert.Equal(texts.Keys.Order(), (await outside.ListAsync(TestEngine.Ending)).Select(document => document.Name).Order());
        foreach (var (document, text) in texts)
        {
            Assert.Equal(text, (await outside.ReadAsync(document, null, TestEngine.Ending).Soon())!.Text);
        }
    }
}
