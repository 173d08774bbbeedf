using System.ComponentModel;
using Microsoft.Extensions.Logging;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Agents;

/// <summary>One attempt of a process agent, from the look-up of the program to the outcome. Used once.</summary>
internal sealed class ProcessAttempt(ProcessAgentSettings settings, AgentRequest request, IAgentContext context)
{
    // What a process wrote before it exited is in the pipe by then; only something that it left running can make the end come later.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(2);

    private readonly string _subject = $"Agent '{request.Agent}' (program '{settings.FileName}')";
    private readonly HeadCapture _stdout = new(settings.MaxOutputBytes);
    private readonly TailCapture _stderr = new(settings.MaxErrorBytes);

    private enum StopReason
    {
        None,
        Canceled,
        Timeout,
        TooMuchOutput,
    }

    public async Task<AgentResult> RunAsync(CancellationToken cancellationToken)
    {
        if (settings.WorkingDirectory is { } directory && !Directory.Exists(directory))
        {
            return CannotStart($"Its WorkingDirectory {directory} does not exist; create it or change the option.");
        }

        var environment = ProcessRequest.Environment(settings);
        if (ProgramLocator.Find(settings.FileName, environment.GetValueOrDefault("PATH"), out var problem) is not { } program)
        {
            return CannotStart(problem);
        }

        ResultFile? resultFile = null;
        try
        {
            if (settings.Result == ProcessResult.ResultFile)
            {
                resultFile = new ResultFile(context.Logger, request);
                environment[ProcessAgentOptions.ResultFileVariable] = resultFile.FullPath;
            }

            using var process = AgentProcess.Start(
                ProcessRequest.StartInfo(settings, program, environment), ProcessRequest.Stdin(request), StdoutSinks(), StderrSinks());
            AgentLog.ProcessStarted(context.Logger, request.Run, request.Task, request.Attempt, program, process.Id);
            return await WatchAsync(process, cancellationToken).ConfigureAwait(false)
                ?? await ReadResultAsync(resultFile).ConfigureAwait(false);
        }
        catch (Win32Exception refusal)
        {
            // EAGAIN (Linux, macOS), ENOMEM, ENFILE, EMFILE, ETXTBSY: the system is short of something now.
            var isPassing = !OperatingSystem.IsWindows() && refusal.NativeErrorCode is 11 or 35 or 12 or 23 or 24 or 26;
            return CannotStart(refusal.Message, isPassing);
        }
        catch (Exception refusal) when (settings.Result == ProcessResult.ResultFile && resultFile is null && refusal is IOException or UnauthorizedAccessException)
        {
            return CannotStart($"There is no temporary directory for its result. {refusal.Message}", isPassing: true);
        }
        finally
        {
            resultFile?.Dispose();
        }
    }

    /// <summary>Waits for the end of the process, or ends it.</summary>
    /// <returns>The failure, or null when the process has succeeded and its result may be read.</returns>
    private async Task<AgentResult?> WatchAsync(AgentProcess process, CancellationToken cancellationToken)
    {
        var reason = await WaitAsync(process, cancellationToken).ConfigureAwait(false);
        if (reason != StopReason.None)
        {
            AgentLog.ProcessEnded(context.Logger, request.Run, request.Task, request.Attempt, process.Id, reason.ToString());
            await process.EndAsync(
                problem => AgentLog.CannotEnd(context.Logger, problem, request.Run, request.Task, request.Attempt, process.Id)).ConfigureAwait(false);
        }

        if (reason == StopReason.Canceled)
        {
            throw new OperationCanceledException(cancellationToken);
        }

        AgentLog.ProcessExited(context.Logger, request.Run, request.Task, request.Attempt, process.Id, process.ExitCode);
        if (!await process.DrainAsync(DrainTime, context.TimeProvider).ConfigureAwait(false))
        {
            AgentLog.OutputHeldOpen(context.Logger, request.Run, request.Task, request.Attempt, process.Id);
        }

        if (reason == StopReason.Timeout)
        {
            return AgentResult.Failed(FailureClass.Timeout, $"{_subject} did not end within its Timeout of {settings.Timeout} and was stopped. {Evidence()}");
        }

        // Asked again: the last of it may have come after the exit.
        if (_stdout.Overflowed.IsCompleted)
        {
            return AgentResult.Failed(
                FailureClass.InvalidOutput,
                $"{_subject} wrote more to stdout than its MaxOutputBytes allows: {_stdout.Received:N0} bytes until it was stopped, {settings.MaxOutputBytes:N0} are allowed. "
                + "Raise the limit, or let the program write less.",
                retryable: false);
        }

        return settings.SuccessExitCodes.Contains(process.ExitCode)
            ? null
            : AgentResult.Failed(
                FailureClass.Crashed,
                $"{_subject} exited with code {process.ExitCode}{Signal(process.ExitCode)}. {Evidence()}",
                settings.RetryableExitCodes?.Contains(process.ExitCode) ?? true);
    }

