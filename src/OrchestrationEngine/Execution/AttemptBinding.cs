using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <summary>What an attempt is given, as the run stands: made on the run's loop.</summary>
/// <param name="Inputs">The bound inputs; null with a problem.</param>
/// <param name="Item">The item, where the task is done for each item of a list; otherwise null.</param>
/// <param name="MemoKey">What its result depends on besides, where the task takes results over and says so; otherwise null.</param>
/// <param name="Problem">Why it can't be given, or null.</param>
internal readonly record struct AttemptBinding(TaskInputs? Inputs, JsonData? Item, JsonData? MemoKey, string? Problem)
{
    /// <summary>Binds the inputs of a task, or of an item of one.</summary>
    /// <param name="state">The run.</param>
    /// <param name="scope">What names mean in it.</param>
    /// <param name="task">The task or item.</param>
    /// <param name="moved">What stands in the places of moved values; null where there are none.</param>
    public static AttemptBinding Of(RunState state, RunScope scope, int task, MovedValues? moved)
    {
        var definition = state.Definition(task);
        var inputs = TaskInputs.Empty;
        if (definition.Inputs.Count > 0)
        {
            if (scope.Bind(task, out var problem) is not { } values)
            {
                return new AttemptBinding(null, null, null, problem);
            }

            inputs = new TaskInputs(definition.Inputs, values);
        }

        JsonData? item = task < ItemTable.First ? null : state.Items.Value(task);
        if (moved is not null && item is { } value)
        {
            item = moved.Fill(value);
        }

        if (definition is { IsPlain: false, Memo.Key: { } template })
        {
            return template.TryEvaluate(scope.For(task), out var key, out var wrong)
                ? new AttemptBinding(inputs, item, key, null)
                : new AttemptBinding(null, null, null, $"What its result depends on (memo.key) can't be computed: {wrong}");
        }

        return new AttemptBinding(inputs, item, null, null);
    }
}
