using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrchestrationEngine.Faults.Nodes;

/// <summary>One life of a node, from outside: a process that this program started, and may stop and kill.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<NodeAnswer>> _open = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Task _reading;
    private int _lastNumber;

    private NodeProcess(Process process, string name)
    {
        _process = process;
        Name = name;
        _reading = ReadAsync();
    }

    public string Name { get; }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Ends when the process is ready for questions, or has ended.</summary>
    public Task Ready => _ready.Task;

    public static NodeProcess Start(NodeSettings settings)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // Three of them share the machine with the store and the controller.
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.ArgumentList.Add(typeof(NodeProcess).Assembly.Location);
        start.ArgumentList.Add(NodeSettings.Command);
        foreach (var argument in settings.ToArguments())
        {
            start.ArgumentList.Add(argument);
        }

        return new NodeProcess(Process.Start(start)!, settings.Name);
    }

    /// <summary>Asks the node for something.</summary>
    /// <returns>Its answer; an unknown outcome when it is killed, or does not answer in time.</returns>
    public async Task<NodeAnswer> AskAsync(NodeVerb verb, string run, string argument, TimeSpan patience)
    {
        var question = new NodeQuestion(Interlocked.Increment(ref _lastNumber), verb, run, argument);
        var answer = new TaskCompletionSource<NodeAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[question.Number] = answer;
        try
        {
            await WriteAsync(question.ToLine());
            if (_reading.IsCompleted)
            {
                return Unknown(question.Number, "It has ended.");
            }

            return await answer.Task.WaitAsync(patience, TimeProvider.System);
        }
        catch (Exception e) when (e is IOException or TimeoutException or InvalidOperationException)
        {
            return Unknown(question.Number, $"{Name}: {e.Message}");
        }
        finally
        {
            _open.TryRemove(question.Number, out _);
        }
    }

    public void Pause() => UnixSignals.SendStop(_process.Id);

    public void Continue()
    {
        if (!_process.HasExited)
        {
            UnixSignals.SendContinue(_process.Id);
        }
    }

    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            UnixSignals.SendKill(_process.Id);
        }

        await _process.WaitForExitAsync();
    }

    /// <summary>Stops the node in good order.</summary>
    /// <returns>Its exit code; null when it had to be killed because it did not end in time.</returns>
    public async Task<int?> StopAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await _writing.WaitAsync(limit.Token);
            try
            {
                _process.StandardInput.Close();
            }
            finally
            {
                _writing.Release();
            }

            await _process.WaitForExitAsync(limit.Token);
            return _process.ExitCode;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            await KillAsync();
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _reading;
        _process.Dispose();
        _writing.Dispose();
    }

    private static NodeAnswer Unknown(int number, string message) => new(number, AnswerKind.Unknown, message);

    private async Task WriteAsync(string line)
    {
        await _writing.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == NodeProgram.Ready)
            {
                _ready.TrySetResult();
            }
            else if (NodeAnswer.TryParse(line) is { } answer && _open.TryRemove(answer.Number, out var waiting))
            {
                waiting.TrySetResult(answer);
            }
        }

        _ready.TrySetResult();
        foreach (var (number, waiting) in _open)
        {
            waiting.TrySetResult(Unknown(number, $"{Name} ended before it answered."));
        }
    }
}
