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
    public string? Decide(RunStep step, InboxMessage message, DateTimeOffset now)
    {
        var refusal = InboxCommands.Read(message, out var problem) is { } command ? step.Decide(command, now) : problem;
        (_waiting ??= []).Add(new InboxAnswer(message.Id, refusal));
        return refusal;
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
