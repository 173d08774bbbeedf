using System.Runtime.Versioning;
using OrchestrationEngine.Faults;
using OrchestrationEngine.Faults.Disturbing;
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
    await using var store = new SqliteFile(folder.FullName);
    isWell = await new Trial(command.Trial, store, log).RunAsync();
    log.Say(isWell ? "All is well." : $"{log.Violations.Count} things are wrong. The store and the logs are in {folder.FullName}. Again: {command.Trial.CommandLine}");
}

if (isWell && command.Folder is null)
{
    folder.Delete(recursive: true);
}

return isWell ? 0 : 1;
