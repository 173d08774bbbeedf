using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>What the names of conditions, bindings and templates mean in a run.</summary>
/// <remarks>
/// Keeps the values that it parsed last: many tasks bound to one large output are the common case. Used by the run's loop alone, which says before
/// each use whose expression it is.
/// </remarks>
internal sealed class RunScope(RunState state, MovedValues? moved = null) : IExpressionScope
{
    private const string TaskMembers = "output, outputs, status, turn, attempts, error and items";

    private readonly ScopeValues _values = new(state);
    private JsonElement? _inputs;
    private (int Number, JsonElement Value)? _item;
    private ReadOnlyMemory<byte> _parsedText;
    private JsonElement _parsedOutput;
    private int _task = -1;
    private int _phase = -1;
    private JsonData? _made;
    private bool _isBinding;

    /// <summary>The next expression is a task's, or an item's.</summary>
    public RunScope For(int task)
    {
        (_task, _phase, _made, _isBinding) = (task, -1, null, false);
        return this;
    }

    /// <summary>The next expression is the plan's.</summary>
    public RunScope ForRun() => For(-1);

    /// <summary>The next expression is a phase's.</summary>
    public RunScope ForPhase(int phase)
    {
        (_task, _phase, _made, _isBinding) = (-1, phase, null, false);
        return this;
    }

    /// <summary>The next expression is read at the end of a task's turn, when what it made is not in the state yet.</summary>
    public RunScope After(int task, JsonData output)
    {
        (_task, _phase, _made, _isBinding) = (task, -1, output, false);
        return this;
    }

    /// <inheritdoc/>
    public bool TryResolve(DataPath path, out JsonElement value, [NotNullWhen(false)] out string? problem) => path.Root switch
    {
        "inputs" => TryFollow(path, 0, _inputs ??= state.Inputs.ToElement(), out value, out problem),
        "tasks" => TryResolveTask(path, out value, out problem),
        "phases" => TryResolvePhase(path, out value, out problem),
        "signals" when path.Segments is [{ Key: { } name }, ..] => DataPath.TryFollow(path, 1, _values.Signals(name), out value, out problem),
        "run" => DataPath.TryFollow(path, 0, _values.Run(), out value, out problem),
        "turn" when Turn() is { } turn => DataPath.TryFollow(path, 0, ScopeValues.Number(turn), out value, out problem),
        "item" when _task >= ItemTable.First => TryFollow(path, 0, ItemValue(), out value, out problem),
        "index" when _task >= ItemTable.First => DataPath.TryFollow(path, 0, ScopeValues.Number(state.Items.IndexOf(_task)), out value, out problem),
        _ => Unknown($"'{path}' means nothing here: a path begins with inputs, tasks, phases, run or signals.", out value, out problem),
    };

    /// <summary>Binds the inputs of a task, or of an item of one, to their values.</summary>
    /// <returns>The values in the order of the plan, or null with the problem.</returns>
    public JsonData[]? Bind(int task, out string? problem)
    {
        For(task);
        return Bind(state.Definition(task).Inputs, "Input", out problem);
    }

    /// <summary>Computes the outputs of the plan.</summary>
    /// <returns>The values in the order of the plan, or null with the problem.</returns>
    public JsonData[]? Bind(IReadOnlyList<TaskInput> outputs, out string? problem)
    {
        (_task, _phase, _made) = (-1, -1, null);
        return Bind(outputs, "Output", out problem);
    }

    private JsonData[]? Bind(IReadOnlyList<TaskInput> inputs, string what, out string? problem)
    {
        _isBinding = true;
        var values = new JsonData[inputs.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var input = inputs[i];
            if (input.Template is { } template)
            {
                if (!template.TryEvaluate(this, out values[i], out problem))
                {
                    problem = $"{what} '{input.Name}' can't be computed: {problem}";
                    return null;
                }
            }
            else if (input.From is null)
            {
                values[i] = input.Value;
            }
            else if (!TryBind(input.From, out values[i], out problem))
            {
                problem = $"{what} '{input.Name}' is bound to {input.From}: {problem}";
                return null;
            }
        }

        problem = null;
        return values;
    }

    private bool TryBind(DataPath path, out JsonData value, [NotNullWhen(false)] out string? problem)
    {
        if (path is { Root: "tasks", Segments: [{ Key: { } id }, { Key: "output" }] } && state.Graph.TryGetTask(id, out var task))
        {
            // The whole output as it is.
            var whole = Given(task) ?? state.Output(task);
            value = moved is null ? whole : moved.Fill(whole);
            problem = null;
            return true;
        }

        var found = TryResolve(path, out var element, out problem);
        value = found ? JsonData.From(element) : default;
        return found;
    }

