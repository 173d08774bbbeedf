using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs;

/// <summary>What a task with items does, as plainly as it can be said. Which of its items are under way it is told; it knows only which may be.</summary>
internal sealed class FanOutModel(ForEachDefinition forEach, int count, int? phaseRoom, RetryPolicy retry)
{
    private readonly Dictionary<int, int> _failures = [];
    private bool? _completing;
    private RunTaskStatus _after = RunTaskStatus.Pending;

    public ForEachDefinition ForEach { get; } = forEach;

    public int? PhaseRoom { get; } = phaseRoom;

    public RetryPolicy Retry { get; } = retry;

    /// <summary>The items that are under way.</summary>
    public List<int> Out { get; set; } = [];

    /// <summary>Where the items stand: pending for all that have not ended.</summary>
    public List<RunTaskStatus> Items { get; } = [.. Enumerable.Repeat(RunTaskStatus.Pending, count)];

    public RunTaskStatus Task { get; private set; } = RunTaskStatus.Running;

    public string Output { get; private set; } = "null";

    public bool IsSealed { get; private set; } = !forEach.Open;

    public bool RunEnded => Task != RunTaskStatus.Running && Open == 0 && IsSealed && _after.IsTerminal();

    private int Succeeded => Items.Count(item => item == RunTaskStatus.Succeeded);

    private int Failed => Items.Count(item => item == RunTaskStatus.Failed);

    private int Open => Items.Count(item => item == RunTaskStatus.Pending);

    public bool Add(int items)
    {
        if (!ForEach.Open || IsSealed)
        {
            return false;
        }

        Items.AddRange(Enumerable.Repeat(RunTaskStatus.Pending, items));
        Follow();
        return true;
    }

    public void Seal()
    {
        IsSealed = true;
        Follow();
    }

    public bool Complete()
    {
        if (_completing is { } succeeds)
        {
            return succeeds;
        }

        if (Open > 0 || !IsSealed)
        {
            Stop(succeeds: true);
            return true;
        }

        return Task == RunTaskStatus.Succeeded;
    }

    /// <summary>What was out is out no longer: it starts again, unless it was to stop.</summary>
    public void Reload()
    {
        if (_completing is not null)
        {
            Out.Clear();
            CancelRest();
        }

        Follow();
    }

    public void Succeed(int item)
    {
        Items[item] = RunTaskStatus.Succeeded;
        Follow();
    }

    public void Fail(int item)
    {
        var failures = _failures[item] = _failures.GetValueOrDefault(item) + 1;
        Items[item] = _completing is not null ? RunTaskStatus.Canceled : failures < Retry.MaxAttempts ? RunTaskStatus.Pending : RunTaskStatus.Failed;
        Follow();
    }

    public void AfterEnded() => _after = RunTaskStatus.Succeeded;

    /// <summary>What follows from how the items stand.</summary>
    public void Follow()
    {
        if (Task != RunTaskStatus.Running)
        {
            return;
        }

        if (_completing is { } succeeds)
        {
            if (Open == 0)
            {
                End(succeeds);
            }

            return;
        }

        bool? done = ForEach.Join.Kind switch
        {
            JoinKind.None => true,
            JoinKind.All => Failed > 0 && !ForEach.ContinueOnError ? false : IsSealed && Open == 0 ? true : null,
            JoinKind.AtLeast => Succeeded >= ForEach.Join.Count ? true : IsSealed && Succeeded + Open < ForEach.Join.Count ? false : null,
            _ => ForEach.Join.Condition!.Text.EndsWith($" {Succeeded}", StringComparison.Ordinal) ? true : IsSealed && Open == 0 ? false : null,
        };
        if (done is { } ends)
        {
            if (Open > 0 && (!ends || ForEach.Join.CancelRest))
            {
                Stop(ends);
            }
            else
            {
                End(ends);
            }
        }
    }

    public override string ToString() => $"join {ForEach.Join.Kind} {ForEach.Join.Count} {ForEach.Join.Condition} cancels {ForEach.Join.CancelRest} continues {ForEach.ContinueOnError} open {ForEach.Open} parallel {ForEach.MaxParallel} phase {PhaseRoom}: {Task} {string.Join(' ', Items)}";

    private void Stop(bool succeeds)
    {
        _completing = succeeds;
        IsSealed = true;
        CancelRest();
        Follow();
    }

    private void CancelRest()
    {
        for (var item = 0; item < Items.Count; item++)
        {
            Items[item] = Items[item] == RunTaskStatus.Pending && !Out.Contains(item) ? RunTaskStatus.Canceled : Items[item];
        }
    }

    private void End(bool succeeds)
    {
        Task = succeeds ? RunTaskStatus.Succeeded : RunTaskStatus.Failed;
        _after = succeeds ? RunTaskStatus.Running : RunTaskStatus.Skipped;
        if (!succeeds || ForEach.Join.Kind != JoinKind.None)
        {
            IsSealed = true;
        }

        if (succeeds && ForEach.Join.Kind != JoinKind.None)
        {
            Output = "[" + string.Join(',', Items.Select((item, index) => item == RunTaskStatus.Succeeded ? $"\"{index}\"" : "null")) + "]";
        }
    }
}
