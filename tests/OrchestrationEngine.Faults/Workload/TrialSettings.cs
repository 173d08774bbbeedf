using System.Globalization;

namespace OrchestrationEngine.Faults.Workload;

/// <summary>What one trial is; the controller and its nodes have the same, and with it the same runs.</summary>
internal sealed record TrialSettings
{
    /// <summary>The store: <c>postgres</c> or <c>sqlite</c>.</summary>
    public string Store { get; init; } = "postgres";

    /// <summary>Everything random comes from it.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many runs.</summary>
    public int Runs { get; init; } = 200;

    /// <summary>How many node processes.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>How long there are faults.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a node's lease lasts.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The shortest and the longest task of the long ones.</summary>
    public (TimeSpan Shortest, TimeSpan Longest) LongTasks
        => Duration < TimeSpan.FromMinutes(1) ? (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)) : (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));

    /// <summary>The command line that makes the same trial again.</summary>
    public string CommandLine
        => string.Create(CultureInfo.InvariantCulture, $"dotnet run --project tests/OrchestrationEngine.Faults -c Release -- --store {Store} --seconds {Duration.TotalSeconds} --nodes {Nodes} --runs {Runs} --seed {Seed}");
}
