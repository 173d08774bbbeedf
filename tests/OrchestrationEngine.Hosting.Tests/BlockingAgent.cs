using OrchestrationEngine.Agents;

namespace OrchestrationEngine.Hosting.Tests;

/// <summary>An agent whose attempts at one task go on until the test lets them end, whatever they are asked.</summary>
internal sealed class BlockingAgent(string task) : IAgentAdapter, IDisposable
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Started => _started.Task.WaitAsync(TimeSpan.FromSeconds(10));

    public void Release() => _released.TrySetResult();

    public void Dispose() => Release();

    public async Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
    {
        if (request.Task == task)
        {
            _started.TrySetResult();
            await _released.Task;
        }

        return AgentResult.Succeeded(request.IdempotencyKey);
    }
}
