using System.Globalization;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Artifacts;
using static OrchestrationEngine.Tests.Execution.HandoffPlans;

namespace OrchestrationEngine.Tests.Execution;

/// <summary>
/// Random plans with contracts, agents that now and then make what is bad, people who decide at random, and processes that die at random: nothing bad
/// ever passes on.
/// </summary>
public sealed class HandoffHistoryTests
{
    private static readonly int Histories = int.Parse(Environment.GetEnvironmentVariable("HISTORIES") ?? "60", CultureInfo.InvariantCulture);

    [Fact]
    public async Task No_task_ever_begins_with_what_was_rejected_or_was_not_checked()
    {
        var (rejected, quarantined, transformed, decided, crashed) = (0, 0, 0, 0, 0);
        for (var seed = 0; seed < Histories; seed++)
        {
            var history = new History(seed);
            try
            {
                var journal = await history.GoAsync();
                crashed += history.Crashes;
                foreach (var recorded in journal)
                {
                    rejected += recorded.Event is HandoffRejected ? 1 : 0;
                    quarantined += recorded.Event is TaskQuarantined ? 1 : 0;
                    transformed += recorded.Event is HandoffValidated { Transforms.Count: > 0 } ? 1 : 0;
                    decided += recorded.Event is HandoffDecided ? 1 : 0;
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new InvalidOperationException($"Seed {seed}: {e.Message}", e);
            }
        }

        // The histories are worth something.
        TestContext.Current.TestOutputHelper?.WriteLine($"{rejected} rejected, {quarantined} set aside, {transformed} transformed, {decided} decided, {crashed} crashes");
        Assert.All([rejected, quarantined, transformed, decided, crashed], count => Assert.True(count > Histories / 10));
    }

    /// <summary>One plan and all lives of its run.</summary>
    private sealed class History
    {
        private readonly Random _random;
        private readonly OrchestrationPlan _plan;
        private readonly InMemoryStateStore _store = new();
        private readonly InMemoryArtifactStore _contents = new();
        private readonly List<string> _wrong = [];

        public History(int seed)
        {
            _random = new Random(seed);
            _plan = Make();
        }

        public int Crashes { get; private set; }

        public async Task<List<RecordedEvent>> GoAsync()
        {
            for (var lives = _random.Next(4); lives > 0; lives--)
            {
                var dying = new CrashingStateStore(_store, _random.Next(1, 12), _random.Next(2) == 0);
                await LiveAsync(dying, () => dying.Crashed);
                Crashes += dying.Crashed ? 1 : 0;
            }

            var journal = await LiveAsync(_store, () => false);
            Assert.Empty(_wrong);
            HandoffJournal.RequireSound(_plan, journal!);
            return journal!;
        }

        // Each task needs what some of those before it make; each output is good where it says so, and each consumer's contract says that it must.
        private OrchestrationPlan Make()
        {
            var count = _random.Next(3, 7);
            var handoffs = new List<HandoffDefinition>();
            var plan = TestEngine.Plan(plan => plan.Phase("one", phase =>
            {
                phase.Parallel();
                for (var i = 0; i < count; i++)
                {
                    var task = i;
                    phase.Task($"t{i}", "x", builder =>
                    {
                        builder.Retry(_random.Next(1, 4), TimeSpan.Zero);
                        foreach (var source in Enumerable.Range(0, task).Where(_ => _random.Next(2) == 0))
                        {
                            builder.Bind($"t{source}", $"tasks.t{source}.output");
                            if (_random.Next(2) == 0)
                            {
                                handoffs.Add(HandoffOf(source, task));
                            }
                        }
                    });
                }
            }));
            var good = Inline(new ContractDefinition { Expression = ConditionExpression.Parse("good == true") });
            return plan with
            {
                Handoffs = handoffs,
                Phases = [plan.Phases[0] with
                {
                    OnFailure = new FailurePolicy { Mode = FailureMode.FinishWhatCan, FailuresAllowed = 99 },
                    Tasks = [.. plan.Phases[0].Tasks.Select(task => task with { Contract = good, OnViolation = (OnViolation)_random.Next(2), OnSkipped = (OnSkipped)_random.Next(2) })],
                }],
            };
        }

        private HandoffDefinition HandoffOf(int from, int to) => new()
        {
            Id = $"t{from} to t{to}",
            From = $"t{from}",
            To = $"t{to}",
            Sends = _random.Next(2) == 0 ? [] : [Part("part", _random.Next(2) == 0 ? OnMissing.Ask : (OnMissing)_random.Next(3))],
            ExpectsInReturn = _random.Next(3) == 0 ? [Part("good")] : [],
            Transforms = _random.Next(2) == 0 ? [] : [new TransformDefinition { Map = DataTemplate.Parse(JsonData.Parse($$"""{"good":"${good}","for":"t{{to}}"}""")) }],
            Contract = Inline(new ContractDefinition { Expression = ConditionExpression.Parse("good == true") }),
        };

        // What comes in is judged by whoever gets it.
        private Task<AgentResult> DoAsync(AgentRequest request)
        {
            lock (_random)
            {
                foreach (var name in request.Inputs.Names)
                {
                    Judge(request.Task, name, request.Inputs[name].ToString());
                }

                return Task.FromResult(_random.Next(10) switch
                {
                    0 => AgentResult.Failed(FailureClass.Unknown, "It did not work."),
                    < 5 => AgentResult.Succeeded(JsonData.Parse("""{"good":false,"part":1}""")),
                    < 8 => AgentResult.Succeeded(JsonData.Parse("""{"good":true}""")),
                    _ => AgentResult.Succeeded(JsonData.Parse("""{"good":true,"part":1}""")),
                });
            }
        }

        private void Judge(string task, string source, string value)
        {
            var isMade = _plan.Handoffs.Any(handoff => handoff.From == source && handoff.To == task && handoff.Transforms.Count > 0);
            var isGood = value.Contains("\"good\":true", StringComparison.Ordinal) && value.Contains($"\"for\":\"{task}\"", StringComparison.Ordinal) == isMade;
            if (!isGood && value != "null")
            {
                _wrong.Add($"{task} was given {value} of {source}.");
            }
        }

        private async Task<List<RecordedEvent>?> LiveAsync(IStateStore store, Func<bool> dead)
        {
            var agent = new ScriptedAgent();
            foreach (var task in _plan.Phases[0].Tasks)
            {
                agent.On(task.Id).Does((request, _, _) => DoAsync(request));
            }

            await using var engine = ArtifactEngine.With(_contents, store, agent);
            try
            {
                var run = await engine.Orchestrator.StartAsync(_plan, new StartRunOptions { BusinessKey = "one" }, TestEngine.Ending).Soon();
                var end = run.WaitAsync(TestEngine.Ending);
                while (!end.IsCompleted && !dead())
                {
                    await DecideAsync(engine, run.Id, dead);
                    await Task.Yield();
                }

                return dead() ? null : await engine.FactsOf(run.Id);
            }
            catch (SimulatedCrashException)
            {
                return null;
            }
        }

        private async Task DecideAsync(TestEngine engine, RunId run, Func<bool> dead)
        {
            var now = await engine.Orchestrator.GetAsync(run, TestEngine.Ending).Soon();
            foreach (var task in now!.Tasks.Where(task => task.Status == RunTaskStatus.Waiting))
            {
                HandoffChoice choice;
                lock (_random)
                {
                    choice = (HandoffChoice)_random.Next(4);
                }

                await HandoffPlans.DecideAsync(engine, run, task.Id, choice, dead).Soon();
            }
        }
    }
}
