using System.Text.Json.Serialization;

namespace OrchestrationEngine.Runs;

/// <summary>
/// One fact in the journal of a run. Facts are decisions already taken: folding them gives the state of the run, and nothing else does.
/// </summary>
/// <remarks>
/// The set of facts is closed. Their stored names and properties are never renamed, removed or reused; a new meaning is a new fact
/// or a higher <see cref="SchemaVersion"/>.
/// </remarks>
public abstract record RunEvent
{
    private protected RunEvent()
    {
    }

    /// <summary>The name under which it is stored: <c>attempt.succeeded</c>.</summary>
    [JsonIgnore]
    public abstract string Type { get; }

    /// <summary>The version of its stored shape.</summary>
    [JsonIgnore]
    public virtual int SchemaVersion => 1;
}

/// <summary>A fact about one phase.</summary>
public abstract record PhaseEvent : RunEvent
{
    private protected PhaseEvent()
    {
    }

    /// <summary>The phase.</summary>
    [JsonPropertyOrder(-2)]
    public required string Phase { get; init; }
}

/// <summary>A fact about one task.</summary>
public abstract record TaskEvent : RunEvent
{
    private protected TaskEvent()
    {
    }

    /// <summary>The task.</summary>
    [JsonPropertyOrder(-2)]
    public required string Task { get; init; }

    /// <summary>The item of the task, from 0, where it is done for each item of a list and the fact is about one of them; otherwise null.</summary>
    [JsonPropertyOrder(-2)]
    public int? Item { get; init; }
}

/// <summary>A fact about one attempt at a task.</summary>
public abstract record AttemptEvent : TaskEvent
{
    private protected AttemptEvent()
    {
    }

    /// <summary>The number of the attempt, from 1, counted over the whole life of the task in the run.</summary>
    [JsonPropertyOrder(-1)]
    public required int Attempt { get; init; }
}
