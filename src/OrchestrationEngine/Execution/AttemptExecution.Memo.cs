using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <content>Results that are taken over from attempts that were made before.</content>
internal sealed partial class AttemptExecution
{
    private ReusedResult? _reused;
    private string? _memoKey;

    // Null: there is none that may be taken over, and the agent is to be called.
    private async ValueTask<RunCommand?> RecallAsync()
    {
        // An attempt that has something to mend would be given what it is to mend.
        if (_definition.IsPlain || _definition.Memo is not { } memo || _node.Memos is not { } memos || Request.Feedback.Count > 0)
        {
            return null;
        }

        try
        {
            _memoKey = MemoKeys.Of(Edition.Graph.Plan, _definition, _registration, Request, MemoKey);
            if (await memos.FindAsync(_memoKey, _stop.Token).ConfigureAwait(false) is not { } entry || (memo.MaxAge is { } most && _node.Time.GetUtcNow() - entry.At > most))
            {
                return null;
            }

            var output = entry.Output;
            if (_node.Contents is { } contents)
            {
                var references = entry.Artifacts.Select(static artifact => artifact.ToJson());
                if ((await contents.LinkAsync(Request.Run, [entry.Output, .. references], _stop.Token).ConfigureAwait(false)).Count > 0)
                {
                    return null;
                }

                output = await contents.FillAsync(output, _stop.Token).ConfigureAwait(false);
            }

            if (ContentReferences.Find(output).Exists(static found => found.Reference.Moved))
            {
                // It is too large to be looked at again as a whole.
                return null;
            }

            _reused = new ReusedResult { Run = entry.Run, Task = entry.Task, Item = entry.Item, Attempt = entry.Attempt };
            if (entry.Artifacts.Count > 0)
            {
                OwnArtifacts.Adopt(entry.Artifacts);
            }

            if (Succeeded(output) is RunCommand.ReportSuccess success)
            {
                return success with { ReusedFrom = _reused };
            }

            _reused = null;
            Volatile.Read(ref _artifacts)?.Forget();
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What was done before need not be there: the agent does it again.
            Log.MemoFailed(_node.Log, Request.Run, Request.Task, Request.Attempt, "looked for", e);
            return null;
        }
    }

    // Before it is posted: when the run has ended, its results are there for others.
    private async ValueTask RememberAsync(RunCommand outcome)
    {
        if (_memoKey is null || _reused is not null || outcome is not RunCommand.ReportSuccess { Proposal: null } success || DependsOnMore(success))
        {
            return;
        }

        var entry = new MemoEntry
        {
            Run = Request.Run,
            Task = Request.Task,
            Item = Request.Index,
            Attempt = Request.Attempt,
            Agent = Request.Agent,
            Output = success.Output,
            At = _node.Time.GetUtcNow(),
            Artifacts = [.. success.Records.OfType<ArtifactRegistered>().Select(static registered => registered.Artifact)],
        };
        try
        {
            await _node.Memos!.SaveAsync(_memoKey, entry, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The result counts all the same.
            Log.MemoFailed(_node.Log, Request.Run, Request.Task, Request.Attempt, "kept", e);
        }
    }

    // What the agent found by itself is not in the key: nobody knows before it is called what it will look at.
    private bool DependsOnMore(RunCommand.ReportSuccess success)
    {
        var given = BoundSources.Of(_definition, Request.Inputs.Values, Request.Item);
        return _workspace is { HasWritten: true } || success.Opened.Any(source => !given.Contains(source));
    }
}
