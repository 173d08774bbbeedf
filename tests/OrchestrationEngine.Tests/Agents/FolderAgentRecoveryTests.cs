using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Execution;
using static OrchestrationEngine.Tests.Agents.FolderAgentHarness;
using static OrchestrationEngine.Tests.Agents.ProcessAgentHarness;

namespace OrchestrationEngine.Tests.Agents;

/// <summary>What an attempt finds that follows another one: after a crash, after a rejection, on a folder that others use too.</summary>
public sealed class FolderAgentRecoveryTests : IDisposable
{
    private static readonly ContractViolation TooLow = new() { Contract = "tested", Rule = "expression", Message = "too low" };

    private readonly FolderAgentHarness _handoffs = new();

    public void Dispose() => _handoffs.Dispose();

    [Fact]
    public async Task An_attempt_after_a_crash_finds_the_answer_of_the_one_before_and_asks_for_nothing()
    {
        _handoffs.Answer(IdOf(Asked(), 1), "\"done before\"");
        Assert.Equal("\"done before\"", AssertSucceeded(await FolderAgentHarness.RunAsync(_handoffs.Agent(), request: Asked(2))).ToString());
        Assert.Empty(_handoffs.Files("pending"));
    }

    [Theory]
    [InlineData("pending", false)]
    [InlineData("in-progress", false)]
    [InlineData("in-progress", true)]
    public async Task An_attempt_after_a_crash_waits_for_the_request_of_the_one_before(string folder, bool isMarked)
    {
        var id = IdOf(Asked(), 1);
        _handoffs.Leave(folder, id, "{}");
        var mark = Path.Combine(_handoffs.Folder, "in-progress", id + ".cancel");
        if (isMarked)
        {
            await File.WriteAllTextAsync(mark, "canceled", TestContext.Current.CancellationToken);
        }

        var running = FolderAgentHarness.RunAsync(_handoffs.Agent(), request: Asked(2));
        await Bounded.Eventually(() => !File.Exists(mark));
        _handoffs.Answer(id, "\"asked once\"");
        Assert.Equal("\"asked once\"", AssertSucceeded(await running).ToString());
        Assert.Empty(_handoffs.Files("pending"));
    }

    [Fact]
    public async Task An_engine_that_dies_while_an_agent_works_leaves_the_work_to_its_next_life()
    {
        // Answers only when it is told to, so that the engine dies in between.
        _handoffs.Play("""while [ ! -e go ]; do sleep 0.02; done; echo once >> count; printf '{"handoff_id": "%s", "output": "of the first life"}' "$id" """);
        var (store, agent, time) = TestEngine.Parts();
        var first = new TestEngine(store, agent, time, build: Build);
        var run = await first.StartAsync(plan => plan.Phase("one", phase => phase.Task("a", "folder")));
        await Bounded.Eventually(() => Directory.Exists(Path.Combine(_handoffs.Folder, "in-progress")) && _handoffs.Files("in-progress").Any(name => name.EndsWith(".json", StringComparison.Ordinal)));
        first.DisposeAtOnce();

        await using var second = new TestEngine(store, agent, time, build: Build);
        await File.WriteAllTextAsync(Path.Combine(_handoffs.Folder, "go"), "", TestContext.Current.CancellationToken);
        await time.AdvanceUntilAsync(second.Orchestrator.WatchAsync(run.Id, 0, TestContext.Current.CancellationToken).FirstAsync(fact => fact.Event is RunCompleted { Status: RunStatus.Succeeded }, TestContext.Current.CancellationToken).AsTask());
        Assert.Equal("\"of the first life\"", (await second.TaskAsync(run.Id, "a")).Output.ToString());
        Assert.Equal(["once"], await File.ReadAllLinesAsync(Path.Combine(_handoffs.Folder, "count"), TestContext.Current.CancellationToken));

        void Build(IOrchestrationBuilder builder) => builder.AddFolderAgent("folder", _handoffs.Folder);
    }

    [Fact]
    public async Task An_answer_that_was_rejected_is_not_taken_again()
    {
        _handoffs.Answer(IdOf(Asked(), 1), "\"rejected\"");
        var context = new TestAgentContext();
        var request = Asked(2, TooLow);
        var running = FolderAgentHarness.RunAsync(_handoffs.Agent(), context, request);
        _handoffs.Answer(await OfferedAsync(context, request), "\"better\"");
        Assert.Equal("\"better\"", AssertSucceeded(await running).ToString());
    }

