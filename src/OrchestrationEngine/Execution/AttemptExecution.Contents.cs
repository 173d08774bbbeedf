using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <content>What the attempt is given and makes that is kept beside the journal.</content>
internal sealed partial class AttemptExecution
{
    private AttemptArtifacts? _artifacts;
    private volatile string? _model;

    /// <summary>The values that its inputs are bound to and that must be read first; null for none.</summary>
    public MovedValues? Moved { get; init; }

    /// <summary>What its result depends on besides, where the task takes results over; otherwise null.</summary>
    public JsonData? MemoKey { get; set; }

    public IArtifacts Artifacts => OwnArtifacts;

    /// <summary>What the attempt wrote and opened.</summary>
    internal AttemptArtifacts OwnArtifacts
        => Volatile.Read(ref _artifacts) ?? Interlocked.CompareExchange(ref _artifacts, new AttemptArtifacts(_actor, _node, Request), null) ?? _artifacts;

    public void ReportModel(string model)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        _model = model.Length <= 200 ? model : throw new ArgumentException("The name of a model has at most 200 characters.", nameof(model));
    }

    /// <summary>The facts for what the attempt made, where its contract is broken: the artifacts that it wrote, and its output as <c>TASK/output.json</c>. Empty without a store.</summary>
    internal async ValueTask<IReadOnlyList<AttemptEvent>> QuarantineAsync(JsonData output)
        => _node.Contents is null ? [] : await Settlement(_node.Contents).QuarantineAsync(output, _stop.Token).ConfigureAwait(false);

    // Null: it has all that it is to be given.
    private async ValueTask<RunCommand?> TakeValuesAsync()
    {
        if (Moved is not { } moved || _node.Contents is not { } contents)
        {
            return null;
        }

        try
        {
            while (true)
            {
                await contents.GiveAsync(moved, _stop.Token).ConfigureAwait(false);
                var question = new Question<AttemptBinding?>(state => Bind(state, moved), _node.Work);
                if (!_actor.TryPost(new Envelope(null, question)) || await question.Answered.WaitAsync(_stop.Token).ConfigureAwait(false) is not { } binding)
                {
                    return Failed(FailureClass.Canceled, "The attempt was over before the agent was called.", retryable: true);
                }

                if (moved.Missing.Count > 0)
                {
                    continue;
                }

                if (binding.Inputs is null)
                {
                    return Failed(FailureClass.InvalidInput, binding.Problem + (moved.LeavesSome ? " Values that were moved out of outputs, and are larger than MaxOutputBytes, can't be looked into." : ""), retryable: false);
                }

                Request = Request.WithValues(binding.Inputs, binding.Item);
                MemoKey = binding.MemoKey;
                return null;
            }
        }
        catch (LeaseLostException)
        {
            return Failed(FailureClass.Canceled, "The run has left this node.", retryable: true);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var (kind, message, retryable) = AttemptFailures.OfReading(e);
            return Failed(kind, message, retryable);
        }
    }

    private AttemptBinding? Bind(RunState state, MovedValues moved)
        => state.Editions.Resolve(Edition, _task) is >= 0 and var task && state.IsCurrent(task, Request.Attempt)
            ? AttemptBinding.Of(state, new RunScope(state, moved), task, moved)
            : null;

    // Its contents go where they belong, and the run needs them, before its journal names them.
    private async ValueTask<RunCommand> SettleAsync(RunCommand outcome)
    {
        Volatile.Read(ref _artifacts)?.Close();
        if (_node.Contents is not { } contents)
        {
            return outcome;
        }

        try
        {
            switch (outcome)
            {
                case RunCommand.ReportSuccess success when NeedsSettling(success):
                    var (settled, problem) = await Settlement(contents).SettleAsync(success, _task, _node.KeptOf(Edition.Graph), _stop.Token).ConfigureAwait(false);
                    return settled is null ? Failed(FailureClass.InvalidOutput, problem!, retryable: true) : settled;
                case RunCommand.ReportQuestion question:
                    return await SettleAsync(question, Settlement(contents)).ConfigureAwait(false);
                case RunCommand.ReportFailure { Records.Count: > 0 } failure:
                    var gone = await Settlement(contents).LinkAsync(failure.Records, _stop.Token).ConfigureAwait(false);

                    // What is gone can't be shown to anybody; that the contract was broken holds all the same.
                    return gone.Count == 0 ? failure : failure with { Records = [.. failure.Records.Where(record => record is not ArtifactRegistered artifact || gone.All(missing => missing.Digest != artifact.Artifact.Digest))] };
                default:
                    return outcome;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var (kind, message, retryable) = AttemptFailures.OfReading(e);
            return Failed(kind, message, retryable);
        }
    }

    // Most attempts make small outputs and nothing else, and pay nothing.
    private bool NeedsSettling(RunCommand.ReportSuccess success)
        => _artifacts is not null || success.Records.Count > 0 || success.Output.Length > _node.Settings.ArtifactThreshold || ContentReferences.MayBeIn(success.Output);

    private AttemptSettlement Settlement(RunContents contents) => new(contents, _node.Settings, Request, _definition, OwnArtifacts, _model, _reused is null ? null : MemoKeys.SourceOf(_reused));
}
