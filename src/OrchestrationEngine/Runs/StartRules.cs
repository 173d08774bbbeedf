using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>How a run starts: at its beginning, or at a phase; then those that this one depends on are skipped.</summary>
internal static class StartRules
{
    public static void Decide(RunState state, List<RunEvent> facts)
    {
        if (state is not { Status: RunStatus.Pending, Stopping: null })
        {
            return;
        }

        var (id, problem) = state.StartAt is { } wanted ? (wanted, null) : ByPlan(state);
        if (problem is null && id is not null && !state.Graph.TryGetPhase(id, out _))
        {
            var nearest = new NameSuggestions().Find(id, state.Graph.Plan.Phases.Select(phase => phase.Id));
            problem = $"The run is to start at phase '{id}'{Source(state)}, which the plan does not have." + (nearest is null ? "" : $" Did you mean '{nearest}'?");
        }

        if (problem is not null)
        {
            facts.Add(new RunStarted());
            facts.Add(new RunStopping { Outcome = RunStatus.Failed, Reason = Failure.Of(default, problem).Message });
            return;
        }

        if (id is null)
        {
            facts.Add(new RunStarted());
            WorkspaceRules.Begin(state, facts);
            return;
        }

        var reason = $"The run starts at phase '{id}'{Source(state)}.";
        facts.Add(new RunStarted { StartAt = id, Reason = reason });
        WorkspaceRules.Begin(state, facts);
        foreach (var phase in Before(state.Graph, id))
        {
            facts.Add(new PhaseSkipped { Phase = state.Graph.Phase(phase).Id, Reason = reason });
        }
    }

    private static string Source(RunState state) => state.StartAt is null ? $" (startAt: {state.Graph.Plan.StartAt?.Text})" : "";

    private static (string? Phase, string? Problem) ByPlan(RunState state)
    {
        if (state.Graph.Plan.StartAt is not { } expression)
        {
            return default;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            if (!expression.TryEvaluate(state.Scope.ForRun(), writer, out var problem))
            {
                return (null, $"Where the run starts ({expression.Text}) can't be read: {problem}");
            }
        }

        var value = JsonData.Trusted(buffer.WrittenMemory).ToElement();
        return value.ValueKind switch
        {
            JsonValueKind.Null => default,
            JsonValueKind.String => (value.GetString(), null),
            _ => (null, $"Where the run starts ({expression.Text}) is {value.GetRawText()}; the id of a phase was expected, as a text, or null."),
        };
    }

    // All phases that one depends on, directly or not, in the order of the plan.
    private static SortedSet<int> Before(PlanGraph graph, string id)
    {
        var before = new SortedSet<int>();
        var open = new Stack<int>();
        graph.TryGetPhase(id, out var start);
        open.Push(start);
        while (open.TryPop(out var phase))
        {
            foreach (var earlier in graph.PhaseDependencies(phase))
            {
                if (before.Add(earlier))
                {
                    open.Push(earlier);
                }
            }
        }

        return before;
    }
}