    private bool TryResolveTask(DataPath path, out JsonElement value, [NotNullWhen(false)] out string? problem)
    {
        if (path.Segments is not [{ Key: { } id }, { Key: { } member }, ..])
        {
            return Unknown($"'{path}' does not say what of which task; write tasks.ID.output, or one of {TaskMembers}.", out value, out problem);
        }

        if (!state.Graph.TryGetTask(id, out var task))
        {
            return Unknown($"The plan has no task '{id}' ('{path}').", out value, out problem);
        }

        switch (member)
        {
            case "output":
                return TryResolveOutput(path, task, out value, out problem);
            case "items":
                return DataPath.TryFollow(path, 2, FanOutOutput.Counts(state.Items.Find(task)), out value, out problem);
            case "outputs" when state.Task(task).Status == RunTaskStatus.Running && state.Items.Find(task) is { IsExpanded: true } fanOut && (task != _task || _made is null):
                return TryFollow(path, 2, FanOutOutput.SoFar(state, fanOut), out value, out problem);
            case "outputs":
                return TryFollow(path, 2, _values.Outputs(task, task == _task ? _made : null), out value, out problem);
            case "status":
                return DataPath.TryFollow(path, 2, ScopeValues.Status(state.Task(task).Status), out value, out problem);
            case "turn":
                return DataPath.TryFollow(path, 2, ScopeValues.Number(state.ShownTurnOf(task)), out value, out problem);
            case "attempts":
                return DataPath.TryFollow(path, 2, ScopeValues.Number(state.Task(task).Attempt), out value, out problem);
            case "error":
                return DataPath.TryFollow(path, 2, ScopeValues.Text(state.Failures.GetValueOrDefault(task)?.Message), out value, out problem);
            default:
                return Unknown($"'{path}' leads nowhere: of a task there are {TaskMembers}.", out value, out problem);
        }
    }

    private bool TryResolveOutput(DataPath path, int task, out JsonElement value, [NotNullWhen(false)] out string? problem)
    {
        var output = task == _task && _made is { } made ? made : state.Output(task);
        if (_isBinding && state.Task(task).Status != RunTaskStatus.Succeeded)
        {
            // A task without an output gives null, however deep the binding.
            (value, problem) = (ScopeValues.Null, null);
            return true;
        }

        output = Given(task) ?? output;
        if (!_parsedText.Equals(output.Utf8))
        {
            (_parsedText, _parsedOutput) = (output.Utf8, output.ToElement());
        }

        return TryFollow(path, 2, _parsedOutput, out value, out problem);
    }

    private bool TryFollow(DataPath path, int from, JsonElement start, out JsonElement value, [NotNullWhen(false)] out string? problem)
        => moved is null ? DataPath.TryFollow(path, from, start, out value, out problem) : moved.TryFollow(path, from, start, out value, out problem);

    private bool TryResolvePhase(DataPath path, out JsonElement value, [NotNullWhen(false)] out string? problem)
    {
        if (path.Segments is not [{ Key: { } id }, { Key: { } member }, ..] || !state.Graph.TryGetPhase(id, out var phase))
        {
            return Unknown($"'{path}' leads to no phase of the plan; write phases.ID.status or phases.ID.turn.", out value, out problem);
        }

        return member switch
        {
            "status" => DataPath.TryFollow(path, 2, ScopeValues.Status(state.Phase(phase).Status), out value, out problem),
            "turn" => DataPath.TryFollow(path, 2, ScopeValues.Number(state.Phase(phase).Turn), out value, out problem),
            _ => Unknown($"'{path}' leads nowhere: of a phase there are status and turn.", out value, out problem),
        };
    }

    // What the task whose inputs are bound gets instead of another's output.
    private JsonData? Given(int task)
        => _isBinding && _task >= 0 && state.Handoffs.TryGetSent(task, state.TaskOf(_task), out var sent) && state.Task(task).Status == RunTaskStatus.Succeeded ? sent : null;

    private JsonElement ItemValue()
    {
        if (_item?.Number != _task)
        {
            _item = (_task, state.Items.Value(_task).ToElement());
        }

        return _item!.Value.Value;
    }

    private int? Turn() => _task >= 0 ? state.ShownTurnOf(state.TaskOf(_task)) : _phase >= 0 ? state.Phase(_phase).Turn : null;

    private static bool Unknown(string text, out JsonElement value, out string problem)
    {
        (value, problem) = (default, text);
        return false;
    }
}
