using System.Globalization;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Sqlite.Nodes;

/// <summary>The parts of a node's id: its name, and the number of its stay, which is the key of its row.</summary>
internal readonly record struct Stay(string Name, long Key)
{
    /// <summary>Takes an id apart.</summary>
    /// <returns>A stay that nobody has (key 0) for an id that this store did not give.</returns>
    public static Stay Of(NodeId id)
    {
        var slash = id.Value.LastIndexOf('/');
        return slash > 0 && long.TryParse(id.Value.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var key)
            ? new Stay(id.Value[..slash], key)
            : new Stay(id.Value, 0);
    }

    public NodeId ToId() => new(string.Create(CultureInfo.InvariantCulture, $"{Name}/{Key}"));
}
