using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>One attempt under way: calls the agent where the engine's work runs, never on the run's loop, and reports the outcome once.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "The source has no timer and is linked to nothing; there is nothing to dispose of, and late callers may still cancel it.")]
internal sealed partial class AttemptExecution : IAgentContext, IThreadPoolWorkItem
{
    // Other work waits for the thread, so after so many attempts in a row it goes back to the pool.
    private const int MostInARow = 32;

    private const int Open = 0;
    private const int Closed = 1;
    private const int Offered = 2;

    private readonly RunActor _actor;
    private readonly NodeContext _node;
    private readonly RoomLease _room;
    private readonly int _task;
    private readonly TaskDefinition _definition;
    private readonly AgentRegistration _registration;
    private readonly CancellationTokenSource _stop = new();
    private AsyncServiceScope? _scope;
    private ILogger? _logger;
    private bool _servicesGone;
    private volatile bool _isLost;
    private int _stopRequested;
    private int _handOver;
    private AttemptExecution? _next;
    private ProbeFinding? _finding;

    public AttemptExecution(RunActor actor, NodeContext node, RoomLease room, int task, TaskDefinition definition, AgentRegistration registration, AgentRequest request)
    {
        _actor = actor;
        _node = node;
        _room = room;
        _task = task;
        _definition = definition;
        _registration = registration;
        Request = request;
    }

    public AgentRequest Request { get; private set; }

    /// <summary>The number of the task, by the edition of the plan.</summary>
    public int Task => _task;

    /// <summary>The form of the plan on which the attempt was started.</summary>
    public required PlanEdition Edition { get; init; }

    /// <summary>Whether the agent is asked first if the attempts before this one did the work.</summary>
    public bool AsksFirst { get; init; }

    public ILogger Logger => _logger ??= _node.Loggers.CreateLogger("OrchestrationEngine.Agents." + Request.Agent);

    public IServiceProvider Services
    {
        get
        {
            try
            {
                return (_scope ??= _node.Services.CreateAsyncScope()).ServiceProvider;
            }
            catch (ObjectDisposedException)
            {
                _servicesGone = true;
                throw;
            }
        }
    }

    public TimeProvider TimeProvider => _node.Time;

    /// <summary>Asks the agent to stop. Its callbacks are work of their own, not the caller's.</summary>
    public void RequestStop()
    {
        if (Interlocked.Exchange(ref _stopRequested, 1) == 0)
        {
            _node.Work.Queue(new WorkItem(Cancel), preferLocal: false);
        }
    }

    /// <summary>Nobody waits for the outcome any more. What still runs is asked to stop; its room is given back.</summary>
    public void Abandon()
    {
        if (GiveSlotBack())
        {
            RequestStop();
        }
    }

    /// <summary>The run has left this node: as <see cref="Abandon"/>, and what comes of it is not even reported, for that it was stopped says nothing about it.</summary>
    public void Lose()
    {
        _isLost = true;
        Abandon();
    }

    /// <summary>Gives the room of the attempt back to the engine when it has ended or is abandoned, whichever comes first.</summary>
    /// <returns>Whether this call did it.</returns>
    public bool GiveSlotBack() => _room.TryGiveBack();

    /// <summary>Whether the thread that reports this attempt has taken another one, which begins when the thread is free.</summary>
    public bool HasNext => Volatile.Read(ref _handOver) == Offered;

    /// <summary>
    /// Offers the thread that reports this attempt another attempt to go on with, which saves a chain of tasks the way through the pool.
    /// Taken only while the report is under way on that thread.
    /// </summary>
    /// <returns>Whether it is taken; otherwise the caller starts it.</returns>
    public bool TryHandOver(AttemptExecution next)
    {
        if (Volatile.Read(ref _handOver) != Open)
        {
            return false;
        }

        _next = next;
        return Interlocked.CompareExchange(ref _handOver, Offered, Open) == Open;
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        AttemptExecution? current = this;
        for (var inARow = 1; current is not null; inARow++)
        {
            current._handOver = inARow < MostInARow ? Open : Closed;
            current = await current.MakeAsync().ConfigureAwait(false);
        }
    }

