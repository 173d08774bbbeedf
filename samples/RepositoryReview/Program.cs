using System.Runtime.InteropServices;
using OrchestrationEngine;
using RepositoryReview;
using RepositoryReview.Watching;

if (!CommandLine.TryParse(args, out var commandLine, out var problem))
{
    return ExitCodes.Usage(problem);
}

if (commandLine.ShowHelp)
{
    Console.Out.WriteLine(CommandLine.Help);
    return ExitCodes.Succeeded;
}

using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    return await ReviewApplication.RunAsync(commandLine, new Screen(Console.Out, isLive: !Console.IsOutputRedirected), stop.Token);
}
catch (UsageException e)
{
    return ExitCodes.Usage(e.Message);
}
catch (Exception e) when (e is OrchestrationException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return ExitCodes.Failed;
}

void Stop(PosixSignalContext signal)
{
    // The first request ends the review in good order; a second one is obeyed at once.
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}
