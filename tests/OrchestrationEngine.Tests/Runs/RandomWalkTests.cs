using System.Globalization;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Tests.Runs.Walks;

namespace OrchestrationEngine.Tests.Runs;

public sealed class RandomWalkTests
{
    private static readonly int Walks = int.Parse(Environment.GetEnvironmentVariable("WALKS") ?? "2000", CultureInfo.InvariantCulture);

    [Fact]
    public void Every_invariant_holds_after_every_step_of_random_histories_of_random_plans()
    {
        var ends = new int[Enum.GetValues<RunStatus>().Length];
        var failures = new List<string>();
        Parallel.For(0, Walks, BusyWork.Options, (seed, loop) =>
        {
            var walk = new Walk(seed, throughJson: seed % 5 == 0);
            try
            {
                walk.Go();
                Interlocked.Increment(ref ends[(int)walk.Status]);
            }
            catch (Exception e)
            {
                lock (failures)
                {
                    failures.Add($"Seed {seed}: {e.Message}\n{string.Join('\n', walk.Journal.TakeLast(25).Select(FactText.Of))}\n{e.StackTrace}");
                }

                loop.Stop();
            }
        });

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", Enum.GetValues<RunStatus>().Select(status => $"{status}: {ends[(int)status]}")));

        // The histories are worth something: they lead to every end that a run can have.
        Assert.All([RunStatus.Succeeded, RunStatus.Failed, RunStatus.Canceled, RunStatus.Quarantined], status => Assert.True(ends[(int)status] > Walks / 200, $"{status}: {ends[(int)status]}"));
    }

    [Fact]
    public void The_same_history_makes_the_same_facts()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var (one, two) = (new Walk(seed, throughJson: false), new Walk(seed, throughJson: true));
            one.Go();
            two.Go();
            Assert.Equal(one.Journal.Select(FactText.Full), two.Journal.Select(FactText.Full));
        }
    }
}
