using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Agents;

/// <summary>One attempt at a task, as its agent sees it.</summary>
public sealed class AgentRequest
{
    private string? _idempotencyKey;
    private JsonData? _item;
    private TaskInputs _inputs = TaskInputs.Empty;

    /// <summary>The run.</summary>
    public required RunId Run { get; init; }

    /// <summary>The id of the run's plan.</summary>
    public required string Plan { get; init; }

    /// <summary>The id of the phase.</summary>
    public required string Phase { get; init; }

    /// <summary>The id of the task.</summary>
    public required string Task { get; init; }

    /// <summary>The registered name of the agent.</summary>
    public required string Agent { get; init; }

    /// <summary>The number of the attempt, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The generation of the task, from 1: it grows with each turn of a loop, and when the run is restarted from before the task.</summary>
    public int Generation { get; init; } = 1;

    /// <summary>Which turn of the innermost loop round the task this is, from 1; 1 where there is no loop.</summary>
    public int Turn { get; init; } = 1;

    /// <summary>The number of the item in its list, from 0, where the task is done for each item of a list; otherwise null.</summary>
    public int? Index { get; init; }

    /// <summary>The item, where the task is done for each item of a list; otherwise null.</summary>
    public JsonData? Item
    {
        get => _item;
        init => _item = value;
    }

    /// <summary>The inputs, bound.</summary>
    public TaskInputs Inputs
    {
        get => _inputs;
        init => _inputs = value;
    }

    /// <summary>
    /// Everything that was wrong with what the attempt before handed over, and that this one is to mend; empty where nothing was. It lasts until the task
    /// succeeds or is done anew.
    /// </summary>
    public IReadOnlyList<ContractViolation> Feedback { get; init; } = [];

    /// <summary>What the agent is called for. The default is <see cref="AgentPurpose.Work"/>.</summary>
    public AgentPurpose Purpose { get; init; }

    /// <summary>What is added to the key where the agent is not called for the task's work; otherwise null.</summary>
    internal string? KeySuffix { get; init; }

    /// <summary>
    /// The same for all attempts at the task in one generation, and never for anything else: <c>RUN/TASK#GENERATION</c>, or
    /// <c>RUN/TASK[INDEX]#GENERATION</c> for an item of a list, with signs
    /// other than letters, digits and <c>-._~</c> in the ids percent-encoded (RFC 3986), so that no two can be read as one. Who is called to judge or to transform what an attempt handed over gets the key with
    /// <c>;judge=</c> or <c>;transform=</c> behind it, with what it is about and the number of the attempt.
    /// </summary>
    public string IdempotencyKey => _idempotencyKey ??= $"{Uri.EscapeDataString(Run.Value)}/{Uri.EscapeDataString(Task)}{(Index is { } index ? $"[{index}]" : "")}#{Generation}{KeySuffix}";

    /// <summary>The same with other values.</summary>
    internal AgentRequest WithValues(TaskInputs inputs, JsonData? item)
    {
        var copy = (AgentRequest)MemberwiseClone();
        (copy._inputs, copy._item) = (inputs, item);
        return copy;
    }
}
