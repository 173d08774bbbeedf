using System.Runtime.Versioning;
using OrchestrationEngine.Faults;
using OrchestrationEngine.Faults.Disturbing;
using OrchestrationEngine.Faults.Measuring;
using OrchestrationEngine.Faults.Nodes;
using OrchestrationEngine.Faults.Stores;

[assembly: SupportedOSPlatform("linux")]

if (args is [NodeSettings.Command, .. var settings])
{
    return await NodeProgram.RunAsync(NodeSettings.Parse(settings));
}

if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("This program sends signals to processes as Linux has them. Run it on Linux.");
    return 3;
}

CommandLine command;
try
{
    command = CommandLine.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n{CommandLine.Usage}");
    return 2;
}

var folder = command.Folder is { } given ? Directory.CreateDirectory(given) : Directory.CreateTempSubdirectory("orchestration-faults-");
bool isWell;
using (var log = new TrialLog(folder.FullName))
{
    try
    {
        await using var store = await StoreChoice.StartAsync(command.Trial, log);
        isWell = await RunAsync(command, store, log);
    }
    catch (NotSupportedException e)
    {
        Console.Error.WriteLine(e.Message);
        return 3;
    }
}

if (isWell && command.Folder is null)
{
    folder.Delete(recursive: true);
}

return isWell ? 0 : 1;

static async Task<bool> RunAsync(CommandLine command, ITestedStore store, TrialLog log)
{
    if (command.Takeovers > 0)
    {
        await new TakeoverTimes(command.Trial, store, log).RunAsync(command.Takeovers);
        return log.Violations.Count == 0;
    }

    if (command.Throughput)
    {
        await new Throughput(command.Trial, store, log).RunAsync();
        return log.Violations.Count == 0;
    }

    var isWell = await new Trial(command.Trial, store, log).RunAsync();
    log.Say(isWell ? "All is well." : $"{log.Violations.Count} things are wrong. The store and the logs are in {log.Folder}. Again: {command.Trial.CommandLine}");
    return isWell;
}
