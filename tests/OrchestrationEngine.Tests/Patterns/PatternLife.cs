using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Execution;

namespace OrchestrationEngine.Tests.Patterns;

/// <summary>One life of a process that carries out a pattern. Time passes only when nothing else moves.</summary>
internal sealed class PatternLife : IAsyncDisposable
{
    // After that time is let pass, for whatever waits for the engine's own clock.
    private const int MostLooks = 1000;

    private readonly Pattern _pattern;
    private readonly IStateStore _store;
    private readonly ManualTimeProvider _time;
    private readonly TimedAgent _agent;
    private readonly TestEngine _engine;

    public PatternLife(Pattern pattern, IStateStore store, ManualTimeProvider time)
    {
        (_pattern, _store, _time) = (pattern, store, time);
        _agent = new TimedAgent(time);
        _engine = new TestEngine(store, time: time, configure: options => options.PollInterval = TimeSpan.FromMinutes(1), build: builder =>
        {
            builder.AddAgent("worker", _agent);
            foreach (var other in pattern.Others)
            {
                builder.AddPlan(PlanJson.Read(other));
            }
        });
    }

    private IOrchestrator Orchestrator => _engine.Orchestrator;

    /// <summary>Starts the run, or finds it where it was, and sees it to its end, or to the death of the process.</summary>
    public async Task<RunId> GoAsync(string key, Func<bool> isDead)
    {
        var run = (await Orchestrator.StartAsync(Plan(), new StartRunOptions { BusinessKey = key, Inputs = Inputs() }, TestEngine.Ending)).Id;
        var life = LiveAsync(run);
        while (!life.IsCompleted && !isDead())
        {
            await Task.Yield();
        }

        if (!isDead())
        {
            await life;
        }

        return run;
    }

    private async Task LiveAsync(RunId run)
    {
        var patience = MostLooks;
        while (true)
        {
            await SettleAsync();
            var snapshot = (await Orchestrator.GetAsync(run, TestEngine.Ending))!;
            if (snapshot.Status.IsTerminal())
            {
                await Orchestrator.WaitAsync(run, TestEngine.Ending);
                return;
            }

            if (!IsAtRest(snapshot) && patience-- > 0)
            {
                await Task.Yield();
                continue;
            }

            patience = MostLooks;
            if (!await ActAsync(run, snapshot))
            {
                await PassAsync();
            }
        }
    }

    // A run that nobody has taken up yet does not move either, but has something to do.
    private bool IsAtRest(RunSnapshot run)
        => run.Status == RunStatus.Running
            && run.Tasks.Any(task => task.Status is RunTaskStatus.Running or RunTaskStatus.Waiting or RunTaskStatus.Retrying)
            && run.Tasks.Count(task => task is { Status: RunTaskStatus.Running, Child: null, Items: null }) <= Orchestrator.DescribeNode().Attempts;

    // To the next thing that is known to come; where nothing is, whatever the engine has set itself.
    private async Task PassAsync()
    {
        var next = _agent.NextWake ?? DateTimeOffset.MaxValue;
        foreach (var run in await LiveRunsAsync())
        {
            foreach (var reason in await Orchestrator.ExplainAsync(run.Id, TestEngine.Ending))
            {
                next = reason.Until < next ? reason.Until.Value : next;
            }
        }

        // What is due and does not move waits for the engine to look into the store again.
        if (next == DateTimeOffset.MaxValue || next <= _time.GetUtcNow())
        {
            _time.AdvanceToNext();
        }
        else
        {
            _time.Advance(next - _time.GetUtcNow());
        }
    }

    public async Task<Outcome> OutcomeAsync(RunId run, string where, bool isDisturbed)
        => new((await Orchestrator.GetAsync(run, TestEngine.Ending))!, await _engine.FactsOf(run), where, isDisturbed);

    /// <summary>All journals, for whoever must find out why a run does not end.</summary>
    public async Task<string> TellAsync()
    {
        var text = new List<string>();
        foreach (var run in (await _store.QueryAsync(new RunQuery(), default)).Items)
        {
            text.Add($"{run.Id} {run.Status}");
            text.AddRange((await _engine.FactsOf(run.Id)).Select(fact => $"  {fact.Sequence} {fact.Timestamp:HH:mm:ss} {fact.Event}"));
            text.AddRange((await Orchestrator.ExplainAsync(run.Id, default)).Select(reason => $"  {reason}"));
        }

        return string.Join("\n", text);
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private OrchestrationPlan Plan()
    {
        using var inputs = JsonDocument.Parse(_pattern.Inputs);
        var declared = string.Join(",", inputs.RootElement.EnumerateObject().Select(input => $"{JsonSerializer.Serialize(input.Name)}:{{}}"));
        return PlanJson.Read($$"""{"id":"pattern","inputs":{ {{declared}} },"phases":{{_pattern.Phases}} }""");
    }

    private Dictionary<string, JsonData> Inputs()
    {
        using var inputs = JsonDocument.Parse(_pattern.Inputs);
        return inputs.RootElement.EnumerateObject().ToDictionary(input => input.Name, input => JsonData.From(input.Value));
    }

    private async Task<bool> ActAsync(RunId run, RunSnapshot snapshot)
    {
        if (_pattern.Acts.Count > 0)
        {
            var journal = await _engine.FactsOf(run);
            if (_pattern.Acts.FirstOrDefault(act => !act.IsDone(journal)) is { } next && next.When(snapshot))
            {
                await next.Do(Orchestrator, run);
                return true;
            }
        }

        return false;
    }

    private async Task<IReadOnlyList<RunSummary>> LiveRunsAsync()
        => (await _store.QueryAsync(new RunQuery { Statuses = [RunStatus.Pending, RunStatus.Running, RunStatus.Paused] }, TestEngine.Ending)).Items;

    // Every answer of a loop comes after all that was in its mailbox. All attempts sleep, and no journal grew while all loops were asked: nothing moves.
    private async Task SettleAsync()
    {
        for (var last = -1L; ;)
        {
            var version = 0L;
            foreach (var run in await LiveRunsAsync())
            {
                version += (await Orchestrator.GetAsync(run.Id, TestEngine.Ending))?.Version ?? 0;
            }

            var isQuiet = Orchestrator.DescribeNode().Attempts == _agent.Asleep;
            if (isQuiet && version == last)
            {
                return;
            }

            last = isQuiet ? version : -1;
            await Task.Yield();
        }
    }
}
