using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrchestrationEngine.Faults.Ledger;

/// <summary>The ledger, as the agents of one node reach it: one connection, one question at a time. A question that was sent is never given up.</summary>
internal sealed class LedgerClient : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly TcpClient _connection;
    private readonly StreamReader _reader;

    private LedgerClient(TcpClient connection)
    {
        _connection = connection;
        _reader = new StreamReader(connection.GetStream(), Encoding.ASCII);
    }

    public static async Task<LedgerClient> ConnectAsync(int port)
    {
        var connection = new TcpClient { NoDelay = true };
        await connection.ConnectAsync(IPAddress.Loopback, port);
        return new LedgerClient(connection);
    }

    /// <summary>Says that an attempt begins.</summary>
    /// <returns>How often that was said for this key, this time included.</returns>
    public async Task<int> VisitAsync(string key, int attempt) => int.Parse(await AskAsync(FormattableString.Invariant($"visit {key} {attempt}")), CultureInfo.InvariantCulture);

    /// <summary>Leaves the effect of an attempt.</summary>
    /// <returns>Whether it was kept; false when a later attempt has made this one void.</returns>
    public async Task<bool> AppendAsync(string key, int attempt) => await AskAsync(FormattableString.Invariant($"append {key} {attempt}")) == "kept";

    /// <summary>Makes earlier attempts void.</summary>
    /// <returns>Whether one of them has left its effect.</returns>
    public async Task<bool> ProbeAsync(string key, int attempt) => await AskAsync(FormattableString.Invariant($"probe {key} {attempt}")) == "happened";

    public void Dispose()
    {
        _reader.Dispose();
        _connection.Dispose();
        _turn.Dispose();
    }

    private async Task<string> AskAsync(string question)
    {
        await _turn.WaitAsync();
        try
        {
            await _connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(question + " .\n"));
            return await _reader.ReadLineAsync() ?? throw new IOException("The ledger is gone; the trial is over.");
        }
        finally
        {
            _turn.Release();
        }
    }
}
