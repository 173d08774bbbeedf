using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>What becomes of the messages that a run's loop was brought: decided with its step, stored with it, told after that. Used by the loop alone.</summary>
internal sealed class MessageReplies(NodeContext node)
{
    private List<InboxAnswer>? _waiting;

    /// <summary>The answers that the next append must store; null for none.</summary>
    public IReadOnlyList<InboxAnswer>? Waiting => _waiting;

    /// <summary>Decides what a message wants. One that makes no sense is answered as well: nobody could make more of it later.</summary>
    /// <returns>Why it is refused, or null.</returns>
    public string? Decide(RunState state, RunStep step, InboxMessage message, DateTimeOffset now)
    {
        var refusal = InboxCommands.Read(message, out var problem) is { } command ? step.Decide(command is RunCommand.ChildEnded ended ? Checked(state, ended) : command, now) : problem;
        (_waiting ??= []).Add(new InboxAnswer(message.Id, refusal));
        return refusal;
    }

    // What a run gives that does a task keeps to the same rules as what an agent returns.
    private RunCommand Checked(RunState state, RunCommand.ChildEnded ended)
    {
        var random = node.Random();
        RunCommand outcome = ended with { Random = random };
        if (ended.Status == RunStatus.Succeeded
            && ChildRuns.TryFind(state, ended, out var task)
            && OutputRules.Problem(state.Definition(task), ended.Output, node.Settings.MaxOutputBytes) is { } problem)
        {
            var failure = Failure.Of(FailureClass.InvalidOutput, $"Run '{ended.Child}' succeeded, but what it gives is of no use. {problem}");
            outcome = new RunCommand.ReportFailure(task, ended.Attempt, failure, Retryable: true, null, random);
        }

        return outcome;
    }

    /// <summary>They are stored.</summary>
    public void Stored()
    {
        if (_waiting is { } answers)
        {
            _waiting = null;
            node.Answers.Tell(answers);
        }
    }
}
