using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Testing;

/// <summary>What a scripted agent does at one call.</summary>
internal delegate Task<AgentResult> ScriptedStep(AgentRequest request, IAgentContext context, CancellationToken cancellationToken);

/// <summary>What a <see cref="ScriptedAgent"/> does for one task: one step for each call, in order; the last is repeated for ever.</summary>
/// <remarks>Safe to use from many threads, also while the agent is being called.</remarks>
public sealed class ScriptedTask
{
    private readonly Lock _gate = new();
    private readonly List<ScriptedStep> _steps = [];
    private Task? _signal;
    private bool _signalIgnoresCancellation;
    private int _next;

    internal ScriptedTask()
    {
    }

    /// <summary>The call succeeds.</summary>
    /// <param name="output">What is handed over; JSON <c>null</c> by default.</param>
    public ScriptedTask Succeeds(JsonData output = default) => Add((_, _, _) => Task.FromResult(AgentResult.Succeeded(output)));

    /// <summary>The call succeeds with a text.</summary>
    /// <param name="output">The text.</param>
    public ScriptedTask Succeeds(string output) => Succeeds(JsonData.String(output));

    /// <summary>The call fails.</summary>
    /// <param name="kind">The kind of failure.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="retryable">Whether another attempt may succeed.</param>
    /// <param name="retryAfter">How long to wait at least before another attempt.</param>
    public ScriptedTask Fails(FailureClass kind, string message = "The script says so.", bool retryable = true, TimeSpan? retryAfter = null)
    {
        var result = AgentResult.Failed(kind, message, retryable, retryAfter);
        return Add((_, _, _) => Task.FromResult(result));
    }

    /// <summary>The call throws, as an agent with a bug does.</summary>
    /// <param name="exception">The exception.</param>
    public ScriptedTask Throws(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return Add((_, _, _) => Task.FromException<AgentResult>(exception));
    }

    /// <summary>The call returns null, which an agent must not do.</summary>
    public ScriptedTask ReturnsNull() => Add((_, _, _) => Task.FromResult<AgentResult>(null!));

    /// <summary>The call ends with what a task gives: that of a <see cref="TaskCompletionSource{TResult}"/> that the test completes.</summary>
    /// <param name="result">The outcome to wait for.</param>
    /// <param name="ignoreCancellation">Whether the call goes on waiting when it is told to stop, as an agent that does not listen.</param>
    public ScriptedTask Returns(Task<AgentResult> result, bool ignoreCancellation = false)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Add((_, _, cancellationToken) => ignoreCancellation ? result : result.WaitAsync(cancellationToken));
    }

    /// <summary>The call never ends by itself.</summary>
    /// <param name="ignoreCancellation">Whether it does not end when it is told to stop either.</param>
    public ScriptedTask Hangs(bool ignoreCancellation = false) => Returns(new TaskCompletionSource<AgentResult>().Task, ignoreCancellation);

    /// <summary>The call does what a function does.</summary>
    /// <param name="execute">The function.</param>
    public ScriptedTask Does(Func<AgentRequest, IAgentContext, CancellationToken, Task<AgentResult>> execute)
    {
        ArgumentNullException.ThrowIfNull(execute);
        return Add(new ScriptedStep(execute));
    }

    /// <summary>The step that is added next waits for a signal before it does anything.</summary>
    /// <param name="signal">The signal, such as the task of a <see cref="TaskCompletionSource"/> that the test completes.</param>
    /// <param name="ignoreCancellation">Whether the call goes on waiting when it is told to stop, as an agent that does not listen.</param>
    public ScriptedTask After(Task signal, bool ignoreCancellation = false)
    {
        ArgumentNullException.ThrowIfNull(signal);
        lock (_gate)
        {
            _signal = signal;
            _signalIgnoresCancellation = ignoreCancellation;
        }

        return this;
    }

    internal ScriptedStep? Next()
    {
        lock (_gate)
        {
            return _steps.Count == 0 ? null : _steps[Math.Min(_next++, _steps.Count - 1)];
        }
    }

    private ScriptedTask Add(ScriptedStep step)
    {
        lock (_gate)
        {
            var signal = _signal;
            var ignoreCancellation = _signalIgnoresCancellation;
            _signal = null;
            _steps.Add(signal is null ? step : (request, context, cancellationToken) => AfterSignalAsync(signal, ignoreCancellation, step, request, context, cancellationToken));
        }

        return this;
    }

    private static async Task<AgentResult> AfterSignalAsync(
        Task signal,
        bool ignoreCancellation,
        ScriptedStep step,
        AgentRequest request,
        IAgentContext context,
        CancellationToken cancellationToken)
    {
        await (ignoreCancellation ? signal : signal.WaitAsync(cancellationToken)).ConfigureAwait(false);
        return await step(request, context, cancellationToken).ConfigureAwait(false);
    }
}
