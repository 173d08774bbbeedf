using System.Text.Json;
using OrchestrationEngine.Handoffs;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>
/// The gate between a task and those that get what it makes: checks everything that an attempt hands over, before its success is told to anybody. Its time
/// is a part of the attempt's. Used once, by the attempt.
/// </summary>
internal sealed class HandoffGate(NodeContext node, AttemptExecution attempt, TaskHandoffs handoffs, RunCommand.ReportSuccess success, IReadOnlyList<ArtifactReference> artifacts)
{
    private readonly HandoffFindings _found = new(attempt.Request);
    private readonly JsonElement _output = success.Output.ToElement();

    // Who is to blame for an exception.
    private string _who = "";

    /// <summary>Has a success pass the gate of its task, where it has one.</summary>
    /// <returns>The success with its verdicts; a failure with everything that is wrong; or a question.</returns>
    public static async ValueTask<RunCommand> PassAsync(NodeContext node, AttemptExecution attempt, TaskDefinition definition, RunCommand.ReportSuccess success, CancellationToken cancellationToken)
    {
        var graph = attempt.Edition.Graph;
        if ((definition.Contract is null && graph.Plan.Handoffs.Count == 0) || !graph.TryGetTask(definition.Id, out var task))
        {
            return success;
        }

        TaskHandoffs? handoffs;
        try
        {
            handoffs = node.HandoffsOf(graph).Of(task);
        }
        catch (Exception e) when (e is OrchestrationException or InvalidOperationException)
        {
            return new RunCommand.ReportFailure(success.Task, success.Attempt, Failure.Of(FailureClass.Unavailable, $"What task '{definition.Id}' hands over can't be checked here. {e.Message}"), Retryable: true, null, node.Random()) { Probe = success.Probe, Edition = success.Edition };
        }

        return handoffs is null ? success : await new HandoffGate(node, attempt, handoffs, success, attempt.WrittenArtifacts).PassAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Checks everything, so that all that is wrong is known at once.</summary>
    /// <returns>The success with its verdicts; a failure with everything that is wrong; or a question.</returns>
    private async ValueTask<RunCommand> PassAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CheckAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Failed(FailureClass.Canceled, "The attempt was stopped while what it hands over was checked.", retryable: true);
        }
        catch (AgentCallException e)
        {
            return Failed(e.Kind, e.Message, e.Retryable, e.RetryAfter);
        }
        catch (Exception e)
        {
            // It says nothing about the content, which does not pass for that.
            Log.HandoffCheckThrew(node.Log, attempt.Request.Run, attempt.Request.Task, attempt.Request.Attempt, _who, e);
            var (kind, message, retryable) = AttemptFailures.OfContents(e)
                ?? (FailureClass.Crashed, $"{_who} threw {e.GetType().Name}: {AttemptFailures.MessageOf(e)} Nothing is known of what the attempt hands over.", true);
            return Failed(kind, message, retryable);
        }

        if (_found.Rejected.Count > 0)
        {
            return Failed(FailureClass.ContractViolation, $"What it hands over was rejected. {_found.Problem}", retryable: !_found.IsFinal) with { Records = [.. _found.Rejected, .. await KeepAsync().ConfigureAwait(false)] };
        }

