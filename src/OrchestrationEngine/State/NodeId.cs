namespace OrchestrationEngine.State;

/// <summary>
/// Names one stay of a node in a store, from <see cref="ILeaseStore.JoinAsync"/> on: a process that comes back, or joins again, has a new one.
/// Given out by the store; the text begins with the node's name.
/// </summary>
public readonly record struct NodeId
{
    private readonly string? _value;

    /// <summary>Takes a text as the id of a node's stay.</summary>
    /// <param name="value">The id.</param>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public NodeId(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        _value = value;
    }

    /// <summary>The text of the id; the empty string for the default value, which names no node.</summary>
    public string Value => _value ?? "";

    /// <summary>The text of the id.</summary>
    public override string ToString() => Value;
}
