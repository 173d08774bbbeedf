namespace OrchestrationEngine.Runs;

/// <summary>What a run wants of another one. It is stored with the facts from which it follows, or not at all.</summary>
/// <param name="To">The other run.</param>
/// <param name="Id">Its name, the same for the same reason.</param>
/// <param name="Command">What is wanted.</param>
internal sealed record RunMessage(RunId To, string Id, RunCommand Command);
