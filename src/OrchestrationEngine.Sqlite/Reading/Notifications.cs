using OrchestrationEngine.Sqlite.Native;
using OrchestrationEngine.Sqlite.Writing;

namespace OrchestrationEngine.Sqlite.Reading;

/// <summary>Who is told that there is something to look for, and the look at what other processes commit. Safe for all threads.</summary>
internal sealed class Notifications : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private readonly string _file;
    private readonly Bell _own;
    private readonly TimeProvider _time;
    private Action[] _listeners = [];
    private Watch? _watch;
    private bool _disposed;

    public Notifications(string file, Bell own, TimeProvider time)
    {
        _file = file;
        _own = own;
        _time = time;
    }

    public IDisposable Subscribe(Action ring)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteStateStore));
            _watch ??= new Watch(this);
            _listeners = [.. _listeners, ring];
        }

        return new Listener(this, ring);
    }

    public void Ring()
    {
        foreach (var listener in Volatile.Read(ref _listeners))
        {
            listener();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _listeners = [];
            _watch?.Dispose();
            _watch = null;
        }
    }

    private void Forget(Action ring)
    {
        lock (_gate)
        {
            var left = _listeners.ToList();
            left.Remove(ring);
            _listeners = [.. left];
            if (left.Count == 0)
            {
                _watch?.Dispose();
                _watch = null;
            }
        }
    }

    private sealed class Listener(Notifications notifications, Action ring) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                notifications.Forget(ring);
            }
        }
    }

    /// <summary>A connection that looks from time to time whether another process has rung.</summary>
    private sealed class Watch : IDisposable
    {
        private readonly Notifications _notifications;
        private readonly Lock _looking = new();
        private readonly Database _database;
        private readonly Statement _changes;
        private readonly Statement _rings;
        private readonly ITimer _timer;
        private long _lastChange;
        private long _lastOwn;
        private long _lastForeign;
        private bool _disposed;

        public Watch(Notifications notifications)
        {
            _notifications = notifications;
            try
            {
                // It never waits: what it can't see now it sees the next time.
                _database = Database.Open(notifications._file, create: false, TimeSpan.Zero);
            }
            catch (SqliteFaultException fault)
            {
                throw SqliteFaults.Translate(fault, notifications._file);
            }

            _changes = _database.Prepare("PRAGMA data_version");
            _rings = _database.Prepare("SELECT rings FROM bell");
            _ = HasForeignRing();
            _timer = notifications._time.CreateTimer(static watch => ((Watch)watch!).Look(), this, Period, Period);
        }

        public void Dispose()
        {
            _timer.Dispose();
            lock (_looking)
            {
                _disposed = true;
                _database.Dispose();
            }
        }

        private void Look()
        {
            if (!_looking.TryEnter())
            {
                return;
            }

            bool rings;
            try
            {
                rings = !_disposed && HasForeignRing();
            }
            catch (SqliteFaultException)
            {
                // There may be something; whoever looks at the store itself is told what is wrong with it.
                rings = true;
            }
            finally
            {
                _looking.Exit();
            }

            if (rings)
            {
                _notifications.Ring();
            }
        }

        private bool HasForeignRing()
        {
            var (change, own) = (Read(_changes), _notifications._own.OwnRings);
            if (change == _lastChange && own == _lastOwn)
            {
                return false;
            }

            // The file first, then the own count, which runs ahead of it: so an own ring is never taken for another's, and another's that hides
            // behind an own one shows at the next look.
            var foreign = Read(_rings) - _notifications._own.OwnRings;
            var rings = foreign > _lastForeign && _lastChange != 0;
            (_lastChange, _lastOwn, _lastForeign) = (change, own, foreign);
            return rings;
        }

        private static long Read(Statement statement)
        {
            try
            {
                return statement.Step() ? statement.Number(0) : 0;
            }
            finally
            {
                statement.Reset();
            }
        }
    }
}
