using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Threading.Channels;

namespace OrchestrationEngine.Scenarios.RepositoryReview;

/// <summary>The sample as a process, as a user starts it. Disposing of it kills it.</summary>
internal sealed class ReviewProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _errors = new();
    private readonly StringBuilder _output = new();

    private ReviewProcess(Process process) => _process = process;

    public int ExitCode => _process.ExitCode;

    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static ReviewProcess Start(string directory, params string[] arguments)
    {
        var sample = typeof(ReviewProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryReview").Value!;
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [sample, .. arguments])
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var review = new ReviewProcess(new Process { StartInfo = start });
        review._process.OutputDataReceived += (_, data) => review.TakeLine(data.Data);
        review._process.ErrorDataReceived += (_, data) => review.TakeError(data.Data);
        review._process.Start();
        review._process.BeginOutputReadLine();
        review._process.BeginErrorReadLine();
        return review;
    }

    /// <summary>Runs the sample to its end.</summary>
    public static async Task<ReviewProcess> RunAsync(string directory, params string[] arguments)
    {
        var review = Start(directory, arguments);
        await review.WaitForEndAsync();
        return review;
    }

    /// <summary>Waits until the process has written so many lines, or has ended.</summary>
    public async Task WaitForLinesAsync(int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        var seen = 0;
        while (seen < count && await _lines.Reader.WaitToReadAsync(patience.Token))
        {
            while (seen < count && _lines.Reader.TryRead(out _))
            {
                seen++;
            }
        }
    }

    public async Task WaitForEndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
    }

    /// <summary>Kills the process as <c>kill -9</c> does: it can't do anything about it.</summary>
    /// <returns>Whether it was killed; false when it had ended by itself.</returns>
    public async Task<bool> KillAsync()
    {
        _process.Kill();
        await WaitForEndAsync();
        return OperatingSystem.IsWindows() ? ExitCode == -1 : ExitCode == 128 + 9;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void TakeLine(string? line)
    {
        if (line is null)
        {
            _lines.Writer.TryComplete();
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        _lines.Writer.TryWrite(line);
    }

    private void TakeError(string? line)
    {
        lock (_errors)
        {
            _errors.AppendLine(line);
        }
    }
}
