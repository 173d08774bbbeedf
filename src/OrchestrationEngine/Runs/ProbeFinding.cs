namespace OrchestrationEngine.Runs;

/// <summary>What an agent found when it was asked whether the attempts before, whose outcome nobody knows, did the task's work.</summary>
public enum ProbeFinding
{
    /// <summary>It happened: the task is done.</summary>
    Happened,

    /// <summary>It did not happen.</summary>
    DidNotHappen,

    /// <summary>That can't be told now.</summary>
    Unknown,
}
