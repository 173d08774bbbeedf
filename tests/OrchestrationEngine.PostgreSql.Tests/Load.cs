using System.Collections.Concurrent;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Tests;

/// <summary>
/// Writers that append one fact after the other to a run each and go on as the engine does when the store fails: they look at what is there. It knows
/// what was acknowledged, and checks in the end that each of these facts is in its place, once.
/// </summary>
internal sealed class Load(IStateStore store, int runs) : IDisposable
{
    private readonly SemaphoreSlim _news = new(0);
    private readonly ConcurrentDictionary<RunId, long> _acknowledged = new();
    private readonly ConcurrentBag<StateStoreException> _failures = [];
    private int _goOn = 1;

    /// <summary>What the store said could not be done.</summary>
    public IReadOnlyCollection<StateStoreException> Failures => _failures;

    /// <summary>Writes until it is stopped.</summary>
    public Task RunAsync() => Task.WhenAll(Enumerable.Range(0, runs).Select(i => Task.Run(() => WriteAsync(new RunId($"run {i}")))));

    public void Stop() => Volatile.Write(ref _goOn, 0);

    /// <summary>Waits until so many more facts were acknowledged.</summary>
    public async Task UntilAsync(long more)
    {
        while (_news.Wait(TimeSpan.Zero))
        {
        }

        for (var i = 0L; i < more; i++)
        {
            await _news.WaitAsync(Cluster.Ct);
        }
    }

    public void Dispose() => _news.Dispose();

    /// <summary>Reads everything back.</summary>
    public async Task RequireWholeAsync(IStateStore reading)
    {
        foreach (var (run, acknowledged) in _acknowledged)
        {
            var facts = await reading.ReadAsync(run);
            Assert.True(facts.Count >= acknowledged, $"{run}: {acknowledged} facts were acknowledged, {facts.Count} are there.");
            Assert.Equal(facts.Skip(1), Enumerable.Range(2, facts.Count - 1).Select(number => new RunPaused { Reason = $"{run} fact {number}" }));
            Assert.Equal(facts.Count, (await reading.FindAsync(run, Cluster.Ct))?.Version);
        }
    }

    private async Task WriteAsync(RunId run)
    {
        var version = 0L;
        while (Volatile.Read(ref _goOn) == 1 && !Cluster.Ct.IsCancellationRequested)
        {
            try
            {
                if (version == 0)
                {
                    await CreateAsync(run);
                }
                else
                {
                    await store.AppendAsync(Journal.Note(run, version, $"{run} fact {version + 1}"), Cluster.Ct);
                }

                version++;
                _acknowledged[run] = version;
                _news.Release();
            }
            catch (StateStoreException e) when (e.IsTransient)
            {
                _failures.Add(e);
                version = await FindAsync(run) ?? version;
            }
        }
    }

    private async Task CreateAsync(RunId run)
    {
        try
        {
            await store.CreateAsync(run.Value);
        }
        catch (RunExistsException)
        {
            // The creation before it was written after all.
        }
    }

    private async Task<long?> FindAsync(RunId run)
    {
        try
        {
            return (await store.FindAsync(run, Cluster.Ct))?.Version ?? 0;
        }
        catch (StateStoreException e) when (e.IsTransient)
        {
            _failures.Add(e);
            return null;
        }
    }
}
