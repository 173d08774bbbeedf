using System.Globalization;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Tests.Runs.Walks;

namespace OrchestrationEngine.Tests.Runs;

public sealed class PatchWalkTests
{
    private static readonly int Walks = int.Parse(Environment.GetEnvironmentVariable("WALKS") ?? "1000", CultureInfo.InvariantCulture);

    [Fact]
    public void No_patch_or_move_that_is_accepted_breaks_an_invariant_and_none_that_is_refused_changes_anything()
    {
        var ends = new int[Enum.GetValues<RunStatus>().Length];
        var (accepted, refused, moved) = (0, 0, 0);
        var kinds = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        var failures = new List<string>();
        var from = int.Parse(Environment.GetEnvironmentVariable("WALK_FROM") ?? "0", CultureInfo.InvariantCulture);
        Parallel.For(from, from + Walks, BusyWork.Options, (seed, loop) =>
        {
            PatchWalk? walk = null;
            try
            {
                walk = new PatchWalk(seed, throughJson: seed % 5 == 0);
                walk.Go();
                Interlocked.Increment(ref ends[(int)walk.Status]);
                Interlocked.Add(ref accepted, walk.Accepted);
                Interlocked.Add(ref refused, walk.Refused);
                Interlocked.Add(ref moved, walk.Moved);
                foreach (var kind in walk.Journal.Select(recorded => recorded.Event.Type).Distinct())
                {
                    kinds.AddOrUpdate(kind, 1, static (_, count) => count + 1);
                }

            }
            catch (Exception e)
            {
                lock (failures)
                {
                    failures.Add($"Seed {seed}: {e.Message}\n{walk?.Plan}\n{walk?.Explanation}\n{string.Join('\n', walk?.Journal.TakeLast(25).Select(FactText.Of) ?? [])}\n{e.StackTrace}");
                }

                loop.Stop();
            }
        });

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
        TestContext.Current.TestOutputHelper?.WriteLine($"{accepted} accepted, {refused} refused, {moved} moved; {string.Join(", ", Enum.GetValues<RunStatus>().Select(status => $"{status}: {ends[(int)status]}"))}");

        // The histories are worth something: both happens often, and they lead to every end that a run can have.
        Assert.True(accepted > Walks, $"{accepted} accepted");
        Assert.True(refused > Walks, $"{refused} refused");
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", kinds.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}")));
        Assert.All(["task.expanded", "task.waiting", "task.skipped", "task.held", "phase.repeated"], kind => Assert.True(kinds.GetValueOrDefault(kind) > Walks / 200, kind));
        Assert.True(moved > Walks / 20, $"{moved} moved");
        Assert.All([RunStatus.Succeeded, RunStatus.Failed, RunStatus.Canceled], status => Assert.True(ends[(int)status] > Walks / 200, $"{status}: {ends[(int)status]}"));
    }
}
