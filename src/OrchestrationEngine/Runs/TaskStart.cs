namespace OrchestrationEngine.Runs;

/// <summary>
/// The one place where a task, or an item of one, begins by its kind. It has been admitted (its join is complete and nothing leaves it out) and no
/// gate is closed for it.
/// </summary>
internal static class TaskStart
{
    /// <summary>Begins a task.</summary>
    /// <returns>The fact by which it begins; null for what an agent does, which is queued: it begins with an attempt when there is room.</returns>
    /// <remarks>Where more than one fact is needed, the further ones go into <see cref="RunAgenda.Decided"/>, in their order.</remarks>
    public static RunEvent? Begin(RunState state, int task)
    {
        switch (TaskKinds.Of(state, task))
        {
            case TaskKind.Agent:
                state.Agenda.AddReady(state, task);
                return null;

            case TaskKind.ForEach:
                return FanOutRules.Expand(state, task);

            case TaskKind.Wait:
                return WaitTerms.Begin(state, task, state.Now);

            case TaskKind.SubPlan:
                return ChildRuns.Begin(state, task);

            case TaskKind.End:
                return EndRules.Begin(state, task);

            default:
                throw new InvalidOperationException($"Task '{state.Definition(task).Id}' is of no kind.");
        }
    }
}
