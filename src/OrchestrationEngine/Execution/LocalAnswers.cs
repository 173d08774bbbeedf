using System.Collections.Concurrent;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>Those who sent messages from this node: where the answer is given on this node too, they need not look for it. Safe to use from many threads.</summary>
internal sealed class LocalAnswers(WorkScheduler work)
{
    private readonly ConcurrentDictionary<string, Completion<InboxAnswer>> _waiting = new(StringComparer.Ordinal);

    /// <summary>Ends with the answer to a message, where it is given on this node; call <see cref="Forget"/> when it is known.</summary>
    public Task<InboxAnswer> To(string messageId) => _waiting.GetOrAdd(messageId, static (_, work) => new Completion<InboxAnswer>(work), work).Task;

    public void Forget(string messageId) => _waiting.TryRemove(messageId, out _);

    /// <summary>These answers are stored.</summary>
    public void Tell(IReadOnlyList<InboxAnswer> answers)
    {
        foreach (var answer in answers)
        {
            if (_waiting.TryGetValue(answer.MessageId, out var waiting))
            {
                waiting.TrySetResult(answer);
            }
        }
    }
}
