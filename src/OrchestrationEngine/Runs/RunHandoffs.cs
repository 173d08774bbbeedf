using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>What was wrong with what an attempt handed over.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Violations">Everything that was wrong.</param>
internal sealed record HandoffFeedback(int Attempt, IReadOnlyList<ContractViolation> Violations);

/// <summary>A question about a handoff that a person has not answered yet.</summary>
/// <param name="Fact">The question, with what is kept for the answer.</param>
/// <param name="Since">When it was asked, in UTC ticks.</param>
internal sealed record OpenHandoff(HandoffAsked Fact, long Since);

/// <summary>What is known of the handoffs of a run that are not simply done. Few, so not in the slots.</summary>
internal sealed class RunHandoffs
{
    private readonly Dictionary<int, Dictionary<int, JsonData>> _sent = [];

    /// <summary>What the last attempt that was rejected did wrong, by task or item.</summary>
    public Dictionary<int, HandoffFeedback> Feedback { get; } = [];

    /// <summary>The tasks and items that wait for a person.</summary>
    public Dictionary<int, OpenHandoff> Asked { get; } = [];

    /// <summary>What tasks get instead of the output of another: by the task that made it, and the one that it is for.</summary>
    public IEnumerable<(int From, int To, JsonData Value)> Sent
        => _sent.SelectMany(static from => from.Value.Select(to => (from.Key, to.Key, to.Value)));

    /// <summary>Whether a person is asked about an attempt.</summary>
    public bool IsAsked(int task, int attempt) => Asked.TryGetValue(task, out var open) && open.Fact.Attempt == attempt;

    /// <summary>A task gets a value instead of another's output.</summary>
    public void Send(int from, int to, JsonData value)
    {
        if (!_sent.TryGetValue(from, out var values))
        {
            _sent[from] = values = [];
        }

        values[to] = value;
    }

    /// <summary>What a task gets instead of another's output, where there is something.</summary>
    public bool TryGetSent(int from, int to, out JsonData value)
    {
        value = default;
        return _sent.Count > 0 && _sent.TryGetValue(from, out var values) && values.TryGetValue(to, out value);
    }

    /// <summary>What a task sent counts no longer.</summary>
    public void Withdraw(int task)
    {
        if (_sent.Count > 0)
        {
            _sent.Remove(task);
        }
    }

    /// <summary>A task or an item has ended.</summary>
    public void Ended(int task, bool succeeded)
    {
        if (Feedback.Count > 0)
        {
            Feedback.Remove(task);
        }

        if (Asked.Count > 0)
        {
            Asked.Remove(task);
        }

        if (!succeeded)
        {
            Withdraw(task);
        }
    }

    /// <summary>A task is done once more, from the beginning.</summary>
    public void Forget(int task) => Ended(task, succeeded: false);

    /// <summary>The tasks have other numbers from now on; a negative one for those that are gone.</summary>
    public void Renumber(Func<int, int> numberOf)
    {
        Renumber(Feedback, numberOf);
        Renumber(Asked, numberOf);
        var sent = Sent.ToArray();
        _sent.Clear();
        foreach (var (from, to, value) in sent)
        {
            if (numberOf(from) is >= 0 and var sender && numberOf(to) is >= 0 and var receiver)
            {
                Send(sender, receiver, value);
            }
        }
    }

    private static void Renumber<T>(Dictionary<int, T> values, Func<int, int> numberOf)
    {
        var entries = values.ToArray();
        values.Clear();
        foreach (var (task, value) in entries)
        {
            if (numberOf(task) is >= 0 and var number)
            {
                values[number] = value;
            }
        }
    }
}
