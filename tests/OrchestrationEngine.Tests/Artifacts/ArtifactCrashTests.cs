using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Execution;

namespace OrchestrationEngine.Tests.Artifacts;

/// <summary>The process dies just before or just after each of its commits while contents are in flight, and the next one goes on.</summary>
public sealed class ArtifactCrashTests
{
    private const string Key = "order/1";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_reference_dangles_whichever_append_the_process_dies_at(bool written)
    {
        var crashes = await CrashEverywhereAsync(written, static time => (new InMemoryStateStore(time), new InMemoryArtifactStore(time), static () => ValueTask.CompletedTask));
        Assert.True(crashes >= 8, $"Only {crashes} appends were disturbed.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_reference_dangles_with_journal_and_contents_in_a_file(bool written)
    {
        var crashes = await CrashEverywhereAsync(written, static time =>
        {
            var folder = Directory.CreateTempSubdirectory("artifacts-");
            var store = new SqliteStateStore(new SqliteStateStoreOptions { FilePath = Path.Combine(folder.FullName, "runs.db"), TimeProvider = time, Synchronous = SqliteSynchronous.Normal });
            Func<ValueTask> dispose = async () =>
            {
                await store.DisposeAsync();
                folder.Delete(recursive: true);
            };
            return (store, new SqliteArtifactStore(store), dispose);
        });
        Assert.True(crashes >= 8, $"Only {crashes} appends were disturbed.");
    }

    private static async Task<int> CrashEverywhereAsync(bool written, Func<TimeProvider, (IStateStore Store, IArtifactStore Contents, Func<ValueTask> Dispose)> make)
    {
        string? undisturbed = null;
        for (var at = 0; ; at++)
        {
            var time = new ManualTimeProvider();
            var (inner, contents, dispose) = make(time);
            try
            {
                var crashing = new CrashingStateStore(inner, Math.Max(at, 1), written);
                if (at > 0)
                {
                    await DieAsync(crashing, contents, time);
                }

                var end = await LiveAsync(inner, contents, time, $"append {at}, written {written}");
                Assert.Equal(undisturbed ??= end, end);
                await CollectAsync(inner, contents, time, $"append {at}, written {written}");
                if (at > 0 && !crashing.Crashed)
                {
                    return at - 1;
                }
            }
            finally
            {
                await dispose();
            }
        }
    }

    // A large output that is moved, artifacts of items, a run that does a task and hands an artifact up, an attempt that fails first.
    private static OrchestrationPlan Plan() => TestEngine.Plan(plan => plan
        .Output("large", "${tasks.large.output}")
        .Phase("work", phase => phase
            .Task("large", "x")
            .Task("each", "x", task => task.ForEach("[1, 2]").Bind("number", "item").Bind("text", "tasks.large.output.text"))
            .Task("flaky", "x", task => task.Retry(maxAttempts: 3, initialDelay: TimeSpan.FromSeconds(10)))
            .SubPlan("child", new PlanBuilder("child").Input("text").Output("file", "${tasks.inner.output}").Phase("one", inner => inner.Task("inner", "x", task => task.Bind("text", "inputs.text"))).Build(), task => task.Bind("text", "tasks.large.output.text"))
            .Task("last", "x", task => task.Bind("each", "tasks.each.output").Bind("file", "tasks.child.output.file").Bind("text", "tasks.large.output.text"))));

    private static ScriptedAgent Agent()
    {
        var agent = new ScriptedAgent();
        agent.On("large").Succeeds(ArtifactEngine.Large('l'));
        agent.On("each").Does((request, context, cancellationToken) => ArtifactEngine.Writes("item.txt", $"{request.Index} {request.Inputs.GetString("text")!.Length}")(request, context, cancellationToken));
        agent.On("flaky").Does(async (request, context, cancellationToken) =>
        {
            await context.Artifacts.WriteTextAsync("flaky.txt", $"attempt {request.Attempt}", cancellationToken: cancellationToken);
            return request.Attempt == 1 ? AgentResult.Failed(FailureClass.Unavailable, "Not yet.") : AgentResult.Succeeded("flaky");
        });
        agent.On("inner").Does((request, context, cancellationToken) => ArtifactEngine.Writes("inner.txt", $"inner {request.Inputs.GetString("text")!.Length}")(request, context, cancellationToken));
        agent.On("last").Does(async (request, context, cancellationToken) =>
        {
            var texts = new List<string>();
            foreach (var item in request.Inputs["each"].ToElement().EnumerateArray().Append(request.Inputs["file"].ToElement()))
            {
                texts.Add(await context.Artifacts.ReadTextAsync(ArtifactReference.Of(item)!, cancellationToken));
            }

            return AgentResult.Succeeded($"{string.Join('|', texts)}|{request.Inputs.GetString("text")!.Length}");
        });
        return agent;
    }

    private static async Task DieAsync(CrashingStateStore store, IArtifactStore contents, ManualTimeProvider time)
    {
        await using var engine = ArtifactEngine.With(contents, store, Agent(), time);
        try
        {
            var run = await engine.Orchestrator.StartAsync(Plan(), new StartRunOptions { BusinessKey = Key }, TestEngine.Ending).Soon();
            await DriveAsync(engine, run, () => store.Crashed).Soon();
        }
        catch (SimulatedCrashException)
        {
            // The store says so to everybody who asks after its death.
        }
    }

    private static async Task<string> LiveAsync(IStateStore store, IArtifactStore contents, ManualTimeProvider time, string where)
    {
        await using var engine = ArtifactEngine.With(contents, store, Agent(), time);
        var run = await engine.Orchestrator.StartAsync(Plan(), new StartRunOptions { BusinessKey = Key }, TestEngine.Ending).Soon();
        await DriveAsync(engine, run, () => false).Soon();
        var result = await TestEngine.EndOf(run);
        Assert.True(result.Status == RunStatus.Succeeded, $"{where}: {result.Reason}");
        Assert.Equal(ArtifactEngine.Large('l'), JsonData.From(result.Output.ToElement().GetProperty("large")));
        var successes = await engine.FactsOf<AttemptSucceeded>(run.Id);
        foreach (var other in (await store.QueryAsync(new RunQuery(), TestEngine.Ending)).Items)
        {
            await ArtifactEngine.RequireContents(store, contents, other.Id);
        }


        var manifest = await engine.Orchestrator.GetManifestAsync(run.Id, TestEngine.Ending);
        var versions = string.Join(' ', manifest.Artifacts.Select(artifact => $"{artifact.Artifact.Name}@{artifact.Version}").Order(StringComparer.Ordinal));
        return $"{versions} {successes.Single(fact => fact.Task == "last").Output}";
    }

    // Long after the end, and again some time after what nobody needs was let go.
    private static async Task CollectAsync(IStateStore store, IArtifactStore contents, ManualTimeProvider time, string where)
    {
        var grace = TimeSpan.FromDays(1);
        var collector = new ArtifactCollector(contents, store, null, time, grace, grace);
        for (var times = 0; times < 3; times++)
        {
            time.Advance(2 * grace);
            await collector.CollectAsync(TestEngine.Ending);
        }

        Assert.True(await contents.FindAsync(ContentDigest.Of("attempt 1"u8), TestEngine.Ending) is null, $"{where}: what the failed attempt wrote is still there.");
        foreach (var run in (await store.QueryAsync(new RunQuery(), TestEngine.Ending)).Items)
        {
            await ArtifactEngine.RequireContents(store, contents, run.Id);
        }
    }

    private static async Task DriveAsync(TestEngine engine, RunHandle run, Func<bool> dead)
    {
        var end = run.WaitAsync(TestEngine.Ending);
        while (!end.IsCompleted && !dead())
        {
            var now = await engine.Orchestrator.GetAsync(run.Id, TestEngine.Ending).Soon();
            if (now!.FindTask("flaky") is { Status: RunTaskStatus.Retrying } || now.FindTask("child") is { Status: RunTaskStatus.Running })
            {
                engine.Time.AdvanceToNext();
            }

            await Task.Yield();
        }
    }
}
