using System.Net;
using System.Net.Sockets;

namespace OrchestrationEngine.Faults.Stores;

/// <summary>Stands between a node and its server, so that what passes between them can be cut or held up.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly HashSet<TcpClient> _ends = [];
    private readonly int _serverPort;
    private readonly Task _accepting;
    private TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _stalls;

    public TcpProxy(int serverPort)
    {
        _serverPort = serverPort;
        _open.SetResult();
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Cuts all connections; new ones are let through.</summary>
    public void Drop()
    {
        lock (_gate)
        {
            foreach (var end in _ends)
            {
                // At once, as a machine that is switched off and on again: whatever was on its way is gone. One that has just ended has no socket.
                end.Client?.Close(0);
            }

            _ends.Clear();
        }
    }

    /// <summary>Holds back everything that is sent, in both directions, and then lets all of it through.</summary>
    public async Task StallAsync(TimeSpan duration)
    {
        lock (_gate)
        {
            if (_stalls++ == 0)
            {
                _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        await Task.Delay(duration, TimeProvider.System);
        lock (_gate)
        {
            if (--_stalls == 0)
            {
                _open.SetResult();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        Drop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
            {
                conversations.RemoveAll(task => task.IsCompleted);
                conversations.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception e) when (_end.IsCancellationRequested && e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(conversations);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            near.NoDelay = far.NoDelay = true;
            await far.ConnectAsync(IPAddress.Loopback, _serverPort, _end.Token);
            lock (_gate)
            {
                _ends.Add(near);
                _ends.Add(far);
            }

            Task[] pumps = [PumpAsync(near, far), PumpAsync(far, near)];
            await Task.WhenAny(pumps);
            near.Close();
            far.Close();
            await Task.WhenAll(pumps);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // One of the ends is gone or was cut, which is what this is for; the other end learns of it.
        }
        finally
        {
            lock (_gate)
            {
                _ends.Remove(near);
                _ends.Remove(far);
            }
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.GetStream().ReadAsync(buffer, _end.Token)) > 0)
        {
            Task open;
            lock (_gate)
            {
                open = _open.Task;
            }

            await open.WaitAsync(_end.Token);
            await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _end.Token);
        }
    }
}