    private async Task<StopReason> WaitAsync(AgentProcess process, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(settings.Timeout ?? Timeout.InfiniteTimeSpan, context.TimeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            var first = await Task.WhenAny(process.Exited, _stdout.Overflowed).WaitAsync(stop.Token).ConfigureAwait(false);
            return first == process.Exited ? StopReason.None : StopReason.TooMuchOutput;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return cancellationToken.IsCancellationRequested ? StopReason.Canceled : StopReason.Timeout;
        }
    }

    private async Task<AgentResult> ReadResultAsync(ResultFile? file) => settings.Result switch
    {
        ProcessResult.StdoutJson => ProcessOutput.FromJson(
            _stdout.Kept.ToArray(), $"Stdout of {_subject}", "A program that hands over nothing is configured with ProcessResult.None."),
        ProcessResult.StdoutText => ProcessOutput.FromText(_stdout.Kept.Span),
        ProcessResult.ResultFile => await file!.ReadAsync(_subject, settings.MaxOutputBytes).ConfigureAwait(false),
        _ => AgentResult.Succeeded(),
    };

    private List<IPipeSink> StdoutSinks()
    {
        var isResult = settings.Result is ProcessResult.StdoutJson or ProcessResult.StdoutText;
        var level = isResult ? LogLevel.Debug : LogLevel.Information;
        List<IPipeSink> sinks = isResult ? [_stdout] : [];
        if (context.Logger.IsEnabled(level))
        {
            sinks.Add(new LineSplitter(line =>
            {
                if (!_stdout.Overflowed.IsCompleted)
                {
                    AgentLog.StdoutLine(context.Logger, level, request.Run, request.Task, request.Attempt, line);
                }
            }));
        }

        return sinks;
    }

    private List<IPipeSink> StderrSinks()
        => context.Logger.IsEnabled(LogLevel.Information)
            ? [_stderr, new LineSplitter(line => AgentLog.StderrLine(context.Logger, LogLevel.Information, request.Run, request.Task, request.Attempt, line))]
            : [_stderr];

    private AgentResult CannotStart(string problem, bool isPassing = false)
        => AgentResult.Failed(isPassing ? FailureClass.Unavailable : FailureClass.Permanent, $"{_subject} can't be started. {problem}", isPassing);

    private string Evidence()
    {
        const int StdoutBytes = 1000;
        var error = PrintableText.FromEnd(_stderr.Kept, _stderr.IsCut);
        if (error.Length > 0)
        {
            return $"The end of its stderr: {error}";
        }

        var output = _stdout.Kept.Span;
        var isCut = output.Length > StdoutBytes;
        var text = PrintableText.FromEnd(isCut ? output[^StdoutBytes..] : output, isCut);
        return text.Length > 0 ? $"It wrote nothing to stderr; the end of its stdout: {text}" : "It wrote nothing to stderr.";
    }

    // A shell gives the same codes for a child of its own that a signal ended, which is as good to know.
    private static string Signal(int exitCode) => OperatingSystem.IsWindows() || exitCode is < 129 or > 159
        ? ""
        : $", which is what signal {exitCode - 128} gives{(exitCode == 137 ? " (SIGKILL; the system sends it when memory runs out)" : "")}";
}
