using OrchestrationEngine.Artifacts;

namespace OrchestrationEngine.Agents;

/// <summary>
/// An agent that knows nothing but folders: each attempt leaves a request as a file in <c>pending</c>, whoever does the work moves it to
/// <c>in-progress</c> and leaves the answer in <c>completed</c> or <c>failed</c>. docs/folder-agents.md has the protocol.
/// </summary>
/// <remarks>
/// <para>
/// The name of a request comes from the task's idempotency key, its inputs and what it is to mend: an attempt that follows a crash finds the request of
/// the one before and its answer, and asks for nothing twice. It can also find out about attempts whose outcome nobody knows (<see cref="IAgentProbe"/>).
/// Several engines may use one folder.
/// </para>
/// <para>
/// When the attempt is canceled or takes too long, a request that nobody has taken is taken back; beside one that is in progress a file with the ending
/// <c>.cancel</c> says that nobody waits any more, and what comes of it is ignored.
/// </para>
/// </remarks>
public sealed class FolderAgent : IAgentAdapter, IAgentProbe
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromHours(1);

    private readonly FolderAgentSettings _settings;
    private readonly HandoffFolder _folder;
    private readonly FolderBell _bell;
    private readonly ReturnedAnswers _returned = new();
    private long _nextSweep = long.MinValue;

    /// <summary>Creates the agent. The folder is made when it is needed.</summary>
    /// <param name="options">Which folder, and how; copied.</param>
    /// <exception cref="OrchestrationConfigurationException">The options are wrong; it lists everything that is.</exception>
    public FolderAgent(FolderAgentOptions options)
        : this(FolderAgentSettings.From(options ?? throw new ArgumentNullException(nameof(options)), "Folder agent"))
    {
    }

    internal FolderAgent(FolderAgentSettings settings)
    {
        _settings = settings;
        _folder = new HandoffFolder(settings.Folder);
        _bell = new FolderBell(_folder);
    }

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">The attempt was canceled; the request was taken back or marked as canceled.</exception>
    public async Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        cancellationToken.ThrowIfCancellationRequested();
        var result = await Attempt(request, context).ExecuteAsync(cancellationToken).ConfigureAwait(false);
        if (result.IsSuccess)
        {
            Sweep(context);
        }

        return result;
    }

    /// <inheritdoc/>
    /// <remarks>A request that nobody has taken is taken back, so that it can't be done any more; for one that is in progress the probe waits.</remarks>
    public Task<AgentProbeResult> ProbeAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<AgentProbeResult>(cancellationToken)
            : Attempt(request, context).ProbeAsync(cancellationToken);
    }

    private FolderAttempt Attempt(AgentRequest request, IAgentContext context) => new(_settings, _folder, _bell, _returned, request, context);

    // Once an hour, by whoever comes first.
    private void Sweep(IAgentContext context)
    {
        var now = context.TimeProvider.GetUtcNow();
        var due = Interlocked.Read(ref _nextSweep);
        if (now.UtcTicks < due || Interlocked.CompareExchange(ref _nextSweep, (now + SweepInterval).UtcTicks, due) != due)
        {
            return;
        }

        var before = now - DateTimeOffset.MinValue > _settings.KeepFilesFor ? now - _settings.KeepFilesFor : DateTimeOffset.MinValue;
        _returned.Forget(before);
        try
        {
            _folder.Sweep(before, _settings.ArchiveFolder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UnsafePathException)
        {
            // The work is done; what is left is left for the next sweep.
            AgentLog.CannotSweep(context.Logger, e, _folder.Root);
        }
    }
}
