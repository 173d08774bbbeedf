using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Testing;

/// <summary>Puts an agent into a simulation: tells the watch what it does, and has it hang, die, lie and be late as the faults want it.</summary>
internal sealed class SimulatedAgent(SimulatedCluster cluster, SimulatedLife life, IAgentAdapter agent, Random random) : IAgentAdapter
{
    private readonly SimulationContext _context = new(cluster.Loop, life);

    public Task<AgentResult> ExecuteAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
    {
        cluster.Loop.RequireThread($"Agent '{request.Agent}' of {life}");
        if (!life.IsAlive)
        {
            return Never();
        }

        // The engine goes on outside of the context of the agent, where it runs inline.
        var told = new TaskCompletionSource<AgentResult>();
        _context.Run(_ => CallAsync().ContinueWith(Tell, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default), null);
        return told.Task;

        // A call that throws at once throws for the engine as well.
        async Task<AgentResult> CallAsync() => await MakeAsync(request, context, cancellationToken).ConfigureAwait(true);

        void Tell(Task<AgentResult> made)
        {
            cluster.Loop.RequireThread($"Agent '{request.Agent}' of {life}");
            cluster.Loop.Soon(life, () =>
            {
                if (made.IsCompletedSuccessfully)
                {
                    told.SetResult(made.Result);
                }
                else if (made.IsCanceled)
                {
                    told.SetException(new TaskCanceledException(made));
                }
                else
                {
                    told.SetException(made.Exception!.InnerExceptions);
                }
            });
        }
    }

    private async Task<AgentResult> MakeAsync(AgentRequest request, IAgentContext context, CancellationToken cancellationToken)
    {
        var (machine, watch) = (life.Machine, cluster.Watch);
        var effect = watch.Begins(life, request);
        if (cancellationToken.IsCancellationRequested)
        {
            watch.IsToldToStop(effect);
        }

        // Not disposed of before the attempt has ended: it must be known until then whether it was told.
        using var told = cancellationToken.UnsafeRegister(_ => watch.IsToldToStop(effect), null);
        if (machine.Take(SimulatedFaultKind.CrashInAttempt) is { } crash)
        {
            cluster.Loop.After(TimeSpan.FromMilliseconds(random.Next(1, 500)), null, () => cluster.Kill(life, crash));
        }

        try
        {
            if (machine.Happens(SimulatedFaultKind.AgentHangs, random) && HasTimeout(request))
            {
                return await Never().ConfigureAwait(true);
            }

            if (machine.Happens(SimulatedFaultKind.AgentDies, random))
            {
                Disturb(request, "breaks");
                throw new InvalidOperationException("The simulated agent has broken.");
            }

            if (machine.Happens(SimulatedFaultKind.AgentLate, random))
            {
                Disturb(request, "does not listen");
                var result = await agent.ExecuteAsync(request, context, CancellationToken.None).ConfigureAwait(true);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 20_000)), context.TimeProvider, CancellationToken.None).ConfigureAwait(true);
                return result;
            }

            if (machine.Happens(SimulatedFaultKind.AgentDoesItTwice, random))
            {
                cluster.Trace.Add(cluster.Loop.Now, life, "does twice", request.Run.Value, request.Attempt, request.Task);
                var first = await Task.WhenAny(agent.ExecuteAsync(request, context, cancellationToken), agent.ExecuteAsync(request, context, CancellationToken.None)).ConfigureAwait(true);
                return await first.ConfigureAwait(true);
            }

            var made = await agent.ExecuteAsync(request, context, cancellationToken).ConfigureAwait(true);
            return machine.Happens(SimulatedFaultKind.AgentLies, random) ? Lie(request, made) : made;
        }
        finally
        {
            cluster.Loop.RequireThread($"Agent '{request.Agent}' of {life}");
            if (life.IsAlive)
            {
                watch.Ends(effect, "ends");
            }
        }
    }

    private static Task<AgentResult> Never() => new TaskCompletionSource<AgentResult>().Task;

    private AgentResult Lie(AgentRequest request, AgentResult made)
    {
        Disturb(request, "lies");
        return random.Next(4) switch
        {
            0 => null!,
            1 => AgentResult.Succeeded(JsonData.Parse("{\"lie\":true}")),
            2 => AgentResult.Failed(FailureClass.Unavailable, "It says that it failed."),
            _ => made.IsSuccess ? AgentResult.Succeeded() : AgentResult.Succeeded(JsonData.Parse("{\"value\":0}")),
        };
    }

    private void Disturb(AgentRequest request, string how)
    {
        cluster.Trace.Add(cluster.Loop.Now, life, how, request.Run.Value, request.Attempt, request.Task);
        if (cluster.Watch.Runs.TryGetValue(request.Run, out var run))
        {
            run.IsDisturbed = true;
        }
    }

    private bool HasTimeout(AgentRequest request)
        => cluster.Watch.Runs.TryGetValue(request.Run, out var run)
            && run.Journal.Plan!.Phases.FirstOrDefault(phase => phase.Id == request.Phase) is { } phase
            && (phase.Timeout is not null || phase.Tasks.First(task => task.Id == request.Task).Timeout is not null);
}
