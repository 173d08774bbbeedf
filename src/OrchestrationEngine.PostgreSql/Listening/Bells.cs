using Microsoft.Extensions.Logging;
using Npgsql;
using OrchestrationEngine.PostgreSql.Connecting;
using OrchestrationEngine.State;

namespace OrchestrationEngine.PostgreSql.Listening;

/// <summary>
/// Rings for what this store has done at once, and for what others have done when the server tells. One connection listens, from the first subscription
/// on, and is made again when it is lost. Safe for all threads.
/// </summary>
internal sealed class Bells(Database database, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    // A connection that is dead without a word is noticed by asking.
    private static readonly TimeSpan AskAfter = TimeSpan.FromSeconds(15);
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private Action[] _listeners = [];
    private Task? _listening;

    /// <summary>Tells this store's notifications from those of others.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Tells others, when the transaction is committed.</summary>
    public NpgsqlBatchCommand Notify() => Statement.Of("SELECT pg_notify($1, $2)", Statement.Text(database.Names.Channel), Statement.Text(Id));

    /// <summary>Rings in this process.</summary>
    public void Ring()
    {
        foreach (var listener in Volatile.Read(ref _listeners))
        {
            try
            {
                listener();
            }
#pragma warning disable CA1031 // A listener must not throw; one that does must not stop the commits of others.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Log.ListenerFailed(logger, e, database.Description);
            }
        }
    }

    public IDisposable Subscribe(Action ring)
    {
        lock (_gate)
        {
            _listeners = [.. _listeners, ring];
            if (database.KeepsSession)
            {
                _listening ??= Task.Run(ListenAsync);
            }
        }

        return new Subscription(this, ring);
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        if (_listening is { } listening)
        {
            await listening.ConfigureAwait(false);
        }

        _closing.Dispose();
    }

    private async Task ListenAsync()
    {
        var delay = FirstDelay;
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await database.OpenAsync(_closing.Token).ConfigureAwait(false);
                var connection = await database.ConnectAsync(_closing.Token).ConfigureAwait(false);
                await using var connectionScope = connection.ConfigureAwait(false);
                await ListenAsync(connection, () => delay = FirstDelay).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever ends the listening, it is logged and begun again: nodes look by themselves meanwhile.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Log.NewsLost(logger, e, database.Description, delay);
                await WaitAsync(delay).ConfigureAwait(false);
                delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            }
        }
    }

    private async Task ListenAsync(NpgsqlConnection connection, Action begun)
    {
        connection.Notification += (_, news) =>
        {
            if (news.Payload != Id)
            {
                Ring();
            }
        };
        await DoAsync(connection, $"LISTEN {Names.Quote(database.Names.Channel)}").ConfigureAwait(false);
        begun();
        Log.NewsBack(logger, database.Description);

        // What happened while nobody listened was not told.
        Ring();
        while (true)
        {
            if (!await connection.WaitAsync(AskAfter, _closing.Token).ConfigureAwait(false))
            {
                await DoAsync(connection, "SELECT 1").ConfigureAwait(false);
            }
        }
    }

    private async Task DoAsync(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = database.Timeout };
        await command.ExecuteNonQueryAsync(_closing.Token).ConfigureAwait(false);
    }

    private async Task WaitAsync(TimeSpan delay)
    {
        // Not all at the same moment after a restart of the server.
        var jittered = delay * (0.5 + Random.Shared.NextDouble());
        await Task.Delay(jittered, time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Forget(Action ring)
    {
        lock (_gate)
        {
            var left = _listeners.ToList();
            left.Remove(ring);
            _listeners = [.. left];
        }
    }

    private sealed class Subscription(Bells bells, Action ring) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                bells.Forget(ring);
            }
        }
    }
}
