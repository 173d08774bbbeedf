namespace OrchestrationEngine.Testing;

/// <summary>Something that must hold and did not.</summary>
/// <param name="Rule">Which rule was broken; the same for all breaches of one rule.</param>
/// <param name="Message">What happened.</param>
/// <param name="At">When, from the beginning of the simulation.</param>
public sealed record SimulationViolation(string Rule, string Message, TimeSpan At);
