using System.Globalization;

namespace OrchestrationEngine.Execution;

/// <summary>Says of tasks that a limit of the engine holds back which limit that is, and what has to happen.</summary>
internal static class RoomReasons
{
    /// <summary>For tasks that stand in line.</summary>
    /// <param name="missing">What there is too little of.</param>
    /// <param name="before">How many runs stand before this one.</param>
    public static string Of(IReadOnlyList<RoomNeed> missing, int before)
    {
        var what = missing.Count == 0 ? "its turn has come" : string.Join("; ", missing.Select(Of));
        var line = missing.Count == 0 ? "" : before switch
        {
            0 => " Its run is the next.",
            1 => " One run stands before its own.",
            _ => string.Create(CultureInfo.InvariantCulture, $" {before:N0} runs stand before its own."),
        };
        return $"{what}.{line}";
    }

    private static string Of(RoomNeed need)
    {
        var pool = need.Pool;
        var use = string.Create(CultureInfo.InvariantCulture, $"{pool.Used:N0} of {pool.Capacity:N0}");
        if (pool.Capacity - pool.Used >= need.Weight)
        {
            return $"what is free of {(pool.Kind == RoomKind.Agent ? "agent" : "resource")} '{pool.Name}' ({use} taken) is kept for others who have waited longer";
        }

        return pool.Kind switch
        {
            RoomKind.Engine => $"the engine has as many attempts under way as it may ({use})",
            RoomKind.Plan => $"the engine has as many attempts of plan '{pool.Name}' under way as it may ({use})",
            RoomKind.Agent => $"agent '{pool.Name}' has as many attempts under way as it may ({use})",
            RoomKind.Resource => string.Create(CultureInfo.InvariantCulture, $"it needs {need.Weight:N0} of resource '{pool.Name}', of which {use} are taken"),
            _ => throw new ArgumentOutOfRangeException(nameof(need), pool.Kind, null),
        };
    }
}