    [Fact]
    public async Task An_answer_that_did_not_do_is_not_taken_again()
    {
        var agent = _handoffs.Agent();
        _handoffs.Answer(IdOf(Asked(), 1), "\"first\"");
        AssertSucceeded(await FolderAgentHarness.RunAsync(agent, request: Asked(1)));
        var context = new TestAgentContext();
        var running = FolderAgentHarness.RunAsync(agent, context, Asked(2));
        _handoffs.Answer(await OfferedAsync(context, Asked(2)), "\"second\"");
        Assert.Equal("\"second\"", AssertSucceeded(await running).ToString());
    }

    [Fact]
    public async Task Two_engines_that_ask_for_the_same_ask_once_and_both_get_the_answer()
    {
        var contexts = new[] { new TestAgentContext(), new TestAgentContext() };
        var running = contexts.Select(context => FolderAgentHarness.RunAsync(_handoffs.Agent(), context)).ToList();
        await Bounded.Eventually(() => Directory.Exists(Path.Combine(_handoffs.Folder, "pending")) && _handoffs.Files("pending").Length == 1);
        await Bounded.Eventually(() => contexts.Any(context => context.Logged.Count > 0));
        _handoffs.Take(IdOf(Asked(), 1));
        _handoffs.Answer(IdOf(Asked(), 1), "\"one for both\"");
        Assert.All(await Task.WhenAll(running), result => Assert.Equal("\"one for both\"", AssertSucceeded(result).ToString()));
    }

    [Fact]
    public async Task A_request_that_an_earlier_life_takes_back_after_all_is_asked_again()
    {
        var time = new ManualTimeProvider();
        var context = new TestAgentContext { TimeProvider = time };
        var id = IdOf(Asked(), 1);
        _handoffs.Leave("pending", id, "{}");
        var running = FolderAgentHarness.RunAsync(_handoffs.Agent(options => options.PollInterval = TimeSpan.FromSeconds(1)), context, Asked(2));
        await Bounded.Eventually(() => time.Pending > 0);
        File.Delete(_handoffs.PathOf("pending", id));
        var offered = OfferedAsync(context, Asked(2));
        await time.AdvanceUntilAsync(offered);
        _handoffs.Answer(await offered);
        await time.AdvanceUntilAsync(running);
        AssertSucceeded(await running);
    }

    [Fact]
    public async Task A_request_that_vanishes_fails_the_attempt()
    {
        var time = new ManualTimeProvider();
        var context = new TestAgentContext { TimeProvider = time };
        var running = FolderAgentHarness.RunAsync(_handoffs.Agent(options => options.PollInterval = TimeSpan.FromSeconds(1)), context);
        File.Delete(_handoffs.PathOf("pending", await OfferedAsync(context)));
        await time.AdvanceUntilAsync(running);
        Assert.Contains("has vanished: it is in none of the folders", AssertFailed(await running, FailureClass.Crashed).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_takes_back_what_nobody_has_taken()
    {
        _handoffs.Leave("pending", IdOf(Asked(), 1), "{}");
        Assert.Equal(ProbeFinding.DidNotHappen, (await ProbeAsync()).Finding);
        Assert.Empty(_handoffs.Files("pending"));
        Assert.Empty(_handoffs.Files("in-progress"));
    }

    [Fact]
    public async Task A_probe_waits_for_what_somebody_works_at()
    {
        _handoffs.Leave("in-progress", IdOf(Asked(), 1), "{}");
        var probing = ProbeAsync();
        _handoffs.Answer(IdOf(Asked(), 1), "\"it did\"");
        var found = await probing;
        Assert.Equal((ProbeFinding.Happened, "\"it did\""), (found.Finding, found.Output.ToString()));
    }

    [Fact]
    public async Task A_probe_finds_what_was_answered_and_what_failed_and_says_so_where_it_can_not_tell()
    {
        Assert.Equal(ProbeFinding.DidNotHappen, (await ProbeAsync()).Finding);
        var id = IdOf(Asked(), 1);
        _handoffs.Leave("failed", id, $$$"""{"handoff_id": "{{{id}}}", "error": {"code": "E1"}}""");
        Assert.Equal(ProbeFinding.DidNotHappen, (await ProbeAsync()).Finding);
        File.Delete(_handoffs.PathOf("failed", id));

        var time = new ManualTimeProvider();
        _handoffs.Leave("in-progress", id, "{}");
        var probing = ProbeAsync(_handoffs.Agent(options => options.Timeout = TimeSpan.FromMinutes(1)), time);
        await time.AdvanceUntilAsync(probing);
        Assert.Equal(ProbeFinding.Unknown, (await probing).Finding);

        _handoffs.Answer(id, "7");
        Assert.Equal("7", (await ProbeAsync()).Output.ToString());
    }

    private Task<AgentProbeResult> ProbeAsync(FolderAgent? agent = null, TimeProvider? time = null)
        => (agent ?? _handoffs.Agent()).ProbeAsync(Asked(2), new TestAgentContext { TimeProvider = time ?? TimeProvider.System }, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
}
