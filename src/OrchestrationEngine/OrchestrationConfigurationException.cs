namespace OrchestrationEngine;

/// <summary>The engine is configured wrongly. It carries every problem, not only the first.</summary>
public sealed class OrchestrationConfigurationException : OrchestrationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="problems">What is wrong; at least one.</param>
    public OrchestrationConfigurationException(IReadOnlyList<string> problems)
        : base("The orchestration engine is configured wrongly:" + string.Concat((problems ?? throw new ArgumentNullException(nameof(problems))).Select(problem => Environment.NewLine + "  " + problem)))
    {
        Problems = problems;
    }

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<string> Problems { get; }
}
