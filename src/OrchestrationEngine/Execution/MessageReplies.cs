using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>What becomes of the messages that a run's loop was brought: decided with its step, stored with it, told after that. Used by the loop alone.</summary>
internal sealed class MessageReplies(NodeContext node)
{
    private List<InboxAnswer>? _waiting;
    private Dictionary<string, string>? _gone;

    /// <summary>The answers that the next append must store; null for none.</summary>
    public IReadOnlyList<InboxAnswer>? Waiting => _waiting;

    /// <summary>Has the run need the contents that its messages name, before its journal names them: what a run that does a task gives is linked to that run alone.</summary>
    public async ValueTask PrepareAsync(RunId run, List<Envelope> batch)
    {
        if (node.Contents is not { } contents)
        {
            return;
        }

        foreach (var envelope in batch)
        {
            if (envelope.Message is { Kind: InboxCommands.Child } message && ContentReferences.MayBeIn(message.Payload))
            {
                var missing = await LinkAsync(contents, run, message).ConfigureAwait(false);
                if (missing.Count > 0)
                {
                    (_gone ??= new(StringComparer.Ordinal))[message.Id] = RunContents.Gone(missing);
                }
            }
        }
    }

    private async ValueTask<IReadOnlyList<ArtifactReference>> LinkAsync(RunContents contents, RunId run, InboxMessage message)
    {
        const int Most = 5;
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await contents.LinkAsync(run, [message.Payload], CancellationToken.None).ConfigureAwait(false);
            }
            catch (StateStoreException e) when (e.IsTransient && tries < Most)
            {
                var delay = Backoff.Delay(tries);
                Log.ContentsDelayed(node.Log, run, message.Id, delay, e.Message);
                await Pauses.ForAsync(delay, node.Time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Decides what a message wants. One that makes no sense is answered as well: nobody could make more of it later.</summary>
    /// <returns>Why it is refused, or null.</returns>
    public string? Decide(RunState state, RunStep step, InboxMessage message, DateTimeOffset now)
    {
        var refusal = InboxCommands.Read(message, out var problem) is { } command ? step.Decide(command is RunCommand.ChildEnded ended ? Checked(state, ended, message.Id) : command, now) : problem;
        (_waiting ??= []).Add(new InboxAnswer(message.Id, refusal));
        return refusal;
    }

    // What a run gives that does a task keeps to the same rules as what an agent returns.
    private RunCommand Checked(RunState state, RunCommand.ChildEnded ended, string message)
    {
        var random = node.Random();
        RunCommand outcome = ended with { Random = random };
        if (ended.Status == RunStatus.Succeeded
            && ChildRuns.TryFind(state, ended, out var task)
            && ((_gone?.Remove(message, out var problem) == true ? problem : null) ?? OutputRules.Problem(state.Definition(task), ended.Output, node.Settings.MaxOutputBytes)) is { } wrong)
        {
            var failure = Failure.Of(FailureClass.InvalidOutput, $"Run '{ended.Child}' succeeded, but what it gives is of no use. {wrong}");
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
