namespace OrchestrationEngine.Tests.Runs.Walks;

/// <summary>How long loops share the machine: tests that wait for something need a processor meanwhile.</summary>
internal static class BusyWork
{
    public static ParallelOptions Options { get; } = new() { MaxDegreeOfParallelism = Math.Max(1, Environment.ProcessorCount - 1) };
}
