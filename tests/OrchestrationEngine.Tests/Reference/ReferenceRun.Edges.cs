using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Reference;

/// <content>What waits for what, what nobody waits for any more, and what conditions say.</content>
internal sealed partial class ReferenceRun
{
    private void Connect()
    {
        for (var index = 0; index < Phases.Count; index++)
        {
            var phase = Phases[index];
            phase.Sources.AddRange(phase.Definition.DependsOn is { } names
                ? Phases.Where(other => names.Contains(other.Definition.Id))
                : Phases.Take(index).TakeLast(1));
            foreach (var task in phase.Tasks)
            {
                Connect(task);
            }
        }
    }

    private void Connect(ReferenceTask task)
    {
        var definition = task.Definition;
        task.JoinSources.AddRange(definition.DependsOn.Concat(Read(definition.Inputs.Select(input => input.From).OfType<DataPath>())).Distinct().Select(Find));
        var before = task.Phase.Tasks.TakeWhile(other => other != task).TakeLast(task.Phase.Definition.Mode == PhaseMode.Sequential ? 1 : 0);
        var read = Read((definition.When?.References ?? []).Concat(definition.SkipWhen?.Condition.References ?? [])).Select(Find);
        task.OrderSources.AddRange(before.Concat(read).Distinct());
    }

    private static IEnumerable<string> Read(IEnumerable<DataPath> paths) => paths.Where(path => path.Root == "tasks").Select(path => path.Segments[0].Key!);

    // What leads by its joins to nothing but what is complete or useless itself.
    private void CancelUseless(ReferenceTask complete)
    {
        if (complete.Definition.Join is not ({ Kind: JoinKind.First } or { CancelRest: true }))
        {
            return;
        }

        var useless = new HashSet<ReferenceTask>();
        while (Tasks.FirstOrDefault(task => !useless.Contains(task) && task != complete && !task.HasEnded && IsUseless(task)) is { } found)
        {
            useless.Add(found);
        }

        foreach (var task in useless)
        {
            task.IsUnwanted = true;
            if (task.Status == RunTaskStatus.Pending)
            {
                task.Status = RunTaskStatus.Canceled;
            }
        }

        bool IsUseless(ReferenceTask task)
        {
            var dependents = Tasks.Where(other => other.JoinSources.Contains(task)).ToList();
            return dependents.Any(other => other == complete || useless.Contains(other))
                && dependents.All(other => other == complete || useless.Contains(other) || other.HasEnded);
        }
    }

    private Turn AfterTurn(RepeatDefinition repeat, int turn, ReferenceTask? own)
        => Evaluate(repeat.Until, own is null ? null : turn) switch
        {
            true => Turn.Done,
            null => Turn.Fail,
            _ when turn < repeat.Max => Turn.Again,
            _ => repeat.OnExhausted == ExhaustedLoop.Continue ? Turn.Done : Turn.Fail,
        };

    private bool? Holds(ConditionExpression? condition, bool unless) => condition is null ? unless : Evaluate(condition, null);

    private bool? Evaluate(ConditionExpression condition, int? turn) => condition.Evaluate(new ReferenceScope(Phases, _inputs, turn)).Value;

    private enum Turn
    {
        Done,
        Again,
        Fail,
    }
}
