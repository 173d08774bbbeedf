namespace OrchestrationEngine.Sqlite.Reading;

/// <summary>Connections for reading, kept open because opening one costs more than most reads. Safe for all threads.</summary>
internal sealed class ReaderPool : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stack<RunReader> _free = new();
    private readonly string _file;
    private readonly TimeSpan _busyTimeout;
    private readonly int _kept;
    private bool _disposed;

    public ReaderPool(string file, TimeSpan busyTimeout, int kept)
    {
        _file = file;
        _busyTimeout = busyTimeout;
        _kept = kept;
    }

    public RunReader Rent()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteStateStore));
            if (_free.TryPop(out var reader))
            {
                return reader;
            }
        }

        return new RunReader(_file, _busyTimeout);
    }

    public void Return(RunReader reader)
    {
        lock (_gate)
        {
            if (!_disposed && _free.Count < _kept)
            {
                _free.Push(reader);
                return;
            }
        }

        reader.Dispose();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        while (_free.TryPop(out var reader))
        {
            reader.Dispose();
        }
    }
}
