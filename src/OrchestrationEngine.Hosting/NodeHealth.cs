namespace OrchestrationEngine.Hosting;

/// <summary>What the checks report beside their verdict.</summary>
internal static class NodeHealth
{
    public static IReadOnlyDictionary<string, object> DataOf(NodeStatus node)
    {
        var data = new Dictionary<string, object> { ["name"] = node.Name, ["runs"] = node.Runs, ["attempts"] = node.Attempts };
        if (node.Id is { } id)
        {
            data["id"] = id.Value;
        }

        if (node.LastRenewedAt is { } renewed)
        {
            data["lastRenewal"] = renewed;
        }

        return data;
    }
}
