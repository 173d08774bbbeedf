namespace OrchestrationEngine.Scenarios.Faults;

/// <summary>The short form of the trials; the long one is <c>dotnet run --project tests/OrchestrationEngine.Faults -c Release</c>.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task Three_processes_on_one_PostgreSQL_that_are_killed_paused_and_cut_off_end_every_run_as_planned()
        => await ExpectAllIsWellAsync(defaultSeed: 1, "--store", "postgres", "--nodes", "3", "--runs", "40", "--seconds", "25");

    [Fact]
    public async Task Two_processes_on_one_SQLite_file_that_are_killed_and_paused_end_every_run_as_planned()
        => await ExpectAllIsWellAsync(defaultSeed: 1, "--store", "sqlite", "--nodes", "2", "--runs", "40", "--seconds", "20");

    private static async Task ExpectAllIsWellAsync(int defaultSeed, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The signals are those of Linux.");
        var (exitCode, output) = await FaultsProgram.RunAsync(defaultSeed, arguments);
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.SkipWhen(exitCode == FaultsProgram.NoSuchStore, output);
        Assert.True(exitCode == 0, output);
    }
}
