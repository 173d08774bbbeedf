namespace OrchestrationEngine.Runs;

/// <summary>What a run tells its parent and its children, by what a step has brought: its own end, and that they are to stop, to hold or to go on.</summary>
internal static class Outbox
{
    /// <summary>The messages of a step, in their order.</summary>
    /// <param name="state">The state after it, with what it touched.</param>
    /// <param name="facts">Its facts.</param>
    /// <param name="created">Tasks whose children have been created since: what was said before they were there has not reached them.</param>
    public static List<RunMessage>? Of(RunState state, ReadOnlySpan<RecordedEvent> facts, List<int> created)
    {
        if (state.Parent is null && state.ChildrenOut == 0)
        {
            return null;
        }

        List<RunMessage> messages = [];
        if (state.ChildrenOut > 0)
        {
            Hold(state, facts, created, messages);
            Stop(state, messages);
        }

        if (state.Parent is { } parent)
        {
            foreach (ref readonly var fact in facts)
            {
                if (EndOf(state, parent, fact) is { } end)
                {
                    messages.Add(end);
                }
            }
        }

        return messages.Count > 0 ? messages : null;
    }

    private static RunMessage? EndOf(RunState state, RunParent parent, in RecordedEvent fact)
    {
        var (status, reason, output) = fact.Event switch
        {
            RunCompleted completed => (completed.Status, completed.Reason, completed.Output),
            RunQuarantined quarantined => (RunStatus.Quarantined, quarantined.Reason, default),
            _ => (RunStatus.Running, null, default),
        };
        return status.IsTerminal()
            ? new RunMessage(parent.Run, ChildRuns.MessageId(state.Id, "ended", fact.Sequence), new RunCommand.ChildEnded(parent.Task, parent.Item, parent.Attempt, state.Id, status, output, reason))
            : null;
    }

    private static void Hold(RunState state, ReadOnlySpan<RecordedEvent> facts, List<int> created, List<RunMessage> messages)
    {
        foreach (ref readonly var fact in facts)
        {
            var (kind, command) = fact.Event switch
            {
                RunPaused paused => ("pause", new RunCommand.Pause(Because(state, "is paused", paused.Reason))),
                RunResumed resumed => ("resume", (RunCommand)new RunCommand.Resume(Because(state, "goes on", resumed.Reason))),
                _ => ("", null!),
            };
            if (command is null)
            {
                continue;
            }

            foreach (var (task, child) in state.Children.OrderBy(static entry => entry.Key))
            {
                if (state.Task(task).AttemptOut)
                {
                    messages.Add(new RunMessage(child, ChildRuns.MessageId(child, kind, fact.Sequence), command));
                }
            }
        }

        foreach (var task in created)
        {
            if (state.Status == RunStatus.Paused && state.Task(task).AttemptOut)
            {
                var child = state.Children[task];
                messages.Add(new RunMessage(child, ChildRuns.MessageId(child, "created", state.Version), new RunCommand.Pause($"Run '{state.Id}', of which this run does a task, is paused.")));
            }
        }
    }

    private static void Stop(RunState state, List<RunMessage> messages)
    {
        // One that was told before is told under the same name again, which changes nothing.
        foreach (var task in state.Agenda.Touched)
        {
            if (!ChildRuns.Has(state, task) || WantedEffects.ForTask(state, task) is not { Stop: true })
            {
                continue;
            }

            var child = state.Children[task];
            var reason = Because(state, $"does not want task '{state.Definition(task).Id}' done any more", RunDecider.StopReason(state, task) ?? "It took longer than its limit.");
            RunCommand command = state.Stopping is { Outcome: RunStatus.Quarantined } ? new RunCommand.Quarantine(reason) : new RunCommand.Cancel(reason);
            messages.Add(new RunMessage(child, ChildRuns.MessageId(child, "stop", 0), command));
        }
    }

    private static string Because(RunState state, string what, string reason) => Failure.Of(default, $"Run '{state.Id}', of which this run does a task, {what}: {reason}").Message;
}
