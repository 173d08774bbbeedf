using System.Collections.Concurrent;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Patterns;

/// <summary>
/// Does what a task's inputs say: <c>takes</c> so many seconds, <c>gives</c> this output (else the task's name), <c>fails</c> with this message, where it has
/// been called fewer than <c>until</c> times before.
/// </summary>
internal sealed class TimedAgent(TimeProvider time) : IAgentAdapter
{
    private readonly ConcurrentDictionary<AgentRequest, DateTimeOffset> _asleep = new();

    /// <summary>How many attempts wait for the clock.</summary>
    public int Asleep => _asleep.Count;

    /// <summary>When the next of them goes on; null when none waits.</summary>
    public DateTimeOffset? NextWake => _asleep.Values.Select(wake => (DateTimeOffset?)wake).Min();

    public async Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
    {
        if (request.Inputs.TryGet("takes", out var seconds))
        {
            var passed = Task.Delay(TimeSpan.FromSeconds(seconds.ToElement().GetDouble()), time, cancellationToken);
            _asleep[request] = time.GetUtcNow().AddSeconds(seconds.ToElement().GetDouble());
            try
            {
                await passed;
            }
            finally
            {
                _asleep.TryRemove(request, out _);
            }
        }

        return request.Inputs.TryGet("fails", out var message) && !message.IsNull
            ? AgentResult.Failed(FailureClass.InvalidOutput, message.ToString(), retryable: false)
            : AgentResult.Succeeded(request.Inputs.TryGet("gives", out var gives) ? gives : JsonData.String(request.Task));
    }
}
