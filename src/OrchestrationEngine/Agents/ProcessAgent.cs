namespace OrchestrationEngine.Agents;

/// <summary>An agent that is a program: each attempt starts it, gives it the request on stdin and takes the result from its stdout or from a file.</summary>
/// <remarks>
/// <para>
/// The request is one JSON object with the members <c>run</c>, <c>plan</c>, <c>phase</c>, <c>task</c>, <c>agent</c>, <c>attempt</c>,
/// <c>idempotencyKey</c> and <c>inputs</c>, followed by a line end and the end of stdin. A program need not read it.
/// </para>
/// <para>
/// When the attempt is canceled or takes too long, the program and its descendants are ended at once (on Unix by <c>SIGKILL</c>), and the attempt
/// ends when the program has exited. What a program leaves running when it exits by itself is left alone, but can't hold the attempt up.
/// </para>
/// <para>
/// Each line on stderr is logged as information, and each line on stdout as debug where stdout is the result, else as information.
/// The end of stderr is part of the message of a failure, and so of the journal: a program must not write secrets to it.
/// </para>
/// </remarks>
public sealed class ProcessAgent : IAgentAdapter
{
    private readonly ProcessAgentSettings _settings;

    /// <summary>Creates the agent.</summary>
    /// <param name="options">Which program, and how; copied.</param>
    /// <exception cref="OrchestrationConfigurationException">The options are wrong; it lists everything that is.</exception>
    public ProcessAgent(ProcessAgentOptions options)
        : this(ProcessAgentSettings.From(options ?? throw new ArgumentNullException(nameof(options)), "Process agent"))
    {
    }

    internal ProcessAgent(ProcessAgentSettings settings) => _settings = settings;

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">The attempt was canceled; the program has exited.</exception>
    public Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<AgentResult>(cancellationToken)
            : new ProcessAttempt(_settings, request, context).RunAsync(cancellationToken);
    }
}
