using System.Text.Json;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Testing;

/// <summary>The agent of the plans that the simulation makes itself. What it does is in the inputs of the task.</summary>
internal sealed class SimulatedWorker(SimulatedWorld world) : IAgentAdapter
{
    /// <summary>How long it takes, in milliseconds.</summary>
    public const string Takes = "takes";

    /// <summary>How many times it fails before it succeeds; -1 for always.</summary>
    public const string Fails = "fails";

    /// <summary>How many times it takes until it is told to stop.</summary>
    public const string Stalls = "stalls";

    public async Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
    {
        var asked = world.Ask(request.IdempotencyKey);
        if (asked <= Number(request, Stalls))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.TimeProvider, cancellationToken).ConfigureAwait(true);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(Number(request, Takes)), context.TimeProvider, cancellationToken).ConfigureAwait(true);
        var fails = Number(request, Fails);
        if (fails < 0)
        {
            return AgentResult.Failed(FailureClass.Permanent, "It can't be done.", retryable: false);
        }

        return asked <= fails
            ? AgentResult.Failed(FailureClass.Unavailable, "Not yet.")
            : AgentResult.Succeeded(JsonData.Parse("{\"value\":1}"));
    }

    private static int Number(AgentRequest request, string name)
        => request.Inputs.TryGet(name, out var value) && value.ToElement() is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : 0;
}
