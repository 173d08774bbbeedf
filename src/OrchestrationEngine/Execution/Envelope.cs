using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>One item in a run's mailbox.</summary>
/// <param name="Command">What is wanted, or null for a mere look.</param>
/// <param name="Asker">Who waits for the answer, or null.</param>
/// <param name="Fresh">The state of a run that was created a moment ago, so that it need not be read back.</param>
/// <param name="Halt">The loop is to end, leaving its attempts without an outcome.</param>
/// <param name="Message">A command that came through the store, and is answered there.</param>
internal readonly record struct Envelope(RunCommand? Command, IAsker? Asker = null, RunState? Fresh = null, bool Halt = false, InboxMessage? Message = null);

/// <summary>What is said to several askers at once.</summary>
internal static class EnvelopeExtensions
{
    /// <summary>Tells all who wait that there will be no answer.</summary>
    public static void FailAskers(this List<Envelope> envelopes, Exception exception)
    {
        foreach (var envelope in envelopes)
        {
            envelope.Asker?.Fail(exception);
        }
    }
}

/// <summary>Who waits for the answer to a command or a question. Told after the commit, on the loop's thread, and never runs anything there.</summary>
internal interface IAsker
{
    void Answer(RunState state, string? refusal);

    void Fail(Exception exception);
}

/// <summary>Waits for a command to be done; the result is why it was refused, or null.</summary>
internal sealed class CommandAsker(WorkScheduler work) : IAsker
{
    private readonly Completion<string?> _done = new(work);

    public Task<string?> Done => _done.Task;

    public void Answer(RunState state, string? refusal) => _done.TrySetResult(refusal);

    public void Fail(Exception exception) => _done.TrySetException(exception);
}

/// <summary>Waits for something to be read from the state.</summary>
internal sealed class Question<T>(Func<RunState, T> read, WorkScheduler work) : IAsker
{
    private readonly Completion<T> _answer = new(work);

    public Task<T> Answered => _answer.Task;

    public void Answer(RunState state, string? refusal) => _answer.TrySetResult(read(state));

    public void Fail(Exception exception) => _answer.TrySetException(exception);
}
