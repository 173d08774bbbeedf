namespace OrchestrationEngine.Plans;

/// <summary>How much of a named resource of the engine a task takes while it runs.</summary>
/// <param name="Name">The resource; its capacity is the application's (<c>OrchestrationOptions.Resources</c>).</param>
/// <param name="Weight">How much; from 1.</param>
public sealed record ResourceUse(string Name, int Weight = 1);