    // Never fails: whatever goes wrong is an outcome. Returns the attempt to go on with, or null.
    private async ValueTask<AttemptExecution?> MakeAsync()
    {
        RunCommand outcome;
        try
        {
            var validity = _actor.Run.Stay.Validity;
            if (!validity.IsSure && !await validity.SureAsync().ConfigureAwait(false))
            {
                Lose();
            }

            if (Volatile.Read(ref _stopRequested) == 1)
            {
                outcome = Failed(FailureClass.Canceled, "The attempt was stopped before the agent was called.", retryable: true);
            }
            else if (await TakeValuesAsync().ConfigureAwait(false) is { } refused)
            {
                outcome = refused;
            }
            else
            {
                var adapter = _registration.For(this);
                var found = AsksFirst ? await AskAsync(adapter).ConfigureAwait(false) : null;
                found ??= await RecallAsync().ConfigureAwait(false);
                if (found is null)
                {
                    var call = adapter.ExecuteAsync(Request, this, _stop.Token);
                    found = call is null
                        ? Failed(FailureClass.InvalidOutput, $"Agent '{Request.Agent}' returned null instead of a task. An agent returns a Task<AgentResult>.", retryable: false)
                        : Understand(await call.ConfigureAwait(false));
                }

                outcome = await SettleAsync(await PassAsync(found).ConfigureAwait(false)).ConfigureAwait(false);
                await RememberAsync(outcome).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            outcome = Failed(FailureClass.Canceled, "The agent stopped when it was asked to.", retryable: true);
        }
        catch (Exception e)
        {
            var (kind, message, retryable) = AttemptFailures.Of(Request.Agent, e);
            outcome = Failed(kind, message, retryable);
            LogThrown(e);
        }

        if (_scope is { } scope)
        {
            await EndScopeAsync(scope).ConfigureAwait(false);
        }

        if (_servicesGone && outcome is RunCommand.ReportFailure)
        {
            // The application is going away, and the agent failed for it: the attempt is left without an outcome, to be made again by the next process.
            GiveSlotBack();
            Log.OutcomeDropped(_node.Log, Request.Run, Request.Task, Request.Attempt);
        }
        else if (_isLost || !_actor.TryReport(outcome, this))
        {
            Log.OutcomeDropped(_node.Log, Request.Run, Request.Task, Request.Attempt);
        }

        return Interlocked.Exchange(ref _handOver, Closed) == Offered ? _next : null;
    }

    private RunCommand Understand(AgentResult? result)
    {
        if (result is null)
        {
            return Failed(FailureClass.InvalidOutput, $"Agent '{Request.Agent}' returned null instead of an AgentResult. Return AgentResult.Succeeded(...) or AgentResult.Failed(...).", retryable: false);
        }

        if (!result.IsSuccess)
        {
            return new RunCommand.ReportFailure(_task, Request.Attempt, Failure.Of(result.FailureClass, result.Message), result.Retryable, result.RetryAfter, _node.Random()) { Probe = _finding, Edition = Edition };
        }

        return Succeeded(result.Output, result);
    }

    // Finds out whether the attempts before this one did the work. Null: they did not, and the agent is to be called.
    private async ValueTask<RunCommand?> AskAsync(IAgentAdapter adapter)
    {
        if (adapter is not IAgentProbe probe)
        {
            return Failed(
                FailureClass.Unavailable,
                $"Nobody knows whether an earlier attempt did its work, and agent '{Request.Agent}' can't find out, as registered here: it does not implement IAgentProbe, which the task needs (onUnknown: probe).",
                retryable: true);
        }

        var call = probe.ProbeAsync(Request, this, _stop.Token);
        var found = call is null ? null : await call.ConfigureAwait(false);
        _finding = found?.Finding;
        return found switch
        {
            null => Failed(FailureClass.InvalidOutput, $"The probe of agent '{Request.Agent}' returned null instead of an AgentProbeResult.", retryable: false),
            { Finding: ProbeFinding.Happened } => Succeeded(found.Output),
            { Finding: ProbeFinding.DidNotHappen } when Volatile.Read(ref _stopRequested) == 1 => Failed(FailureClass.Canceled, "The attempt was stopped before the agent was called.", retryable: true),
            { Finding: ProbeFinding.DidNotHappen } => null,
            _ => Failed(FailureClass.Unknown, $"Nobody knows whether an earlier attempt did its work. {found.Message}", retryable: true),
        };
    }

    private RunCommand Succeeded(JsonData output, AgentResult? result = null)
        => OutputRules.Problem(_definition, output, _node.MostOutputBytes) is { } problem
            ? Failed(FailureClass.InvalidOutput, problem, retryable: true)
            : new RunCommand.ReportSuccess(_task, Request.Attempt, output)
            {
                Probe = _finding,
                Edition = Edition,
                Proposal = result?.Patch is { } patch ? new RunCommand.Patch(patch, $"task {Request.Task}", result.PatchReason ?? "The agent of the task proposed it.") : null,
            };

    private RunCommand.ReportFailure Failed(FailureClass kind, string message, bool retryable)
        => new(_task, Request.Attempt, Failure.Of(kind, message), retryable, null, _node.Random()) { Probe = _finding, Edition = Edition };

    private void LogThrown(Exception exception)
    {
        try
        {
            Log.AgentThrew(_node.Log, Request.Run, Request.Task, Request.Attempt, Request.Agent, exception);
        }
        catch (Exception)
        {
            // A logger writes the whole exception, which may throw as well; the outcome is in the journal.
        }
    }

    private void Cancel()
    {
        try
        {
            _stop.Cancel();
        }
        catch (AggregateException e)
        {
            Log.CancellationThrew(_node.Log, Request.Run, Request.Task, Request.Attempt, e);
        }
    }

    private async ValueTask EndScopeAsync(AsyncServiceScope scope)
    {
        try
        {
            await scope.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The work is done or failed already; a service that can't clean up changes nothing about that.
            Log.ScopeThrew(_node.Log, Request.Run, Request.Task, Request.Attempt, e);
        }
    }
}
