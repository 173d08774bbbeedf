using OrchestrationEngine.Plans;
using OrchestrationEngine.Registry;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>Creates the run that does an attempt, unless it is there. Made for one child; used on any thread.</summary>
internal sealed class ChildCreation(NodeContext node, RunId id, RunParent parent, int priority, SubPlanDefinition definition, IReadOnlyDictionary<string, JsonData> inputs)
{
    public RunId Id => id;

    /// <summary>Creates the run. A store that is busy or out of reach is asked again and again.</summary>
    /// <param name="isOver">Whether nobody waits for it any more.</param>
    /// <returns>Why it can't be, or null: it is there, or nobody waits.</returns>
    public async Task<ChildFailure?> CreateAsync(Func<bool> isOver)
    {
        for (var tries = 1; !isOver(); tries++)
        {
            try
            {
                return await TryCreateAsync().ConfigureAwait(false);
            }
            catch (StateStoreException e) when (e.IsTransient)
            {
                var delay = Backoff.Delay(tries);
                Log.ChildDelayed(node.Log, parent.Run, id, delay, e.Message);
                await Pauses.ForAsync(delay, node.Time, CancellationToken.None).ConfigureAwait(false);
            }
            catch (ObjectDisposedException) when (node.Creation.IsClosed)
            {
                // The node is on its way down; the next one that has the parent sees to it.
                return null;
            }
        }

        return null;
    }

    private async Task<ChildFailure?> TryCreateAsync()
    {
        // Before the plan is looked for: a child that is there has its own copy, whatever the registry gives by now.
        if (await node.Store.FindAsync(id, CancellationToken.None).ConfigureAwait(false) is not null)
        {
            return await CheckAsync().ConfigureAwait(false);
        }

        var (plan, missing) = await FindPlanAsync().ConfigureAwait(false);
        if (plan is null)
        {
            return missing;
        }

        PlanGraph graph;
        try
        {
            graph = node.VerifiedGraphForAnyNode(plan);
        }
        catch (PlanInvalidException e)
        {
            return new ChildFailure(FailureClass.InvalidInput, e.Message);
        }

        var (given, gone) = await GiveAsync().ConfigureAwait(false);
        if (gone is not null)
        {
            return gone;
        }

        var problems = PlanVerifier.VerifyInputs(plan, given);
        if (problems.Count > 0)
        {
            return new ChildFailure(FailureClass.InvalidInput, new PlanInvalidException(plan.Id, problems).Message);
        }

        try
        {
            var created = new RunCreated { Plan = plan, Inputs = RunInputs.Merge(plan, given), Parent = parent, Priority = priority };
            await node.Creation.CreateAsync(id, isIdGiven: true, created, graph, CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (RunExistsException)
        {
            return await CheckAsync().ConfigureAwait(false);
        }
    }

    // What was moved is a value again, where it is small enough; what else is a reference is needed by the child from here on.
    private async ValueTask<(IReadOnlyDictionary<string, JsonData> Given, ChildFailure? Gone)> GiveAsync()
    {
        if (node.Contents is not { } contents || !inputs.Values.Any(ContentReferences.MayBeIn))
        {
            return (inputs, null);
        }

        var given = new Dictionary<string, JsonData>(StringComparer.Ordinal);
        foreach (var (name, value) in inputs)
        {
            given[name] = await contents.FillAsync(value, CancellationToken.None).ConfigureAwait(false);
        }

        var missing = await contents.LinkAsync(id, given.Values, CancellationToken.None).ConfigureAwait(false);
        return (given, missing.Count == 0 ? null : new ChildFailure(FailureClass.InvalidInput, $"The inputs of task '{parent.Task}' name contents that are not there. {RunContents.Gone(missing)}", Retryable: true));
    }

    private async Task<(OrchestrationPlan? Plan, ChildFailure? Missing)> FindPlanAsync()
    {
        if (definition.Inline is { } inline)
        {
            return (inline, null);
        }

        var name = definition.Version is { } version ? $"'{definition.Id}' in version '{version}'" : $"'{definition.Id}'";
        if (node.Plans is not { } plans)
        {
            return (null, new ChildFailure(FailureClass.Unavailable, $"Plan {name} can't be found: no {nameof(IPlanSource)} is registered here, from which plans come that tasks name by their ids.", Retryable: true));
        }

        OrchestrationPlan? plan;
        try
        {
            plan = await plans.FindAsync(definition.Id!, definition.Version, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            return (null, new ChildFailure(FailureClass.Unavailable, $"Plan {name} could not be looked for: {e.GetType().Name}: {e.Message}", Retryable: true));
        }

        return (plan, plan is null ? new ChildFailure(FailureClass.Unavailable, $"There is no plan {name}.", Retryable: true) : null);
    }

    // Ids of runs are the application's to give, and it may have given this one.
    private async Task<ChildFailure?> CheckAsync()
    {
        await foreach (var first in node.Store.ReadAsync(id, 0, CancellationToken.None).ConfigureAwait(false))
        {
            // The task may be called otherwise by now.
            if (first.Event is RunCreated { Parent: { } known } && (known with { Task = parent.Task }) == parent)
            {
                return null;
            }

            break;
        }

        return new ChildFailure(FailureClass.Permanent, $"There is another run with the id '{id}', which a run that does task '{parent.Task}' would have. Give runs other ids.");
    }
}
