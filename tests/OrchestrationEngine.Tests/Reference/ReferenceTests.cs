using System.Globalization;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Reference;

/// <summary>The engine and the plain telling of what a plan means go through the same random histories, and agree after every step.</summary>
public sealed class ReferenceTests
{
    private const int Plans = 10_000;

    [Fact]
    public void Random_plans_mean_the_same_to_the_engine_and_to_the_reference()
    {
        var (steps, ends) = (0, new Dictionary<RunStatus, int>());
        for (var seed = 0; seed < Plans; seed++)
        {
            var play = new Play(seed);
            try
            {
                play.Go();
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {seed}: {e.Message}\n{play.Story}\n{System.Text.Encoding.UTF8.GetString(PlanJson.Write(play.Plan))}");
            }

            steps += play.Steps;
            ends[play.End] = ends.GetValueOrDefault(play.End) + 1;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{steps:N0} steps; {string.Join(", ", ends.Select(end => $"{end.Value:N0} {end.Key}"))}");
        Assert.True(ends[RunStatus.Succeeded] > Plans / 5 && ends[RunStatus.Failed] > Plans / 20 && ends[RunStatus.Canceled] > Plans / 100);
    }

    /// <summary>One plan through one history.</summary>
    private sealed class Play
    {
        private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        private readonly Random _random;
        private readonly RandomFlowPlan _maker;
        private readonly ReferenceRun _reference;
        private readonly RunState _state;
        private readonly RunStep _step;
        private readonly List<string> _story = [];
        private readonly Dictionary<string, int> _started = [];

        public Play(int seed)
        {
            _random = new Random(seed);
            _maker = new RandomFlowPlan(_random);
            Plan = _maker.Make();
            var inputs = _maker.Inputs();
            _reference = new ReferenceRun(Plan, inputs);
            var created = new RunCreated { Plan = Plan, Inputs = JsonData.Parse(inputs) };
            _state = RunFold.Begin(new RunId("r"), new RecordedEvent(1, Now, created), PlanGraph.Compile(Plan), TimeSpan.FromSeconds(5));
            _step = new RunStep(_state);
        }

        public OrchestrationPlan Plan { get; }

        public int Steps { get; private set; }

        public string Story => string.Join("\n", _story);

        public RunStatus End => _state.Status;

        public void Go()
        {
            // A join that can never be complete is refused, and means something all the same.
            Assert.All(PlanVerifier.Verify(Plan), problem => Assert.Equal("OE1502", problem.Code));
            Tell(new RunCommand.Start());
            for (; !_reference.HasEnded; Steps++)
            {
                var running = _reference.Tasks.Where(task => task.Status == RunTaskStatus.Running).ToList();
                Assert.True(running.Count > 0, "Nothing runs, and the run has not ended.");
                var task = running[_random.Next(running.Count)];
                var success = _random.Next(100) < 75;
                var output = _maker.Output();
                Assert.True(_state.Graph.TryGetTask(task.Id, out var number));
                var attempt = _state.Task(number).Attempt;
                _story.Add($"{task.Id} {(success ? output : "fails")}");
                _reference.Report(task, success, output);
                Tell(success
                    ? new RunCommand.ReportSuccess(number, attempt, JsonData.Parse(output))
                    : new RunCommand.ReportFailure(number, attempt, Failure.Of(FailureClass.Unavailable, "No."), Retryable: true, null, 0));
            }
        }

        private void Tell(RunCommand command)
        {
            Assert.Null(_step.Decide(command, Now));
            _step.Advance(Now);
            _step.Clear();
            _reference.Settle();
            FollowStarts();
            Compare();
        }

        // Which of those that may not run together goes first is the engine's choice, and so is when each begins; that one begins which may not is an error.
        private void FollowStarts()
        {
            var startable = _reference.Startable().ToHashSet();
            for (var number = 0; number < _state.Tasks.Length; number++)
            {
                var task = _reference.Tasks[number];
                if (_state.Task(number) is { AttemptOut: true } slot && slot.Attempt > _started.GetValueOrDefault(task.Id))
                {
                    Assert.True(startable.Remove(task), $"Task '{task.Id}' runs and should not; it is {task.Status} for the reference.");
                    Assert.True(
                        task.Phase.Definition.Mode != PhaseMode.OneAtATime || !task.Phase.Tasks.Any(other => other.Status == RunTaskStatus.Running),
                        $"Task '{task.Id}' runs beside another of its phase.");
                    _started[task.Id] = slot.Attempt;
                    ReferenceRun.Start(task);
                }
            }

            var late = startable.FirstOrDefault(task => task.Phase.Definition.Mode != PhaseMode.OneAtATime || !task.Phase.Tasks.Any(other => other.Status == RunTaskStatus.Running));
            Assert.True(late is null, $"Task '{late?.Id}' should run and does not; it is {(late is null ? null : StatusOf(late))}.");
        }

        private string StatusOf(ReferenceTask task) => _state.Graph.TryGetTask(task.Id, out var number) ? _state.Task(number).Status.ToString() : "nowhere";

        private void Compare() => Assert.Equal(Text(_reference), Text(_state));

        private static string Text(ReferenceRun run) => string.Join(
            "\n",
            run.Phases.Select((phase, index) => string.Create(CultureInfo.InvariantCulture, $"{phase.Definition.Id} {phase.Status} {phase.IsStopping}"))
                .Concat(run.Tasks.Select(task => $"{task.Id} {task.Status} {(task.Status == RunTaskStatus.Succeeded ? task.Output ?? "null" : "null")}"))
                .Append($"run {run.Status} {(run.HasEnded ? null : run.Stopping)}"));

        private static string Text(RunState state) => string.Join(
            "\n",
            Enumerable.Range(0, state.Phases.Length).Select(phase => string.Create(CultureInfo.InvariantCulture, $"{state.Graph.Phase(phase).Id} {state.Phase(phase).Status} {state.Phase(phase).Stopping}"))
                .Concat(Enumerable.Range(0, state.Tasks.Length).Select(task => $"{state.Definition(task).Id} {state.Task(task).Status} {(state.Task(task).Status == RunTaskStatus.Succeeded ? state.Output(task).ToString() : "null")}"))
                .Append($"run {state.Status} {state.Stopping?.Outcome}"));
    }
}
