using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Execution.Limits;

public sealed class FairnessTests
{
    private const int Room = 16;

    [Fact]
    public void Ten_tasks_of_a_run_that_comes_later_start_soon_beside_a_hundred_thousand_that_are_ready()
        => OneThread.Run(thread =>
        {
            var (time, started) = (new ManualTimeProvider(), new List<string>());
            Task<RunHandle>? late = null;
            IOrchestrator? orchestrator = null;
            var agent = new Noting(started, _ =>
            {
                late ??= started.Count == 1000 ? orchestrator!.StartAsync(Wide("late", 10)) : null;
                return Task.CompletedTask;
            });
            using var engine = new Disposing(thread, time, agent);
            orchestrator = engine.Orchestrator;
            var wide = thread.Until(orchestrator.StartAsync(Wide("wide", 100_000)), time);
            Assert.Equal(RunStatus.Succeeded, thread.Until(wide.WaitAsync(), time).Status);
            Assert.Equal(100_010, started.Count);

            // Its loop waits for the thread while each attempt that is under way goes on with up to 32 others; and then it is turn by turn.
            const int Round = Room * 32;
            Assert.InRange(started.IndexOf("late"), 1000, 1000 + (5 * Round));
            Assert.InRange(started.LastIndexOf("late") - started.IndexOf("late"), 9, 2 * Round);
        });

    [Fact]
    public void Of_runs_that_wait_the_one_with_the_higher_priority_starts_first_and_the_other_starts_all_the_same()
        => OneThread.Run(thread =>
        {
            var (time, started) = (new ManualTimeProvider(), new List<string>());
            using var engine = new Disposing(thread, time, new Noting(started, request => request.Plan == "busy" ? Task.Delay(TimeSpan.FromHours(1), time) : Task.CompletedTask));
            thread.Until(engine.Orchestrator.StartAsync(Wide("busy", Room)), time);
            thread.Until(() => started.Count == Room, time);
            var low = engine.Orchestrator.StartAsync(Wide("low", 100));
            thread.Pump();
            var high = engine.Orchestrator.StartAsync(Wide("high", 20_000), new StartRunOptions { Priority = 1 });
            thread.Pump();
            Assert.Equal(Room, started.Count);
            Assert.Equal(RunStatus.Succeeded, thread.Until(low.Result.WaitAsync(), time).Status);
            Assert.Equal(RunStatus.Succeeded, thread.Until(high.Result.WaitAsync(), time).Status);
            Assert.Equal("high", started[Room]);
            var highBefore = started[..started.LastIndexOf("low")].Count(plan => plan == "high");
            Assert.InRange(highBefore, 2 * 100, 19_000);
        });

    [Fact]
    public async Task The_priority_of_a_run_is_in_its_journal()
    {
        await using var engine = new TestEngine();
        var run = await engine.StartAsync(TestEngine.Single(), new StartRunOptions { Priority = -3 });
        Assert.Equal(-3, Assert.IsType<RunCreated>((await engine.FactsOf(run.Id))[0].Event).Priority);
    }

    [Fact]
    public async Task A_run_that_does_a_task_of_another_has_its_priority()
    {
        await using var engine = new TestEngine();
        var run = await engine.StartAsync(plan => plan.Phase("one", phase => phase.SubPlan("child", TestEngine.Plan(TestEngine.Single()))), new StartRunOptions { Priority = 7 });
        await TestEngine.EndOf(run);
        var child = (await engine.TaskAsync(run.Id, "child")).Child!.Value;
        Assert.Equal(7, Assert.IsType<RunCreated>((await engine.FactsOf(child))[0].Event).Priority);
    }

    private static OrchestrationPlan Wide(string id, int tasks)
        => new() { Id = id, Phases = [new PhaseDefinition { Id = "one", Mode = PhaseMode.Parallel, Tasks = [.. Enumerable.Range(0, tasks).Select(task => new TaskDefinition { Id = $"t{task}", Agent = "noting" })] }] };

    /// <summary>Notes which plan's task it is given.</summary>
    private sealed class Noting(List<string> started, Func<AgentRequest, Task>? work = null) : IAgentAdapter
    {
        public async Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
        {
            started.Add(request.Plan);
            await (work?.Invoke(request) ?? Task.CompletedTask);
            return AgentResult.Succeeded();
        }
    }

    /// <summary>An engine on one thread that is gone at once.</summary>
    private sealed class Disposing(OneThread thread, ManualTimeProvider time, IAgentAdapter agent) : IDisposable
    {
        private readonly TestEngine _engine = new(
            time: time,
            configure: options =>
            {
                options.WorkScheduler = thread;
                options.MaxConcurrentAttempts = Room;
            },
            build: builder => builder.AddAgent("noting", agent));

        public IOrchestrator Orchestrator => _engine.Orchestrator;

        public void Dispose() => _engine.DisposeAtOnce();
    }
}
