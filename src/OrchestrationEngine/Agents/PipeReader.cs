namespace OrchestrationEngine.Agents;

/// <summary>Reads a pipe of a process to its end into sinks, until it is abandoned: after that no sink is called any more.</summary>
internal sealed class PipeReader
{
    // A few processes that write without a pause would otherwise hold all threads of the pool.
    private const int ReadsInTurn = 16;

    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly IReadOnlyList<IPipeSink> _sinks;
    private bool _isAbandoned;

    public PipeReader(Stream stream, IReadOnlyList<IPipeSink> sinks, CancellationToken abandoned)
    {
        _stream = stream;
        _sinks = sinks;

        // Not here: where the process writes faster than this reads, no read ever waits, and the first caller would never come back.
        Completion = Task.Run(() => ReadAsync(abandoned), CancellationToken.None);
    }

    /// <summary>Completed when the pipe has ended or is abandoned; faulted when a sink threw.</summary>
    public Task Completion { get; }

    /// <summary>No sink is called after this has returned.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _isAbandoned = true;
        }
    }

    private async Task ReadAsync(CancellationToken abandoned)
    {
        Exception? failure = null;
        await using (_stream.ConfigureAwait(false))
        {
            var buffer = new byte[16 * 1024];
            var reads = 0;
            try
            {
                while (await _stream.ReadAsync(buffer, abandoned).ConfigureAwait(false) is var count and > 0)
                {
                    // After a sink has thrown, reading goes on: a process that nobody reads would stand still and never exit.
                    failure ??= Pass(buffer.AsMemory(0, count));
                    if (++reads % ReadsInTurn == 0)
                    {
                        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                    }
                }
            }
            catch (OperationCanceledException) when (abandoned.IsCancellationRequested)
            {
                return;
            }
        }

        failure ??= Pass(null);
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    private Exception? Pass(ReadOnlyMemory<byte>? bytes)
    {
        lock (_gate)
        {
            if (_isAbandoned)
            {
                return null;
            }

            try
            {
                foreach (var sink in _sinks)
                {
                    if (bytes is { } some)
                    {
                        sink.Accept(some.Span);
                    }
                    else
                    {
                        sink.End();
                    }
                }

                return null;
            }
#pragma warning disable CA1031 // A logger may throw anything; it is thrown again when the pipe has ended.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                return exception;
            }
        }
    }
}