        IReadOnlyList<AttemptEvent> records = [.. success.Records, .. _found.Passed];
        return _found.IsAsked
            ? new RunCommand.ReportQuestion(success.Task, success.Attempt, _found.Question(success)) { Records = records, Edition = success.Edition }
            : success with { Records = records };
    }

    // For people to look at; nobody is given it.
    private async ValueTask<IReadOnlyList<AttemptEvent>> KeepAsync()
    {
        try
        {
            return await attempt.QuarantineAsync(success.Output).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // That it was rejected holds all the same, and the producer is to hear why.
            Log.RejectedNotKept(node.Log, attempt.Request.Run, attempt.Request.Task, attempt.Request.Attempt, e);
            return [];
        }
    }

    private async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        if (handoffs.Contract is { } contract)
        {
            await CheckAsync(contract, Whole(success.Output, "output", null), null, isCritical: true, cancellationToken).ConfigureAwait(false);
        }

        foreach (var handoff in handoffs.Outgoing)
        {
            var rejected = _found.Rejected.Count;
            foreach (var part in handoff.Sends)
            {
                await CheckAsync(part, handoff.Id, handoff.To, cancellationToken).ConfigureAwait(false);
            }

            // What is sent back anyway is not worth an agent's work.
            if (rejected == _found.Rejected.Count)
            {
                await SendAsync(handoff, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var owed in handoffs.Owed)
        {
            foreach (var part in owed.Parts)
            {
                await CheckAsync(part, owed.Id, owed.From, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask SendAsync(OutgoingHandoff handoff, CancellationToken cancellationToken)
    {
        var value = success.Output;
        if (handoff.Transforms.Count > 0)
        {
            if (await TransformAsync(handoff, cancellationToken).ConfigureAwait(false) is not { } transformed)
            {
                return;
            }

            value = transformed;
            _found.Transformed(handoff.Id, handoff.To, [.. handoff.Transforms.Select(static each => each.Name)], value);
        }

        if (handoff.Contract is { } contract)
        {
            await CheckAsync(contract, Whole(value, handoff.Id, handoff.To), handoff.Id, isCritical: true, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<JsonData?> TransformAsync(OutgoingHandoff handoff, CancellationToken cancellationToken)
    {
        var value = success.Output;
        foreach (var transform in handoff.Transforms)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _who = $"Transformation '{transform.Name}' of handoff '{handoff.Id}'";
            try
            {
                value = await transform.TransformAsync(Whole(value, handoff.Id, handoff.To), cancellationToken).ConfigureAwait(false);
            }
            catch (HandoffTransformException e)
            {
                Reject(handoff, transform, "transform", AttemptFailures.MessageOf(e));
                return null;
            }
        }

        if (value.Length <= node.Settings.MaxOutputBytes)
        {
            return value;
        }

        Reject(handoff, handoff.Transforms[^1], "transform/maxBytes", FormattableString.Invariant($"What task '{handoff.To}' would get has {value.Length:N0} bytes; at most {node.Settings.MaxOutputBytes:N0} are kept in the journal (MaxOutputBytes)."));
        return null;
    }

    private async ValueTask CheckAsync(PartContract part, string handoff, string other, CancellationToken cancellationToken)
    {
        if (Find(part.Name, other) is not { } found)
        {
            _found.Missing(part, handoff, other);
        }
        else if (part.Contract is { } contract)
        {
            await CheckAsync(contract, found, handoff, part.IsCritical, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask CheckAsync(IHandoffContract contract, AttemptHandoff content, string? handoff, bool isCritical, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _who = $"Contract '{contract.Name}'";
        var verdict = await contract.ValidateAsync(content, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException("It returned null instead of a verdict.");
        _found.Take(contract.Name, verdict, handoff, content.For, isCritical);
    }

    private AttemptHandoff Whole(JsonData value, string about, string? consumer)
        => new(node, attempt, value, ArtifactReference.Of(value.ToElement()), artifacts, about) { For = consumer };

    // A member of the output that is not null, or an artifact that the attempt made: the last one of the name.
    private AttemptHandoff? Find(string name, string other)
    {
        if (_output.ValueKind == JsonValueKind.Object && _output.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null)
        {
            return new AttemptHandoff(node, attempt, JsonData.From(member), ArtifactReference.Of(member), artifacts, name) { For = other, OfPart = name };
        }

        return artifacts.LastOrDefault(artifact => artifact.Name == name) is { } made
            ? new AttemptHandoff(node, attempt, made.ToJson(), made, artifacts, name) { For = other, OfPart = name }
            : null;
    }

    private void Reject(OutgoingHandoff handoff, IHandoffTransform transform, string rule, string message)
    {
        var list = new ViolationList();
        list.Add(transform.Name, rule, message);
        _found.Reject(transform.Name, list.ToList(transform.Name), handoff.Id, handoff.To, null);
    }

    private RunCommand.ReportFailure Failed(FailureClass kind, string message, bool retryable, TimeSpan? retryAfter = null)
        => new(success.Task, success.Attempt, Failure.Of(kind, message), retryable, retryAfter, node.Random()) { Probe = success.Probe, Edition = success.Edition };
}
