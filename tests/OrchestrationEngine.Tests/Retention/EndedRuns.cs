using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Tests.Retention;

/// <summary>Runs that ended, written straight into a store: a plan of one task, which an agent did or was not allowed to.</summary>
internal static class EndedRuns
{
    public static DateTimeOffset Start { get; } = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero).AddTicks(1_234_567);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<RunId> CreateEndedAsync(
        this IStateStore store, string id, DateTimeOffset? at = null, string planId = "plan", string? key = null, RunStatus status = RunStatus.Succeeded, JsonData? output = null)
    {
        var time = at ?? Start;
        var facts = FactsOf(planId, key, status, output ?? JsonData.Null, time);
        var run = new NewRun { Id = new RunId(id), PlanId = planId, PlanVersion = "1", BusinessKey = key, Events = facts.AsMemory(..^1) };
        Assert.Equal(run.Id, await store.CreateAsync(run, Ct));
        await store.AppendAsync(new RunAppend(run.Id, facts.Length - 1, facts.AsMemory(^1..), status), Ct);
        return run.Id;
    }

    public static async Task<RunId> CreateLivingAsync(this IStateStore store, string id, DateTimeOffset? at = null)
    {
        var facts = FactsOf("plan", null, RunStatus.Succeeded, JsonData.Null, at ?? Start)[..2];
        return await store.CreateAsync(new NewRun { Id = new RunId(id), PlanId = "plan", PlanVersion = "1", Events = facts }, Ct);
    }

    public static async Task<IReadOnlyList<string>> RunsAsync(this IStateStore store)
        => [.. (await store.QueryAsync(new RunQuery { PageSize = RunQuery.MaxPageSize }, Ct)).Items.Select(row => row.Id.Value).Order(StringComparer.Ordinal)];

    private static RecordedEvent[] FactsOf(string planId, string? key, RunStatus status, JsonData output, DateTimeOffset last)
    {
        var plan = new PlanBuilder(planId).Version("1").Phase("one", phase => phase.Task("a", "x")).Build();
        RunEvent[] work = status == RunStatus.Succeeded
            ? [new AttemptSucceeded { Task = "a", Attempt = 1, Output = output }, new PhaseCompleted { Phase = "one" }]
            : [new AttemptFailed { Task = "a", Attempt = 1, Failure = new Failure(FailureClass.Permanent, "no “way” 🎉") }, new TaskFailed { Task = "a", Failure = new Failure(FailureClass.Permanent, "no") }, new PhaseFailed { Phase = "one", Reason = "a" }];
        RunEvent[] facts =
        [
            new RunCreated { Plan = plan, Inputs = JsonData.Parse("{}"), BusinessKey = key },
            new RunStarted(),
            new PhaseStarted { Phase = "one" },
            new AttemptStarted { Task = "a", Attempt = 1, Agent = "x" },
            .. work,
            new RunCompleted { Status = status },
        ];
        return [.. facts.Select((fact, i) => new RecordedEvent(i + 1, last.AddTicks(i + 1 - facts.Length), fact))];
    }
}
