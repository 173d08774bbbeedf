using System.Globalization;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Handoffs;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>What an attempt hands over, as contracts and transformations see it. Agents are called within the attempt: with its scope and its time.</summary>
/// <param name="node">The node.</param>
/// <param name="attempt">The attempt.</param>
/// <param name="value">The content.</param>
/// <param name="artifact">The artifact that the content is; or null.</param>
/// <param name="artifacts">The artifacts that the attempt made.</param>
/// <param name="about">What is handed over, in one word for keys.</param>
internal sealed class AttemptHandoff(NodeContext node, AttemptExecution attempt, JsonData value, ArtifactReference? artifact, IReadOnlyList<ArtifactReference> artifacts, string about) : Handoff, IHandoffAgents
{
    private int _calls;

    public override RunId Run => attempt.Request.Run;

    public override string Plan => attempt.Request.Plan;

    public override string Task => attempt.Request.Task;

    public override int? Item => attempt.Request.Index;

    public override int Attempt => attempt.Request.Attempt;

    public override string Agent => attempt.Request.Agent;

    /// <summary>The task that it is for; null for all.</summary>
    public required string? For { get; init; }

    /// <summary>The part that is checked; null for all of it.</summary>
    public string? OfPart { get; init; }

    public override string? Consumer => For;

    public override string? Part => OfPart;

    public override JsonData Value => value;

    public override ArtifactReference? Artifact => artifact;

    public override IReadOnlyList<ArtifactReference> Artifacts => artifacts;

    public override IServiceProvider Services => attempt.Services;

    public override async ValueTask<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        if (artifact is null)
        {
            return new MemoryStream(value.Utf8.ToArray(), writable: false);
        }

        var contents = node.Contents ?? throw NoArtifactStore.Exception();
        return await contents.Store.OpenReadAsync(artifact.Digest, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<JsonData> JudgeAsync(string agent, string? criteria, CancellationToken cancellationToken)
        => CallAsync(AgentPurpose.Judge, agent, TaskInputs.From(new("content", value), new("criteria", JsonData.String(criteria))), cancellationToken);

    public ValueTask<JsonData> TransformAsync(string agent, CancellationToken cancellationToken)
        => CallAsync(AgentPurpose.Transform, agent, TaskInputs.From(new KeyValuePair<string, JsonData>("content", value)), cancellationToken);

    private async ValueTask<JsonData> CallAsync(AgentPurpose purpose, string agent, TaskInputs inputs, CancellationToken cancellationToken)
    {
        if (node.Agents.Find(agent) is not { } registration)
        {
            throw new AgentCallException(FailureClass.Unavailable, $"No agent '{agent}' is registered here, which is to {Words(purpose)}. Registered are: {string.Join(", ", node.Agents.Names)}.", retryable: true);
        }

        var of = attempt.Request;
        var request = new AgentRequest
        {
            Run = of.Run,
            Plan = of.Plan,
            Phase = of.Phase,
            Task = of.Task,
            Agent = agent,
            Attempt = of.Attempt,
            Generation = of.Generation,
            Turn = of.Turn,
            Index = of.Index,
            Item = of.Item,
            Inputs = inputs,
            Purpose = purpose,

            // Another attempt hands over something else, so its judgment is another one as well.
            KeySuffix = string.Create(CultureInfo.InvariantCulture, $";{(purpose == AgentPurpose.Judge ? "judge" : "transform")}={Uri.EscapeDataString(about)}@{of.Attempt}.{++_calls}"),
        };
        var call = registration.For(attempt).ExecuteAsync(request, attempt, cancellationToken);
        var result = call is null ? null : await call.ConfigureAwait(false);
        return result switch
        {
            null => throw new AgentCallException(FailureClass.InvalidOutput, $"Agent '{agent}' was called to {Words(purpose)}, and returned null.", retryable: false),
            { IsSuccess: true } => result.Output,
            _ => throw new AgentCallException(result.FailureClass, $"Agent '{agent}' was called to {Words(purpose)}, and failed: {result.Message}", result.Retryable, result.RetryAfter),
        };
    }

    private static string Words(AgentPurpose purpose) => purpose == AgentPurpose.Judge ? "judge what is handed over" : "transform what is handed over";
}
