using System.Globalization;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Testing;

/// <summary>Those who use the engine: they start runs, on any node, until they are told that it was done, and steer them.</summary>
internal sealed class SimulatedClients(SimulatedCluster cluster, SimulatedWorld world)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Random _random = cluster.Draw("clients");
    private readonly SimulatedRun[] _runs = new SimulatedRun[cluster.Options.Runs];
    private readonly RunId?[] _ids = new RunId?[cluster.Options.Runs];

    /// <summary>What was asked of runs.</summary>
    public List<SimulatedCommand> Commands { get; } = [];

    /// <summary>How many runs somebody was told of.</summary>
    public int Started => _ids.Count(id => id is not null);

    public SimulatedWorld World => world;

    public static string KeyOf(int run) => string.Create(CultureInfo.InvariantCulture, $"key-{run}");

    public SimulatedRun Run(int run) => _runs[run];

    public RunId? IdOf(int run) => _ids[run];

    public void Begin()
    {
        var plans = cluster.Draw("plans");
        var make = cluster.Options.NextRun ?? SimulatedPlans.Draw;
        for (var i = 0; i < _runs.Length; i++)
        {
            var run = i;
            _runs[i] = make(new SimulatedRunArguments(i, new Random(plans.Next())));
            cluster.Loop.After(Within(i == 0 ? 0.01 : 0.7), null, () => Start(run));
        }

        for (var i = 0; i < cluster.Options.Commands; i++)
        {
            var number = i;
            cluster.Loop.After(Within(1), null, () => Command(number));
        }
    }

    /// <summary>Lets a run go on that was held and would wait for ever.</summary>
    public void Resume(RunId run)
    {
        var command = new SimulatedCommand(string.Create(CultureInfo.InvariantCulture, $"resume-{Commands.Count}"), SimulatedCommandKind.Resume, run, cluster.Loop.Now);
        Send(command);
    }

    /// <summary>Asks any node why a run is not done. There is a reason, unless something is under way.</summary>
    public void Explain(WatchedRun run)
    {
        if (AnyLife() is not { } life)
        {
            return;
        }

        var version = run.Journal.Version;
        Ask(
            life,
            async patience =>
            {
                var reasons = await life.Orchestrator.ExplainAsync(run.Id, patience).ConfigureAwait(false);
                if (reasons.Count == 0 && version == run.Journal.Version && !run.IsEnded && !run.Journal.IsWorking)
                {
                    cluster.Watch.Fail("nothing waits without a reason", $"Run '{run.Id}' is {run.Journal.Status} at fact {version}, no attempt is out, and {life} knows no reason.");
                }
            },
            static _ => { });
    }

    /// <summary>Asks any node where an ended run stands, until it says, and compares that with the journal.</summary>
    public void Compare(WatchedRun run, Action then)
    {
        if (AnyLife() is not { } life)
        {
            cluster.Loop.After(TimeSpan.FromSeconds(1), null, () => Compare(run, then));
            return;
        }

        Ask(
            life,
            async patience =>
            {
                var snapshot = await life.Orchestrator.GetAsync(run.Id, patience).ConfigureAwait(false);
                if ((snapshot is null ? "it does not know the run" : run.Journal.Unlike(snapshot)) is { } difference)
                {
                    cluster.Watch.Fail("folding a journal gives the state of its run", $"{life} was asked where run '{run.Id}' stands: {difference}.");
                }
            },
            outcome =>
            {
                if (outcome == SimulatedOutcome.Done)
                {
                    then();
                }
                else
                {
                    cluster.Loop.After(TimeSpan.FromSeconds(1), null, () => Compare(run, then));
                }
            });
    }

    private TimeSpan Within(double part) => TimeSpan.FromTicks((long)(cluster.Options.Duration.Ticks * part * _random.NextDouble()));

    private SimulatedLife? AnyLife() => cluster.Reachable is { Count: > 0 } lives ? lives[_random.Next(lives.Count)] : null;

    private void Start(int run)
    {
        if (AnyLife() is not { } life)
        {
            cluster.Loop.After(TimeSpan.FromSeconds(1), null, () => Start(run));
            return;
        }

        cluster.Trace.Add(cluster.Loop.Now, "client", "starts", KeyOf(run), 0, life.ToString());
        Ask(
            life,
            async patience =>
            {
                var handle = await life.Orchestrator.StartAsync(_runs[run].Plan, new StartRunOptions { BusinessKey = KeyOf(run), Inputs = _runs[run].Inputs }, patience).ConfigureAwait(false);
                _ids[run] = handle.Id;
                cluster.Trace.Add(cluster.Loop.Now, "client", "is told of", handle.Id.Value, 0, KeyOf(run));
            },
            outcome =>
            {
                if (outcome != SimulatedOutcome.Done)
                {
                    cluster.Loop.After(TimeSpan.FromSeconds(1), null, () => Start(run));
                }
            });
    }

    private void Command(int number)
    {
        var known = _ids.Where(id => id is not null).ToList();
        if (known.Count == 0)
        {
            return;
        }

        var kind = (SimulatedCommandKind)new[] { 0, 0, 0, 1, 1, 1, 2, 3, 4, 4, 5, 5 }[_random.Next(12)];
        var reason = string.Create(CultureInfo.InvariantCulture, $"command-{number}");
        Send(new SimulatedCommand(reason, kind, known[_random.Next(known.Count)]!.Value, cluster.Loop.Now));
    }

    private void Send(SimulatedCommand command)
    {
        if (AnyLife() is not { } life)
        {
            return;
        }

        Commands.Add(command);
        cluster.Trace.Add(cluster.Loop.Now, "client", "asks " + command.Kind, command.Run.Value, 0, $"{command.Reason} of {life}");
        Ask(
            life,
            patience => command.Kind switch
            {
                SimulatedCommandKind.Pause => life.Orchestrator.PauseAsync(command.Run, command.Reason, patience),
                SimulatedCommandKind.Resume => life.Orchestrator.ResumeAsync(command.Run, command.Reason, patience),
                SimulatedCommandKind.Cancel => life.Orchestrator.CancelAsync(command.Run, command.Reason, patience),
                SimulatedCommandKind.Quarantine => life.Orchestrator.QuarantineAsync(command.Run, command.Reason, patience),
                SimulatedCommandKind.Signal => life.Orchestrator.SignalAsync(command.Run, command.Reason, JsonData.Null, patience),
                _ => life.Orchestrator.RestartFromAsync(command.Run, RestartPointOf(command.Run), command.Reason, patience),
            },
            outcome =>
            {
                (command.Outcome, command.AnsweredAt) = (outcome, cluster.Loop.Now);
                cluster.Trace.Add(cluster.Loop.Now, "client", "is answered", command.Run.Value, 0, $"{command.Reason}: {outcome}");
            });
    }

    private RestartPoint RestartPointOf(RunId run) => RestartPoint.AtPhase(cluster.Watch.Runs[run].Journal.Plan!.Phases[0].Id);

    private void Ask(SimulatedLife life, Func<CancellationToken, Task> ask, Action<SimulatedOutcome> then)
    {
        var patience = new CancellationTokenSource();
        var isOver = false;
        var limit = cluster.Loop.After(Patience, life, patience.Cancel);
        life.WhenEnded(() => Over(SimulatedOutcome.Unknown));
        _ = AskAsync();

        async Task AskAsync()
        {
            try
            {
                await ask(patience.Token).ConfigureAwait(false);
                Over(SimulatedOutcome.Done);
            }
            catch (RunRefusedException)
            {
                Over(SimulatedOutcome.Refused);
            }
            catch (Exception e)
            {
                if (!IsForeseen(e) && life.IsAlive)
                {
                    cluster.Watch.Fail("the engine fails only as it says", $"A call of {life} failed with {e.GetType().Name}: {e.Message}");
                }

                Over(SimulatedOutcome.Unknown);
            }
        }

        void Over(SimulatedOutcome outcome)
        {
            if (!isOver)
            {
                isOver = true;
                limit.Cancel();
                cluster.Loop.Soon(null, () => then(outcome));
            }
        }
    }

    private static bool IsForeseen(Exception exception)
        => exception is StateStoreException { IsTransient: true } or OperationCanceledException or ObjectDisposedException or LeaseLostException or ConcurrentAppendException or NodeExpiredException;
}
