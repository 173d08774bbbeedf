using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Patterns;

/// <summary>
/// Does what a task's inputs say: <c>takes</c> so many minutes, <c>gives</c> this output (else the task's name), <c>fails</c> with this message, where it has
/// been called fewer than <c>until</c> times before.
/// </summary>
internal sealed class TimedAgent(TimeProvider time) : IAgentAdapter
{
    private int _asleep;

    /// <summary>How many attempts wait for the clock.</summary>
    public int Asleep => Volatile.Read(ref _asleep);

    public async Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
    {
        if (request.Inputs.TryGet("takes", out var minutes))
        {
            var passed = Task.Delay(TimeSpan.FromMinutes(minutes.ToElement().GetDouble()), time, cancellationToken);
            Interlocked.Increment(ref _asleep);
            try
            {
                await passed;
            }
            finally
            {
                Interlocked.Decrement(ref _asleep);
            }
        }

        return request.Inputs.TryGet("fails", out var message) && !message.IsNull
            ? AgentResult.Failed(FailureClass.InvalidOutput, message.ToString(), retryable: false)
            : AgentResult.Succeeded(request.Inputs.TryGet("gives", out var gives) ? gives : JsonData.String(request.Task));
    }
}
