using System.Diagnostics;
using System.Globalization;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Tests.Retention;

namespace OrchestrationEngine.Tests.Artifacts;

/// <summary>Real processes on one folder of contents.</summary>
public sealed class ArtifactProcessesTests : IDisposable
{
    private const long MiB = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Processes_that_share_contents_do_not_take_them_from_each_other()
    {
        await Task.WhenAll(Enumerable.Range(1, 3).Select(i => RunAsync(nameof(ArtifactParts.Work_on_shared_contents), i)));
        var store = new FileArtifactStore(_folder.Path);
        Assert.Empty(await store.ListLinksAsync(null, 10, Ct));
        Assert.InRange((await store.CollectAsync(DateTimeOffset.MaxValue, 100, Ct)).Contents, 0, 4);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, "objects"), "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, "uses"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_process_that_is_killed_while_it_writes_leaves_nothing_that_is_not_collected()
    {
        using (var killed = Start(nameof(ArtifactParts.Write_until_killed), 0))
        {
            try
            {
                var waited = Stopwatch.StartNew();
                while (!IsWriting())
                {
                    Assert.True(waited.Elapsed < Patience && !killed.HasExited, "It did not come to that.");
                    await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Ct);
                }

                // It has the file open: that is nobody's to remove.
                await new FileArtifactStore(_folder.Path).CollectAsync(DateTimeOffset.MaxValue, 10, Ct);
                Assert.True(IsWriting());
            }
            finally
            {
                killed.Kill();
                await killed.WaitForExitAsync(Ct).WaitAsync(Patience, Ct);
            }
        }

        var store = new FileArtifactStore(_folder.Path);
        Assert.Empty(await store.ListLinksAsync(null, 10, Ct));
        Assert.True(IsWriting());
        Assert.Equal(default, await store.CollectAsync(DateTimeOffset.MaxValue, 10, Ct));
        Assert.False(IsWriting());
    }

    [Fact]
    public Task A_content_of_a_gigabyte_goes_through_a_heap_of_sixty_four_megabytes() => RunAsync(nameof(ArtifactParts.Write_and_read_a_large_content), 0, 1024 * MiB, heap: 64 * MiB);

    [Fact(Explicit = true)]
    public Task A_content_of_five_gigabytes_goes_through_a_heap_of_sixty_four_megabytes() => RunAsync(nameof(ArtifactParts.Write_and_read_a_large_content), 0, 5 * 1024 * MiB, heap: 64 * MiB);

    private bool IsWriting()
    {
        var temp = new DirectoryInfo(Path.Combine(_folder.Path, "temp"));
        return temp.Exists && temp.EnumerateFiles().Any(file => file.Length > 0);
    }

    private async Task RunAsync(string part, int seed, long size = 0, long heap = 0)
    {
        using var process = Start(part, seed, size, heap);
        var output = process.StandardOutput.ReadToEndAsync(Ct);
        var errors = process.StandardError.ReadToEndAsync(Ct);
        try
        {
            await process.WaitForExitAsync(Ct).WaitAsync(Patience, Ct);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }

        Assert.True(process.ExitCode == 0, $"{await output}\n{await errors}");
        Assert.Contains("Failed: 0", await output, StringComparison.Ordinal);
        Assert.Contains("Total: 1,", await output, StringComparison.Ordinal);
    }

    /// <summary>Runs a test of <see cref="ArtifactParts"/> in a process of its own.</summary>
    private Process Start(string part, int seed, long size = 0, long heap = 0)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "OrchestrationEngine.Tests" + (OperatingSystem.IsWindows() ? ".exe" : "")))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Array.ForEach(["-noColor", "-explicit", "only", "-method", $"{typeof(ArtifactParts).FullName}.{part}"], start.ArgumentList.Add);
        start.Environment[ArtifactParts.Folder] = _folder.Path;
        start.Environment[ArtifactParts.Seed] = seed.ToString(CultureInfo.InvariantCulture);
        start.Environment[ArtifactParts.Size] = size.ToString(CultureInfo.InvariantCulture);
        if (heap > 0)
        {
            start.Environment["DOTNET_GCHeapHardLimit"] = heap.ToString("X", CultureInfo.InvariantCulture);
        }

        return Process.Start(start)!;
    }
}
