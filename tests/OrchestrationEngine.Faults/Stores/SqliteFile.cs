using OrchestrationEngine.Faults.Disturbing;

namespace OrchestrationEngine.Faults.Stores;

/// <summary>One SQLite file for all nodes.</summary>
internal sealed class SqliteFile(string folder) : ITestedStore
{
    public string Connection { get; } = Path.Combine(folder, "runs.db");

    public IReadOnlyList<FaultKind> Faults => [];

    public string ConnectionOf(int slot) => Connection;

    public Task DisturbAsync(Fault fault) => throw new NotSupportedException($"An SQLite file can't have the fault '{fault.Kind}'.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
