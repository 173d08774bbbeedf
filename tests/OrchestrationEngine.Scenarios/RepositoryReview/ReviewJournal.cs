using System.Text.Json.Nodes;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Sqlite;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Scenarios.RepositoryReview;

/// <summary>What a review left behind: its journal and its content.</summary>
internal sealed record ReviewJournal(RunSummary Run, IReadOnlyList<RecordedEvent> Events)
{
    public static async Task<ReviewJournal> ReadAsync(string output, CancellationToken cancellationToken)
    {
        await using var store = new SqliteStateStore(new SqliteStateStoreOptions { FilePath = Path.Combine(output, "review.db") });
        var run = Assert.Single((await store.QueryAsync(new RunQuery(), cancellationToken)).Items);
        var events = new List<RecordedEvent>();
        await foreach (var recorded in store.ReadAsync(run.Id, 0, cancellationToken))
        {
            events.Add(recorded);
        }

        return new ReviewJournal(run, events);
    }

    /// <summary>The content of review.json without what may differ.</summary>
    public static JsonObject ReadReview(string output)
    {
        var review = JsonNode.Parse(File.ReadAllText(Path.Combine(output, "review.json")))!.AsObject();
        Assert.True(review.Remove("times"));
        return review;
    }

    /// <summary>Checks what must hold of every run that succeeded, however often it was interrupted.</summary>
    public void AssertEverythingHappenedOnce()
    {
        Assert.Equal(RunStatus.Succeeded, Run.Status);
        Assert.Equal(Events.Count, Run.Version);
        Assert.Equal(Enumerable.Range(1, Events.Count).Select(number => (long)number), Events.Select(recorded => recorded.Sequence));
        var facts = Events.Select(recorded => recorded.Event).ToArray();
        var plan = Assert.IsType<RunCreated>(facts[0]).Plan;
        var skippedPhases = facts.OfType<PhaseSkipped>().Select(skipped => skipped.Phase).ToHashSet();
        var skippedTasks = facts.OfType<TaskSkipped>().Select(skipped => skipped.Task).ToHashSet();
        Assert.Empty(facts.OfType<TaskFailed>());
        foreach (var phase in plan.Phases)
        {
            foreach (var task in phase.Tasks)
            {
                var own = facts.OfType<TaskEvent>().Where(fact => fact.Task == task.Id).ToArray();
                if (skippedPhases.Contains(phase.Id) || skippedTasks.Contains(task.Id))
                {
                    Assert.DoesNotContain(own, fact => fact is AttemptStarted);
                    continue;
                }

                Assert.Single(own, fact => fact is AttemptSucceeded);
                var end = Array.FindIndex(own, fact => fact is AttemptSucceeded);
                Assert.DoesNotContain(own[end..], fact => fact is AttemptStarted);
                Assert.Equal(Enumerable.Range(1, own.OfType<AttemptStarted>().Count()), own.OfType<AttemptStarted>().Select(started => started.Attempt));
            }
        }

        Assert.IsType<RunCompleted>(facts[^1]);
        Assert.Single(facts, fact => fact is RunCompleted);
    }
}
