using OrchestrationEngine.Faults.Nodes;

namespace OrchestrationEngine.Faults.Disturbing;

/// <summary>The place of one node, in which one process comes after the other.</summary>
internal sealed class NodeSlot(int number, Func<string, NodeSettings> settings, TrialLog log) : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<NodeProcess> _all = [];
    private volatile NodeProcess? _current;

    public int Number => number;

    /// <summary>The process that is there now; null between two lives.</summary>
    public NodeProcess? Current => _current;

    /// <summary>Lets a fault of a node happen; ends when it is over.</summary>
    public async Task DisturbAsync(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.Kill:
                await KillAsync();
                await Task.Delay(fault.For, TimeProvider.System);
                await StartAsync();
                break;
            case FaultKind.Stop:
                await EndAsync(StopAsync);
                await Task.Delay(fault.For, TimeProvider.System);
                await StartAsync();
                break;
            case FaultKind.Pause when _current is { HasExited: false } process:
                process.Pause();
                await Task.Delay(fault.For, TimeProvider.System);
                process.Continue();
                break;
            case FaultKind.Pause:
                log.Note($"node {number} is not there to be paused");
                break;
            default:
                throw new NotSupportedException($"A node can't have the fault '{fault.Kind}'.");
        }
    }

    /// <summary>Starts a process unless there is one.</summary>
    public async Task StartAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (_current is not null && !DiedByItself(_current))
            {
                return;
            }

            var process = NodeProcess.Start(settings(FormattableString.Invariant($"node-{number}-{_all.Count + 1}")));
            _all.Add(process);
            _current = process;
            log.Note($"{process.Name} started");
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Kills the process.</summary>
    public Task KillAsync() => EndAsync(static process => process.KillAsync());

    /// <summary>Stops the process in good order, for the end of the trial.</summary>
    public Task CloseAsync() => EndAsync(StopAsync);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _all)
        {
            await process.DisposeAsync();
        }

        _turn.Dispose();
    }

    private async Task EndAsync(Func<NodeProcess, Task> end)
    {
        await _turn.WaitAsync();
        try
        {
            if (_current is { } process)
            {
                DiedByItself(process);
                await end(process);
                log.Note($"{process.Name} is gone");
                _current = null;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task StopAsync(NodeProcess process)
    {
        var code = await process.StopAsync(StopPatience);
        if (code is null)
        {
            log.Note($"{process.Name} did not stop within {StopPatience.TotalSeconds} s and was killed");
        }
        else if (code != 0)
        {
            log.Violation($"{process.Name} was stopped in good order and ended with exit code {code}");
        }
    }

    private bool DiedByItself(NodeProcess process)
    {
        if (process.HasExited)
        {
            log.Violation($"{process.Name} ended by itself, with exit code {process.ExitCode}");
            return true;
        }

        return false;
    }
}
