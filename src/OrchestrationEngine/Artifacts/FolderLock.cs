using System.Diagnostics;

namespace OrchestrationEngine.Artifacts;

/// <summary>Lets one at a time change a folder, over all processes that have it open. The operating system gives the lock back when its holder dies.</summary>
#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for has nothing to dispose of.
internal sealed class FolderLock(string file)
#pragma warning restore CA1001
{
    // What is done under the lock takes well below a millisecond.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Waits for the lock.</summary>
    /// <returns>Gives it back.</returns>
    /// <exception cref="IOException">It was not free in half a minute.</exception>
    public async ValueTask<Held> TakeAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return new Held(_turn, await OpenAsync(cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            _turn.Release();
            throw;
        }
    }

    private async ValueTask<FileStream> OpenAsync(CancellationToken cancellationToken)
    {
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return new FileStream(file, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 });
            }
            catch (IOException e) when (e.GetType() == typeof(IOException) && Stopwatch.GetElapsedTime(started) < Longest)
            {
                // Another process has it: no time of the engine, so not the engine's clock.
                await Task.Delay(Pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The lock, as long as it is held.</summary>
    public readonly struct Held(SemaphoreSlim turn, FileStream file) : IDisposable
    {
        public void Dispose()
        {
            file.Dispose();
            turn.Release();
        }
    }
}
