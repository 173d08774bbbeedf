using System.Globalization;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Tests.Runs.Walks;

namespace OrchestrationEngine.Tests.Runs;

public sealed class PatchWalkTests
{
    private static readonly int Walks = int.Parse(Environment.GetEnvironmentVariable("WALKS") ?? "2000", CultureInfo.InvariantCulture);

    [Fact]
    public void No_patch_that_is_accepted_breaks_an_invariant_and_none_that_is_refused_changes_anything()
    {
        var ends = new int[Enum.GetValues<RunStatus>().Length];
        var (accepted, refused) = (0, 0);
        var failures = new List<string>();
        Parallel.For(0, Walks, (seed, loop) =>
        {
            PatchWalk? walk = null;
            try
            {
                walk = new PatchWalk(seed, throughJson: seed % 5 == 0);
                walk.Go();
                Interlocked.Increment(ref ends[(int)walk.Status]);
                Interlocked.Add(ref accepted, walk.Accepted);
                Interlocked.Add(ref refused, walk.Refused);
            }
            catch (Exception e)
            {
                lock (failures)
                {
                    failures.Add($"Seed {seed}: {e.Message}\n{string.Join('\n', walk?.Journal.TakeLast(25).Select(FactText.Of) ?? [])}\n{e.StackTrace}");
                }

                loop.Stop();
            }
        });

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
        TestContext.Current.TestOutputHelper?.WriteLine($"{accepted} accepted, {refused} refused; {string.Join(", ", Enum.GetValues<RunStatus>().Select(status => $"{status}: {ends[(int)status]}"))}");

        // The histories are worth something: both happens often, and they lead to every end that a run can have.
        Assert.True(accepted > Walks, $"{accepted} accepted");
        Assert.True(refused > Walks, $"{refused} refused");
        Assert.All([RunStatus.Succeeded, RunStatus.Failed, RunStatus.Canceled], status => Assert.True(ends[(int)status] > Walks / 200, $"{status}: {ends[(int)status]}"));
    }
}
