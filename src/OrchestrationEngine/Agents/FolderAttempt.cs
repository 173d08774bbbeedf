using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Agents;

/// <summary>One attempt of a folder agent, from its request to the answer. Used once.</summary>
internal sealed class FolderAttempt(FolderAgentSettings settings, HandoffFolder folder, FolderBell bell, ReturnedAnswers returned, AgentRequest request, IAgentContext context)
{
    private readonly string _work = FolderRequest.WorkOf(request);
    private readonly Dictionary<(string Id, string Folder), ((long Length, DateTime Written) State, long Since)> _unfinished = [];
    private long? _goneSince;

    /// <summary>Asks, or takes up what an earlier attempt asked, and waits for the answer.</summary>
    public Task<AgentResult> ExecuteAsync(CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        using var listening = bell.Listen(context.Logger);
        var known = returned.Latest(_work);
        return await FindAnswerAsync(known, cancellationToken).ConfigureAwait(false)
            ?? await WaitAsync(FindRequest(known) ?? await OfferAsync(cancellationToken).ConfigureAwait(false), mayAsk: true, cancellationToken).ConfigureAwait(false);
    });

    /// <summary>Finds out what became of the requests of earlier attempts: takes back what nobody has taken, and waits for what somebody works at.</summary>
    public async Task<AgentProbeResult> ProbeAsync(CancellationToken cancellationToken)
    {
        AgentResult? answer = null;
        var found = await GuardAsync(async () =>
        {
            // Those that this process has returned as well: what became of them is what nobody knows.
            using var listening = bell.Listen(context.Logger);
            answer = await FindAnswerAsync(0, cancellationToken).ConfigureAwait(false);
            while (answer is null && FindRequest(0) is { } id)
            {
                if (!folder.TryWithdraw(id))
                {
                    answer = await WaitAsync(id, mayAsk: false, cancellationToken).ConfigureAwait(false);
                }
            }

            return AgentResult.Succeeded();
        }).ConfigureAwait(false);
        return !found.IsSuccess ? AgentProbeResult.Unknown(found.Message!)
            : answer is { IsSuccess: true } ? AgentProbeResult.Happened(answer.Output)
            : answer is { FailureClass: FailureClass.Timeout or FailureClass.InvalidOutput or FailureClass.Crashed } ? AgentProbeResult.Unknown(answer.Message!)
            : AgentProbeResult.DidNotHappen();
    }

    // What the person who runs the agent must mend, and what may pass by itself.
    private async Task<AgentResult> GuardAsync(Func<Task<AgentResult>> act)
    {
        try
        {
            folder.Create();
            return await act().ConfigureAwait(false);
        }
        catch (UnsafePathException e)
        {
            return AgentResult.Failed(FailureClass.Permanent, $"Agent '{request.Agent}' works through the folder {folder.Root}, which is not safe. {e.Message}", retryable: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return AgentResult.Failed(FailureClass.Unavailable, $"Agent '{request.Agent}' works through the folder {folder.Root}, which can't be used now. {e.Message}");
        }
    }

    // An answer that was returned already did not do: otherwise there would be no further attempt.
    private async Task<AgentResult?> FindAnswerAsync(int after, CancellationToken cancellationToken)
    {
        foreach (var attempt in Earlier(HandoffFolder.Completed, after))
        {
            var id = FolderRequest.IdOf(_work, attempt);
            if (await ReadAsync(id, HandoffFolder.Completed, isSettled: false, cancellationToken).ConfigureAwait(false) is { IsSuccess: true } answer)
            {
                AgentLog.HandoffTakenUp(context.Logger, request.Run, request.Task, request.Attempt, id);
                return Returned(attempt, answer);
            }
        }

        return null;
    }

    private string? FindRequest(int after)
        => new[] { HandoffFolder.InProgress, HandoffFolder.Pending }
            .SelectMany(name => Earlier(name, after))
            .OrderDescending()
            .Select(attempt => FolderRequest.IdOf(_work, attempt))
            .FirstOrDefault(id => !folder.IsAnswered(id));

    private IEnumerable<int> Earlier(string name, int after) => folder.AttemptsIn(name, _work).Where(attempt => attempt <= request.Attempt && attempt > after);

    private async Task<string> OfferAsync(CancellationToken cancellationToken)
    {
        var id = FolderRequest.IdOf(_work, request.Attempt);
        await folder.OfferAsync(id, FolderRequest.Write(settings, request, id, context.TimeProvider.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        AgentLog.HandoffOffered(context.Logger, request.Run, request.Task, request.Attempt, id, folder.Root);
        return id;
    }

    private async Task<AgentResult> WaitAsync(string id, bool mayAsk, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(settings.Timeout ?? Timeout.InfiniteTimeSpan, context.TimeProvider);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            while (true)
            {
                // Before it is looked: what comes in between rings.
                var ring = bell.Next;
                if (await AnswerToAsync(id, stop.Token).ConfigureAwait(false) is { } answer)
                {
                    return Returned(AttemptOf(id), answer);
                }

                if (await LostAsync(id, mayAsk, stop.Token).ConfigureAwait(false) is { } lost)
                {
                    if (lost.Problem is { } problem)
                    {
                        return AgentResult.Failed(FailureClass.Crashed, problem);
                    }

                    id = lost.Instead!;
                }

                await PauseAsync(ring, stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await GiveUpAsync(id, cancellationToken.IsCancellationRequested ? "canceled" : "timeout").ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return AgentResult.Failed(FailureClass.Timeout, $"Agent '{request.Agent}' has not answered within its Timeout of {settings.Timeout}: nothing came into {folder.Root} for handoff '{id}'.");
        }
    }

    private async Task PauseAsync(Task ring, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(ring, Task.Delay(settings.PollInterval, context.TimeProvider, enough.Token)).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task<AgentResult?> AnswerToAsync(string id, CancellationToken cancellationToken)
        => await AnswerToAsync(id, HandoffFolder.Completed, cancellationToken).ConfigureAwait(false)
            ?? await AnswerToAsync(id, HandoffFolder.Failed, cancellationToken).ConfigureAwait(false);

    // What can't be read may still be written: it is broken when it has not changed for some time.
    private async Task<AgentResult?> AnswerToAsync(string id, string name, CancellationToken cancellationToken)
    {
        if (folder.Look(name, id) is not { } state)
        {
            return null;
        }

        var now = context.TimeProvider.GetTimestamp();
        var isSettled = false;
        if (_unfinished.TryGetValue((id, name), out var seen) && seen.State == state)
        {
            isSettled = context.TimeProvider.GetElapsedTime(seen.Since, now) >= settings.SettleTime;
            if (!isSettled)
            {
                return null;
            }
        }
        else
        {
            _unfinished[(id, name)] = (state, now);
        }

        return await ReadAsync(id, name, isSettled || settings.SettleTime == TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
    }

    private async Task<AgentResult?> ReadAsync(string id, string name, bool isSettled, CancellationToken cancellationToken)
    {
        var what = $"{folder.Root}/{name}/{id}.json";

        // Asked before it is opened: what has no length may be a named pipe, and opening that waits for a writer.
        if (folder.Look(name, id) is not { Length: > 0 })
        {
            return isSettled ? AgentResult.Failed(FailureClass.InvalidOutput, $"{what} is empty. The agent writes its answer under another name and moves it here when it is whole.") : null;
        }

        var content = await folder.ReadAsync(name, id, settings.MaxOutputBytes, cancellationToken).ConfigureAwait(false);
        if (content.Length > settings.MaxOutputBytes)
        {
            return AgentResult.Failed(FailureClass.InvalidOutput, $"{what} has more than {settings.MaxOutputBytes:N0} bytes, which its MaxOutputBytes allows. Raise the limit, or let the agent write less.", retryable: false);
        }

        var answer = FolderAnswer.Read(
            content, id, name == HandoffFolder.Failed, what, warning => AgentLog.AnswerWarns(context.Logger, request.Run, request.Task, request.Attempt, id, warning), out var unfinished);
        return unfinished is null || isSettled ? answer : null;
    }

    // Neither here nor there is where a file is for a moment while it is copied from one folder to another.
    private async Task<(string? Instead, string? Problem)?> LostAsync(string id, bool mayAsk, CancellationToken cancellationToken)
    {
        if (folder.Has(HandoffFolder.Pending, id) || folder.Has(HandoffFolder.InProgress, id) || folder.IsAnswered(id))
        {
            // An earlier life of the engine marked it, and here somebody waits.
            folder.RemoveMark(id);
            _goneSince = null;
            return null;
        }

        var now = context.TimeProvider.GetTimestamp();
        _goneSince ??= now;
        if (context.TimeProvider.GetElapsedTime(_goneSince.Value, now) < settings.SettleTime)
        {
            return null;
        }

        // An earlier life of the engine has taken back what was taken up from it.
        _goneSince = null;
        return AttemptOf(id) == request.Attempt || !mayAsk
            ? (null, $"Handoff '{id}' has vanished: it is in none of the folders of {folder.Root}. The agent moves it from one to the next, and leaves its answer in completed or failed.")
            : (await OfferAsync(cancellationToken).ConfigureAwait(false), null);
    }

    private async Task GiveUpAsync(string id, string reason)
    {
        // In this life it is not taken up again: it was too slow, or is not wanted. After a restart it is.
        returned.Add(_work, AttemptOf(id), context.TimeProvider.GetUtcNow());
        try
        {
            var isWithdrawn = folder.TryWithdraw(id);
            if (!isWithdrawn && !folder.IsAnswered(id))
            {
                await folder.CancelAsync(id, reason, CancellationToken.None).ConfigureAwait(false);
            }

            AgentLog.HandoffGivenUp(context.Logger, request.Run, request.Task, request.Attempt, id, isWithdrawn ? "taken back" : "marked as canceled");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UnsafePathException)
        {
            AgentLog.CannotGiveUp(context.Logger, e, request.Run, request.Task, request.Attempt, id);
        }
    }

    private AgentResult Returned(int attempt, AgentResult answer)
    {
        if (!answer.IsSuccess)
        {
            return answer;
        }

        returned.Add(_work, attempt, context.TimeProvider.GetUtcNow());
        foreach (var earlier in folder.AttemptsIn(HandoffFolder.Pending, _work).Where(other => other <= request.Attempt))
        {
            folder.TryWithdraw(FolderRequest.IdOf(_work, earlier));
        }

        return answer;
    }

    private int AttemptOf(string id) => int.Parse(id.AsSpan(_work.Length), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture);
}
