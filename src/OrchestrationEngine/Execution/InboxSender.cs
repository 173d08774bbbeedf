using System.Globalization;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>Sends commands through the store to whichever node has the run, and waits for the answers. Safe to use from many threads.</summary>
internal sealed class InboxSender(NodeContext node, Func<NodeId?> stay, Action wakeClaims)
{
    private long _last;

    /// <summary>Sends a command.</summary>
    /// <param name="run">The run.</param>
    /// <param name="command">What is wanted.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Why it was refused, or null.</returns>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    public async Task<string?> SendAsync(RunId run, RunCommand command, CancellationToken cancellationToken)
    {
        NodeId from;
        for (var looks = 0; ; looks++)
        {
            var next = node.News.Next(looks);
            if (stay() is { } latest)
            {
                from = latest;
                break;
            }

            // The store was out of reach from the beginning; a message needs a name that no other has.
            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        var id = string.Create(CultureInfo.InvariantCulture, $"{from}/{Interlocked.Increment(ref _last)}");
        try
        {
            return await SendAsync(InboxCommands.Write(id, run, command), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            node.Answers.Forget(id);
        }
    }

    private async Task<string?> SendAsync(InboxMessage message, CancellationToken cancellationToken)
    {
        var local = node.Answers.To(message.Id);
        await PostAsync(message, cancellationToken).ConfigureAwait(false);

        // A run that no node has is due by the message, perhaps for this node.
        wakeClaims();
        for (var looks = 0; ; looks++)
        {
            var next = node.News.Next(looks);
            if (local.IsCompleted)
            {
                return (await local.ConfigureAwait(false)).Refusal;
            }

            if (await FindAnswerAsync(message, cancellationToken).ConfigureAwait(false) is { } answer)
            {
                return answer.Refusal;
            }

            await Task.WhenAny(local, next).Unwrap().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // The same message, so that it makes no difference whether an earlier try was stored after all.
    private async ValueTask PostAsync(InboxMessage message, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await node.Store.PostAsync(message, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (StateStoreException e) when (e.IsTransient)
            {
                var delay = Backoff.Delay(tries);
                Log.MessageDelayed(node.Log, message.Run, message.Id, delay, e.Message);
                var later = node.News.Next(int.MaxValue);
                await later.WaitAsync(delay, node.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
                if (later.IsFaulted)
                {
                    await later.ConfigureAwait(false);
                }
            }
        }
    }

    private async ValueTask<InboxAnswer?> FindAnswerAsync(InboxMessage message, CancellationToken cancellationToken)
    {
        try
        {
            return await node.Store.FindAnswerAsync(message.Id, cancellationToken).ConfigureAwait(false);
        }
        catch (StateStoreException e) when (e.IsTransient)
        {
            // It is looked for again soon.
            Log.AnswerNotRead(node.Log, message.Run, message.Id, e.Message);
            return null;
        }
    }
}
