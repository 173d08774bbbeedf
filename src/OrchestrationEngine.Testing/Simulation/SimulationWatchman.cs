using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Testing;

/// <summary>Makes his round once a second, calms things down when it is time, and judges in the end.</summary>
internal sealed class SimulationWatchman(SimulatedCluster cluster, SimulatedClients clients, SimulatedDisk disk)
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private readonly Random _random = cluster.Draw("watchman");
    private long _calmSince = long.MaxValue;

    /// <summary>Whether all is said and done.</summary>
    public bool IsDone { get; private set; }

    public void Begin() => cluster.Loop.After(Round, null, Go);

    private void Go()
    {
        var loop = cluster.Loop;
        cluster.Watch.LookForOwners(cluster.HealthySince, cluster.Options.OwnerBound);
        if (!cluster.IsCalm && loop.Now >= cluster.Options.Duration.Ticks && cluster.Faults.All(fault => fault.End.Ticks <= loop.Now || fault.At >= cluster.Options.Duration || fault.Kind == SimulatedFaultKind.ClockDrift))
        {
            cluster.CalmDown();
            _calmSince = loop.Now;
        }

        if (cluster.IsCalm)
        {
            if (clients.Started == cluster.Options.Runs && cluster.Watch.Runs.Values.All(run => run.IsEnded && run.Mail.Count == 0))
            {
                Compare();
                return;
            }

            if (loop.Now - _calmSince > cluster.Options.SettleTime.Ticks)
            {
                Complain();
                return;
            }

            foreach (var held in cluster.Watch.Runs.Values.Where(run => run.Journal.Status == RunStatus.Paused).ToList())
            {
                clients.Resume(held.Id);
            }
        }

        if (_random.Next(5) == 0 && cluster.Watch.Runs.Values.Where(run => !run.IsEnded).ToList() is { Count: > 0 } open)
        {
            clients.Explain(open[_random.Next(open.Count)]);
        }

        loop.After(cluster.IsCalm ? Round * 5 : Round, null, Go);
    }

    private void Compare()
    {
        var left = cluster.Watch.Runs.Count;
        foreach (var run in cluster.Watch.Runs.Values.ToList())
        {
            clients.Compare(run, () =>
            {
                if (--left == 0)
                {
                    Judge();
                    IsDone = true;
                }
            });
        }
    }

    private void Complain()
    {
        if (clients.Started < cluster.Options.Runs)
        {
            cluster.Watch.Fail("a run can be started", $"{cluster.Options.Runs - clients.Started} of {cluster.Options.Runs} runs could not be started though nothing has been wrong for {cluster.Options.SettleTime}.");
        }

        foreach (var run in cluster.Watch.Runs.Values)
        {
            if (run.Mail.Count > 0)
            {
                cluster.Watch.Fail("no message is lost", $"Messages {string.Join(", ", run.Mail)} to run '{run.Id}' ({run.Journal.Status}) have no answer though nothing has been wrong for {cluster.Options.SettleTime}.");
            }

            if (!run.IsEnded)
            {
                cluster.Watch.Fail("every run ends", $"Run '{run.Id}' is {run.Journal.Status} at fact {run.Journal.Version} in epoch {run.Epoch} (lease of '{run.Holder}'), and nothing has been wrong for {cluster.Options.SettleTime}. Last fact: {run.Journal.Facts[^1].Event}");
            }
        }
    }

    private void Judge()
    {
        foreach (var run in cluster.Watch.Runs.Values)
        {
            cluster.Watch.Compare(run.Id, Read(run.Id));
        }

        for (var i = 0; i < cluster.Options.Runs; i++)
        {
            JudgeEnd(i);
        }

        foreach (var command in clients.Commands)
        {
            Judge(command);
        }
    }

    private void JudgeEnd(int index)
    {
        var id = clients.IdOf(index)!.Value;
        if (!cluster.Watch.Runs.TryGetValue(id, out var run))
        {
            cluster.Watch.Fail("a store keeps what it has acknowledged", $"A client was told of run '{id}', which was never stored.");
            return;
        }

        var isSteered = clients.Commands.Exists(command => command.Run == id && command.Kind is SimulatedCommandKind.Cancel or SimulatedCommandKind.Quarantine);
        var status = run.Journal.Status;
        if (clients.Run(index).EndsAs is { } expected && status != expected && !run.IsDisturbed && !isSteered)
        {
            cluster.Watch.Fail("a run ends as its plan says", $"Run '{id}' ended as {status}; by its plan it ends as {expected}. Last fact: {run.Journal.Facts[^1].Event}");
        }
    }

    private void Judge(SimulatedCommand command)
    {
        var journal = cluster.Watch.Runs[command.Run].Journal;
        var count = command.CountIn(journal);
        var isWrong = command.Outcome switch
        {
            SimulatedOutcome.Done => count > 1 || (count == 0 && !command.WasSo(journal)),
            SimulatedOutcome.Refused => count > 0,
            _ => count > 1,
        };
        if (isWrong)
        {
            cluster.Watch.Fail("a command is carried out once or refused", $"'{command.Kind}' of run '{command.Run}' as '{command.Reason}' was answered with {command.Outcome}, and is in the journal {count} times.");
        }
    }

    private List<RecordedEvent> Read(RunId run)
    {
        var journal = new List<RecordedEvent>();
        var reading = ReadAsync();
        return reading.IsCompletedSuccessfully ? journal : throw new InvalidOperationException($"The store of the simulation could not be read: {reading.Exception?.InnerException?.Message ?? "it waits"}");

        async Task ReadAsync()
        {
            await foreach (var recorded in disk.ReadAsync(run, 0, CancellationToken.None).ConfigureAwait(false))
            {
                journal.Add(recorded);
            }
        }
    }
}
