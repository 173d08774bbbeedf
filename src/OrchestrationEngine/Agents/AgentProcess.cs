using System.ComponentModel;
using System.Diagnostics;

namespace OrchestrationEngine.Agents;

/// <summary>One started process with its three pipes. Used by one attempt.</summary>
internal sealed class AgentProcess : IDisposable
{
    private readonly Process _process;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly PipeReader _stdout;
    private readonly PipeReader _stderr;
    private readonly Task _pipes;

    private AgentProcess(Process process, ReadOnlyMemory<byte> stdin, IReadOnlyList<IPipeSink> stdout, IReadOnlyList<IPipeSink> stderr)
    {
        _process = process;
        Id = process.Id;
        Exited = process.WaitForExitAsync(CancellationToken.None);
        _stdout = new PipeReader(process.StandardOutput.BaseStream, stdout, _abandoned.Token);
        _stderr = new PipeReader(process.StandardError.BaseStream, stderr, _abandoned.Token);
        _pipes = Task.WhenAll(_stdout.Completion, _stderr.Completion, WriteAsync(process.StandardInput.BaseStream, stdin, _abandoned.Token));
    }

    public int Id { get; }

    /// <summary>Completed when the process has exited; what it started may live on.</summary>
    public Task Exited { get; }

    /// <summary>The exit code, once it has exited.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts the process, and the reading and writing of its pipes.</summary>
    /// <exception cref="Win32Exception">The system can't start it.</exception>
    public static AgentProcess Start(ProcessStartInfo start, ReadOnlyMemory<byte> stdin, IReadOnlyList<IPipeSink> stdout, IReadOnlyList<IPipeSink> stderr)
    {
        var process = new Process { StartInfo = start };
        try
        {
            process.Start();
            return new AgentProcess(process, stdin, stdout, stderr);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>Ends the process and its descendants, and waits until it has exited.</summary>
    /// <param name="onProblem">Told when the system refuses; the wait goes on.</param>
    public async Task EndAsync(Action<Exception> onProblem)
    {
        // Looks through all processes of the system, which is too much for whatever thread the cancellation came on.
        await Task.Run(() => Kill(onProblem), CancellationToken.None).ConfigureAwait(false);
        await Exited.ConfigureAwait(false);
    }

    /// <summary>Waits until the pipes have ended, but no longer than given: a process that was left behind may hold them open for ever.</summary>
    /// <returns>Whether they have ended.</returns>
    public async Task<bool> DrainAsync(TimeSpan atMost, TimeProvider time)
    {
        try
        {
            await _pipes.WaitAsync(atMost, time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            if (_pipes.IsCompleted)
            {
                await _pipes.ConfigureAwait(false);
                return true;
            }

            Abandon();
            return false;
        }
    }

    public void Dispose()
    {
        Abandon();
        _process.Dispose();
    }

    private void Abandon()
    {
        _stdout.Abandon();
        _stderr.Abandon();
        _abandoned.Cancel();
    }

    private void Kill(Action<Exception> onProblem)
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has exited meanwhile.
        }
        catch (Exception exception) when (exception is Win32Exception or AggregateException)
        {
            onProblem(exception);
        }
    }

    private static async Task WriteAsync(Stream stdin, ReadOnlyMemory<byte> bytes, CancellationToken abandoned)
    {
        try
        {
            await using (stdin.ConfigureAwait(false))
            {
                await stdin.WriteAsync(bytes, abandoned).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // It does not read, or not all: that is its right, and its exit code tells whether it did its work.
        }
        catch (OperationCanceledException) when (abandoned.IsCancellationRequested)
        {
            // It has exited.
        }
    }
}
