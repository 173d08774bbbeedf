#!/usr/bin/env dotnet
#:property PublishAot=false

// Runs every test project of the repository: dotnet run tests/all.cs [-- ARGUMENTS OF dotnet test]
// The last line is "N passed, N failed, N skipped". The exit code is 0 only when something ran and nothing went wrong.

using System.Diagnostics;
using System.Xml.Linq;

var root = Path.GetFullPath(Path.Combine((string)AppContext.GetData("EntryPointFileDirectoryPath")!, ".."));
var results = Directory.CreateTempSubdirectory("test-results-");
try
{
    var configuration = args.Any(argument => argument is "-c" or "--configuration") ? [] : new[] { "--configuration", "Release" };
    var start = new ProcessStartInfo("dotnet") { WorkingDirectory = root };
    string[] command =
    [
        "test", "OrchestrationEngine.sln", .. configuration,
        "--logger", "trx", "--results-directory", results.FullName,
        // A test that hangs is a failure to report, not a reason to wait for ever.
        "--blame-hang-timeout", "10m", "--blame-hang-dump-type", "none",
        // One project after the other: tests that measure must not compete with tests that load the machine.
        "-maxcpucount:1",
        .. args,
    ];
    Array.ForEach(command, start.ArgumentList.Add);
    using var tests = Process.Start(start)!;
    tests.WaitForExit();

    XNamespace trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
    var outcomes = results.EnumerateFiles("*.trx", SearchOption.AllDirectories)
        .SelectMany(file => XDocument.Load(file.FullName).Descendants(trx + "UnitTestResult"))
        .Select(result => (string?)result.Attribute("outcome"))
        .ToList();
    var passed = outcomes.Count(outcome => outcome == "Passed");
    var skipped = outcomes.Count(outcome => outcome == "NotExecuted");
    var failed = outcomes.Count - passed - skipped;
    var isBad = tests.ExitCode != 0 || failed > 0 || passed == 0;

    Console.WriteLine();
    if (isBad && failed == 0)
    {
        Console.WriteLine(passed == 0 ? "No test passed: nothing was built, or nothing matched." : $"dotnet test ended with exit code {tests.ExitCode}; see above.");
    }

    Console.WriteLine($"{passed} passed, {failed} failed, {skipped} skipped");
    return isBad ? 1 : 0;
}
finally
{
    results.Delete(recursive: true);
}
