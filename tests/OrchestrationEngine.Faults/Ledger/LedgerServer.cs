using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrchestrationEngine.Faults.Ledger;

/// <summary>
/// The world outside of the engine: a service in which tasks leave their effects. It keeps every append, also the second one of a key, and it
/// is a fence: a probe makes the attempts before it void in the same step in which it says whether there is an effect.
/// </summary>
/// <remarks>Lines of words that end with a full stop, so that the half line of a killed process is told from a whole one.</remarks>
internal sealed class LedgerServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LedgerEntry> _entries = new(StringComparer.Ordinal);
    private readonly Task _accepting;

    public LedgerServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public IReadOnlyDictionary<string, LedgerEntry> Entries
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<string, LedgerEntry>(_entries, StringComparer.Ordinal);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
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
                conversations.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception e) when (_end.IsCancellationRequested && e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(conversations);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            connection.NoDelay = true;
            using var reader = new StreamReader(connection.GetStream(), Encoding.ASCII);
            while (await reader.ReadLineAsync(_end.Token) is { } line)
            {
                if (line.EndsWith(" .", StringComparison.Ordinal))
                {
                    await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Answer(line.Split(' ')) + "\n"), _end.Token);
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The process at the other end was killed, or the trial is over.
        }
    }

    private string Answer(string[] words)
    {
        lock (_gate)
        {
            var key = words[1];
            var entry = _entries.GetValueOrDefault(key, LedgerEntry.Empty);
            var (next, answer) = words[0] switch
            {
                "visit" => (entry with { Visits = [.. entry.Visits, Attempt()] }, (entry.Visits.Count + 1).ToString(CultureInfo.InvariantCulture)),
                "append" when Attempt() < entry.VoidBelow => (entry with { Refused = entry.Refused + 1 }, "void"),
                "append" => (entry with { Appends = [.. entry.Appends, Attempt()] }, "kept"),
                "probe" => (entry with { VoidBelow = Math.Max(entry.VoidBelow, Attempt()) }, entry.Appends.Count > 0 ? "happened" : "absent"),
                var other => throw new InvalidOperationException($"The ledger does not know '{other}'."),
            };
            _entries[key] = next;
            return answer;
        }

        int Attempt() => int.Parse(words[2], CultureInfo.InvariantCulture);
    }
}
