using System.Globalization;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>
/// Makes an attempt's outcome ready for the journal: moves what is large out of it, adds what the attempt wrote, and has the run need every content that
/// the outcome names, right before it is posted. Made for one attempt.
/// </summary>
internal sealed class AttemptSettlement(RunContents contents, EngineSettings settings, AgentRequest request, TaskDefinition definition, AttemptArtifacts artifacts, string? model, ArtifactSource? reused = null)
{
    /// <summary>The outcome as it is to be stored.</summary>
    /// <param name="success">The outcome.</param>
    /// <param name="task">The number of the task in the plan of <paramref name="kept"/>.</param>
    /// <param name="kept">What stays in the journal.</param>
    /// <param name="cancellationToken">Ends the moving.</param>
    /// <returns>The outcome, or null with what is wrong.</returns>
    public async ValueTask<(RunCommand.ReportSuccess? Outcome, string? Problem)> SettleAsync(RunCommand.ReportSuccess success, int task, KeptMembers kept, CancellationToken cancellationToken)
    {
        var moving = new OutputMoving(contents.Store, settings, request.Run);
        var name = ContentNames.Of(request.Task, request.Index);
        var output = await moving.MoveAsync(success.Output, name, kept, task, cancellationToken).ConfigureAwait(false);
        if (output.Length > settings.MaxOutputBytes)
        {
            return (null, string.Create(
                CultureInfo.InvariantCulture,
                $"The output has {success.Output.Length:N0} bytes, of which {output.Length:N0} can't be moved out of the journal, for conditions of the plan look into them; at most {settings.MaxOutputBytes:N0} are kept there. Have the conditions look into a small member of its own, or raise MaxOutputBytes."));
        }

        var records = new List<AttemptEvent>(success.Records.Count);
        foreach (var record in success.Records)
        {
            records.Add(record is HandoffValidated { Output.IsNull: false } handoff
                ? handoff with { Output = await moving.MoveAsync(handoff.Output, $"{name}-{handoff.Handoff}", kept, task, cancellationToken).ConfigureAwait(false) }
                : record);
        }

        records.AddRange(Registered(artifacts.Written, quarantined: false));
        var settled = success with { Output = output, Records = records, Opened = artifacts.Opened };
        var missing = await LinkAsync(records, [output], cancellationToken).ConfigureAwait(false);
        return missing.Count == 0
            ? (settled, null)
            : (null, $"What the attempt made names contents that are not there. {RunContents.Gone(missing)} They were removed meanwhile, or the agent made the reference up: hand over references that WriteAsync, FindAsync or an input gave.");
    }

    /// <summary>Has the run need what a failed attempt's records name.</summary>
    /// <returns>What is not there.</returns>
    public ValueTask<IReadOnlyList<ArtifactReference>> LinkAsync(IReadOnlyList<AttemptEvent> records, CancellationToken cancellationToken) => LinkAsync(records, [], cancellationToken);

    /// <summary>What an attempt made that broke a contract, its output with it: kept, and handed to nobody.</summary>
    public async ValueTask<IReadOnlyList<AttemptEvent>> QuarantineAsync(JsonData output, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryStream(output.Utf8);
        var stored = await contents.Store.PutAsync(request.Run, content, settings.MaxArtifactBytes, cancellationToken).ConfigureAwait(false);
        var name = ContentNames.OfOutput(ContentNames.Of(request.Task, request.Index));
        return [.. Registered([.. artifacts.Written, new ArtifactReference { Name = name, MediaType = MediaTypes.Json, Digest = stored.Digest, Size = stored.Size }], quarantined: true)];
    }

    private IEnumerable<ArtifactRegistered> Registered(IReadOnlyList<ArtifactReference> written, bool quarantined)
    {
        if (written.Count == 0)
        {
            return [];
        }

        var values = request.Inputs.Values;
        List<ArtifactSource> bound = BoundSources.Of(definition, values, request.Item);
        if (reused is not null)
        {
            bound.Insert(0, reused);
        }

        IReadOnlyList<ArtifactSource> sources = [.. bound, .. artifacts.Opened.Where(opened => !bound.Contains(opened))];
        return written.Select(reference => new ArtifactRegistered
        {
            Task = request.Task,
            Item = request.Index,
            Attempt = request.Attempt,
            Artifact = reference,
            Agent = request.Agent,
            Model = model,
            Sources = sources,
            Quarantined = quarantined,
        });
    }

    private async ValueTask<IReadOnlyList<ArtifactReference>> LinkAsync(IReadOnlyList<AttemptEvent> records, IEnumerable<JsonData> values, CancellationToken cancellationToken)
    {
        var references = new Dictionary<ContentDigest, ArtifactReference>();
        foreach (var record in records.OfType<ArtifactRegistered>())
        {
            references.TryAdd(record.Artifact.Digest, record.Artifact);
        }

        foreach (var value in values.Concat(records.OfType<HandoffValidated>().Select(static handoff => handoff.Output)))
        {
            foreach (var found in ContentReferences.Find(value))
            {
                references.TryAdd(found.Reference.Digest, found.Reference);
            }
        }

        return await contents.LinkAsync(request.Run, references, cancellationToken).ConfigureAwait(false);
    }
}
