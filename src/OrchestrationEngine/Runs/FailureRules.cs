using System.Globalization;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Resilience;

namespace OrchestrationEngine.Runs;

/// <summary>What becomes of a task whose attempt ended without success: a retry, a failure or a cancellation.</summary>
internal static class FailureRules
{
    /// <summary>The attempt has failed.</summary>
    public static void Decide(RunState state, int task, AttemptFailed failed, bool retryable, TimeSpan? retryAfter, double random, DateTimeOffset now, List<RunEvent> facts, bool isRejected = false)
    {
        var definition = state.Definition(task);
        var failures = state.Task(task).Failures + 1;
        facts.Add(failed);
        if (RunDecider.StopReason(state, task) is { } reason)
        {
            facts.Add(new TaskCanceled { Task = definition.Id, Item = state.ItemOf(task), Reason = reason });
        }
        else if (failed.GivenUp && definition.OnUnknown == OnUnknown.Fail)
        {
            facts.Add(FailedAsUnknown(state, task, failed.Attempt, failed.Failure.Message));
        }
        else if (RetrySchedule.Allows(definition.Retry, failures, failed.Failure.Class, retryable))
        {
            facts.Add(new TaskRetryScheduled { Task = definition.Id, Item = state.ItemOf(task), Due = Later(now, RetrySchedule.Delay(definition.Retry, failures, random, retryAfter)) });
        }
        else if (isRejected && failed.Failure.Class == FailureClass.ContractViolation)
        {
            facts.Add(HandoffOutcomes.Ended(state, task, failed.Failure));
        }
        else
        {
            facts.Add(new TaskFailed { Task = definition.Id, Item = state.ItemOf(task), Failure = failed.Failure });
        }
    }

    /// <summary>The attempt's process is gone, and nobody knows whether the attempt did its work.</summary>
    public static void Abandon(RunState state, int task, RunCommand.Recover recover, DateTimeOffset now, List<RunEvent> facts)
    {
        var definition = state.Definition(task);
        var attempt = state.Task(task).Attempt;
        facts.Add(new AttemptAbandoned { Task = definition.Id, Item = state.ItemOf(task), Attempt = attempt, Reason = recover.Reason, Blameless = recover.Blameless });
        if (RunDecider.StopReason(state, task) is { } stop)
        {
            facts.Add(new TaskCanceled { Task = definition.Id, Item = state.ItemOf(task), Reason = stop });
        }
        else if (definition.OnUnknown == OnUnknown.Fail)
        {
            facts.Add(FailedAsUnknown(state, task, attempt, recover.Reason));
        }
        else if (PoisonRules.Judge(state, task, recover) is { } quarantine)
        {
            facts.Add(quarantine);
        }
        else
        {
            facts.Add(new TaskRetryScheduled { Task = definition.Id, Item = state.ItemOf(task), Due = now });
        }
    }

    private static TaskFailed FailedAsUnknown(RunState state, int task, int attempt, string reason) => new()
    {
        Task = state.Definition(task).Id,
        Item = state.ItemOf(task),
        Failure = Failure.Of(
            FailureClass.Unknown,
            string.Create(CultureInfo.InvariantCulture, $"Nobody knows whether attempt {attempt} did its work, and the task is not to be tried again then (onUnknown: fail). {reason}")),
    };

    private static DateTimeOffset Later(DateTimeOffset now, TimeSpan delay)
        => DateTimeOffset.MaxValue - now <= delay ? DateTimeOffset.MaxValue.ToUniversalTime() : now + delay;
}
