using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs;

/// <summary>Tasks that are ready wait in lanes, behind limits of phases and of the engine at the same time.</summary>
public sealed class LaneTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Whatever_opens_and_closes_a_task_that_could_start_has_started_and_the_first_goes_first()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var agents = new[] { "a", "b", "c" };
            var plan = new OrchestrationPlan
            {
                Id = "p",
                MaxParallelTasks = random.Next(4) == 0 ? random.Next(1, 6) : null,
                Phases = [.. Enumerable.Range(0, 3).Select(phase => new PhaseDefinition
                {
                    Id = $"p{phase}",
                    Mode = PhaseMode.Parallel,
                    DependsOn = [],
                    MaxParallelTasks = random.Next(2) == 0 ? random.Next(1, 4) : null,
                    OnFailure = FailurePolicy.FinishWhatCan with { FailuresAllowed = 1000 },
                    Tasks = [.. Enumerable.Range(0, random.Next(1, 15)).Select(task => new TaskDefinition
                    {
                        Id = $"p{phase}t{task}",
                        Agent = agents[random.Next(3)],
                        Priority = random.Next(3),
                        DependsOn = task > 0 && random.Next(4) == 0 ? [$"p{phase}t{random.Next(task)}"] : [],
                        OnSkipped = OnSkipped.Run,
                    })],
                })],
            };
            var graph = PlanGraph.Compile(plan);
            var state = RunFold.Begin(new RunId("r"), new RecordedEvent(1, Now, new RunCreated { Plan = plan, Inputs = JsonData.Parse("{}") }), graph, TimeSpan.Zero);
            var engine = new AgentRoom(agents.ToDictionary(agent => agent, _ => random.Next(1, 4)));
            state.Engine = engine;
            var step = new RunStep(state);
            step.Decide(new RunCommand.Start(), Now);
            for (var steps = 0; ; steps++)
            {
                step.Advance(Now);
                if (state.IsTerminal)
                {
                    break;
                }

                Assert.True(steps < 1000, $"Seed {seed}: it does not end.");
                Assert.DoesNotContain(ReadyTasks.Of(state, Now), task => engine.CouldStart(state, task));
                var live = Enumerable.Range(0, graph.TaskCount).Where(task => state.Task(task).AttemptOut).ToList();
                if (live.Count == 0 || random.Next(4) == 0)
                {
                    // Others take and give back of what the engine has.
                    engine.Change(state, agents[random.Next(3)], random.Next(0, 4) + (live.Count == 0 ? 1 : 0));
                }
                else
                {
                    var task = live[random.Next(live.Count)];
                    engine.GiveBack(state, task);
                    step.Decide(random.Next(4) > 0 ? new RunCommand.ReportSuccess(task, 1, JsonData.Null) : new RunCommand.ReportFailure(task, 1, Failure.Of(FailureClass.Permanent, "No."), false, null, 0), Now);
                }

                step.Clear();
            }

            Assert.Equal(RunStatus.Succeeded, state.Status);
        }
    }

    [Fact]
    public void A_limit_of_the_phase_and_one_of_the_engine_together_cost_the_same_however_many_tasks_wait()
    {
        const int Tasks = 50_000;
        var plan = new OrchestrationPlan
        {
            Id = "p",
            Phases = [new PhaseDefinition { Id = "one", Mode = PhaseMode.Parallel, MaxParallelTasks = 1, Tasks = [.. Enumerable.Range(0, Tasks).Select(task => new TaskDefinition { Id = $"t{task}", Agent = "a" })] }],
        };
        var state = RunFold.Begin(new RunId("r"), new RecordedEvent(1, Now, new RunCreated { Plan = plan, Inputs = JsonData.Parse("{}") }), PlanGraph.Compile(plan), TimeSpan.Zero);
        var engine = new AgentRoom(new() { ["a"] = 1 });
        state.Engine = engine;
        var step = new RunStep(state);
        step.Decide(new RunCommand.Start(), Now);
        step.Advance(Now);
        var started = 1;
        while (!state.IsTerminal)
        {
            var task = state.Agenda.Touched[^1];
            state.Agenda.Touched.Clear();

            // What comes back goes to somebody else first, so that the phase opens before the engine does, and the other way round.
            engine.GiveBack(state, task);
            engine.Change(state, "a", 0);
            step.Decide(new RunCommand.ReportSuccess(task, 1, JsonData.Null), Now);
            step.Advance(Now);
            engine.Change(state, "a", 1);
            step.Advance(Now);
            step.Clear();
            started++;
        }

        Assert.Equal(RunStatus.Succeeded, state.Status);
        Assert.Equal(Tasks + 1, started);
        Assert.InRange(engine.Asked, Tasks, 4 * Tasks);
    }

    /// <summary>An engine in which each agent has a limit, that checks in which order it is asked.</summary>
    private sealed class AgentRoom(Dictionary<string, int> free) : IAdmission
    {
        private readonly List<string> _names = [.. free.Keys];

        public int Asked { get; private set; }

        public Gate? TryTake(RunState state, int task)
        {
            Asked++;
            Assert.True(state.Tasks.Length > 1000 || !ReadyTasks.Of(state, Now).Any(other => state.Graph.StartOrder(other) < state.Graph.StartOrder(task) && CouldStart(state, other)), "Another comes first.");
            var agent = state.AgentOf(task)!;
            if (free[agent] <= 0)
            {
                return new Gate(GateKind.EngineRoom, _names.IndexOf(agent));
            }

            free[agent]--;
            return null;
        }

        public bool CouldStart(RunState state, int task)
            => free[state.AgentOf(task)!] > 0
                && state.OwnRoom > 0
                && (state.Graph.Phase(state.PhaseOf(task)).MaxParallelTasks is not { } most || state.Phase(state.PhaseOf(task)).Out < most);

        public void GiveBack(RunState state, int task) => Change(state, state.AgentOf(task)!, free[state.AgentOf(task)!] + 1);

        public void Change(RunState state, string agent, int now)
        {
            free[agent] = now;
            if (now > 0)
            {
                state.Agenda.Open(state, new Gate(GateKind.EngineRoom, _names.IndexOf(agent)));
            }
        }

        public string Reason(Gate gate) => "";
    }
}
