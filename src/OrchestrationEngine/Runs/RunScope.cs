using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>What the names of conditions and bindings mean in a run: <c>inputs.NAME</c> and <c>tasks.ID.output</c>.</summary>
/// <remarks>Keeps the values that it parsed last: many tasks bound to one large output are the common case. Used by the run's loop alone.</remarks>
internal sealed class RunScope(RunState state) : IExpressionScope
{
    private JsonElement? _inputs;
    private (int Number, JsonElement Value)? _item;
    private ReadOnlyMemory<byte> _parsedText;
    private JsonElement _parsedOutput;

    /// <summary>The number of the item whose inputs are bound; -1 where they are a task's.</summary>
    public int Item { get; set; } = -1;

    /// <inheritdoc/>
    public bool TryResolve(DataPath path, out JsonElement value, [NotNullWhen(false)] out string? problem)
    {
        if (Item >= 0 && path.Root is "item" or "index")
        {
            return DataPath.TryFollow(path, 0, path.Root == "item" ? ValueOfItem() : FanOutOutput.Number(state.Items.IndexOf(Item)), out value, out problem);
        }

        if (path.Root == "tasks" && path.Segments is [{ Key: { } of }, { Key: "items" or "outputs" }, ..] && state.Graph.TryGetTask(of, out var fanned) && FanOutRules.IsFanOut(state.Definition(fanned)))
        {
            var fanOut = state.Items.Find(fanned);
            return DataPath.TryFollow(path, 2, path.Segments[1].Key == "items" ? FanOutOutput.Counts(fanOut) : FanOutOutput.SoFar(state, fanOut), out value, out problem);
        }

        if (path.Root == "inputs")
        {
            return DataPath.TryFollow(path, 0, _inputs ??= state.Inputs.ToElement(), out value, out problem);
        }

        if (!TryFindTask(path, out var task, out problem))
        {
            value = default;
            return false;
        }

        var output = state.Output(task);
        if (!_parsedText.Equals(output.Utf8))
        {
            (_parsedText, _parsedOutput) = (output.Utf8, output.ToElement());
        }

        return DataPath.TryFollow(path, 2, _parsedOutput, out value, out problem);
    }

    /// <summary>Binds the inputs of a task to their values.</summary>
    /// <returns>The values in the order of the plan, or null with the problem.</returns>
    public JsonData[]? Bind(TaskDefinition definition, out string? problem)
    {
        var values = new JsonData[definition.Inputs.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var input = definition.Inputs[i];
            if (input.From is null)
            {
                values[i] = input.Value;
            }
            else if (!TryBind(input.From, out values[i], out problem))
            {
                problem = $"Input '{input.Name}' is bound to {input.From}: {problem}";
                return null;
            }
        }

        problem = null;
        return values;
    }

    private bool TryBind(DataPath path, out JsonData value, [NotNullWhen(false)] out string? problem)
    {
        if (path.Root == "tasks" && TryFindTask(path, out var task, out _) && (path.Segments.Count == 2 || state.Task(task).Status != RunTaskStatus.Succeeded))
        {
            // The whole output as it is; and a task without one gives null, however deep the binding.
            value = state.Output(task);
            problem = null;
            return true;
        }

        var found = TryResolve(path, out var element, out problem);
        value = found ? JsonData.From(element) : default;
        return found;
    }

    private JsonElement ValueOfItem()
    {
        if (_item is not { } known || known.Number != Item)
        {
            _item = known = (Item, state.Items.Value(Item).ToElement());
        }

        return known.Value;
    }

    private bool TryFindTask(DataPath path, out int task, [NotNullWhen(false)] out string? problem)
    {
        task = -1;
        if (path.Root == "tasks" && path.Segments is [{ Key: { } id }, { Key: "output" }, ..] && state.Graph.TryGetTask(id, out task))
        {
            problem = null;
            return true;
        }

        problem = $"'{path}' is neither inputs.NAME nor tasks.ID.output.";
        return false;
    }
}
