namespace OrchestrationEngine.Execution;

/// <summary>What exceptions of other people's code say, for the journal.</summary>
internal static class ExceptionText
{
    /// <summary>The message of an exception.</summary>
    public static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message;
        }
        catch (Exception)
        {
            // It is a type of the agent's, and may be as broken as the agent.
            return "its message can't be read.";
        }
    }
}
