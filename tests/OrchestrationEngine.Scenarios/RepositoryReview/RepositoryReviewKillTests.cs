using System.Globalization;
using System.Text.Json.Nodes;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Scenarios.RepositoryReview;

public sealed class RepositoryReviewKillTests
{
    private const int DefaultKills = 5;
    private const int MaxOffsetMilliseconds = 60;
    private const int MaxStartMilliseconds = 500;
    private static readonly TimeProvider Time = TimeProvider.System;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_review_that_is_killed_again_and_again_does_everything_once()
    {
        Assert.SkipUnless(ReviewedRepository.IsGitThere, "The git program is not there.");
        var seed = FromEnvironment("ORCHESTRATION_SEED") ?? Environment.TickCount;
        var wanted = FromEnvironment("ORCHESTRATION_KILLS") ?? DefaultKills;
        using var repository = ReviewedRepository.WithHistory();
        using var undisturbed = await ReviewProcess.RunAsync(repository.Root, "--output", repository.Output("undisturbed"));
        Assert.True(undisturbed.ExitCode == 0, undisturbed.Output + undisturbed.Errors);
        var expected = ReviewJournal.ReadReview(repository.Output("undisturbed"));
        var lines = undisturbed.Output.Count(sign => sign == '\n');

        try
        {
            var random = new Random(seed);
            var kills = 0;
            for (var review = 1; kills < wanted; review++)
            {
                kills += await KillUntilDoneAsync(repository, repository.Output($"killed-{review}"), random, wanted - kills, lines, expected);
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills, seed {seed}");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"Failed with ORCHESTRATION_SEED={seed} ORCHESTRATION_KILLS={wanted}: {e.Message}", e);
        }
    }

    /// <summary>Makes one review, killing it at most so many times, and checks what came of it.</summary>
    /// <returns>How many times it was killed: fewer when it got to its end before.</returns>
    private static async Task<int> KillUntilDoneAsync(ReviewedRepository repository, string output, Random random, int most, int lines, JsonObject expected)
    {
        var (kills, hasRun) = (0, false);
        while (kills < most)
        {
            using var victim = Start(repository, output, resume: hasRun, "--delay", "20ms");
            var after = random.Next(0, Math.Max(2, 2 * lines / (most + 1)));
            await victim.WaitForLinesAsync(after);

            // Before the first line there is a whole start of a process and of its database to be killed in.
            var offset = random.Next(after == 0 ? MaxStartMilliseconds : MaxOffsetMilliseconds);
            await Task.Delay(TimeSpan.FromMilliseconds(offset), Time, Cancellation);
            if (!await victim.KillAsync())
            {
                Assert.True(victim.ExitCode is 0 or 2, victim.Output + victim.Errors);
                if (victim.ExitCode == 0)
                {
                    hasRun = true;
                    break;
                }

                // It was killed before there was a run, so there is none to go on with.
                Assert.StartsWith("There is no review in", victim.Errors, StringComparison.Ordinal);
                hasRun = false;
                continue;
            }

            kills++;
            hasRun |= File.Exists(Path.Combine(output, "review.db"));
            AssertNothingIsTorn(output);
        }

        using (var last = Start(repository, output, resume: hasRun))
        {
            await last.WaitForEndAsync();
            if (last.ExitCode == 2)
            {
                using var fresh = Start(repository, output, resume: false);
                await fresh.WaitForEndAsync();
                Assert.True(fresh.ExitCode == 0, fresh.Output + fresh.Errors);
            }
            else
            {
                Assert.True(last.ExitCode == 0, last.Output + last.Errors);
            }
        }

        var journal = await ReviewJournal.ReadAsync(output, Cancellation);
        journal.AssertEverythingHappenedOnce();
        var abandonments = journal.Events.Count(recorded => recorded.Event is AttemptAbandoned);
        Assert.Equal(journal.Events.Count(recorded => recorded.Event is AttemptStarted), abandonments + journal.Events.Count(recorded => recorded.Event is AttemptSucceeded));
        RepositoryReviewTests.AssertEqual(expected, ReviewJournal.ReadReview(output));
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} kills, {journal.Events.Count} facts, {abandonments} attempts lost with their process");
        return kills;
    }

    private static ReviewProcess Start(ReviewedRepository repository, string output, bool resume, params string[] more)
        => ReviewProcess.Start(repository.Root, [.. resume ? ["--resume"] : Array.Empty<string>(), "--output", output, .. more]);

    // Whatever there is of the review is all of it.
    private static void AssertNothingIsTorn(string output)
    {
        if (File.Exists(Path.Combine(output, "review.json")))
        {
            _ = ReviewJournal.ReadReview(output);
        }

        if (File.Exists(Path.Combine(output, "review.md")))
        {
            Assert.EndsWith("in `review.json`.\n", File.ReadAllText(Path.Combine(output, "review.md")), StringComparison.Ordinal);
        }
    }

    private static int? FromEnvironment(string name)
        => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
}
