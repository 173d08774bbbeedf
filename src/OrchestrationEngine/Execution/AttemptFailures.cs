using System.Text.Json;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Execution;

/// <summary>What an exception that comes out of an attempt says about it.</summary>
internal static class AttemptFailures
{
    /// <summary>The failure.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="exception">What it threw.</param>
    /// <returns>The kind, the message, and whether another attempt may succeed.</returns>
    public static (FailureClass Class, string Message, bool Retryable) Of(string agent, Exception exception) => OfContents(exception)

        // An agent returns failures; what it throws is a bug of it, which another attempt would meet again.
        ?? (FailureClass.Crashed, $"Agent '{agent}' threw {exception.GetType().Name}: {MessageOf(exception)}", false);

    /// <summary>The failure, where the exception is about contents: their store, not the agent, is at fault. Otherwise null.</summary>
    public static (FailureClass Class, string Message, bool Retryable)? OfContents(Exception exception) => exception switch
    {
        ArtifactTooLargeException => (FailureClass.InvalidOutput, exception.Message, true),
        UnsafePathException => (FailureClass.InvalidOutput, exception.Message, true),
        ArtifactNotFoundException or ArtifactDamagedException => (FailureClass.InvalidInput, exception.Message, true),
        StateStoreException { IsTransient: var isTransient } => (FailureClass.Unavailable, exception.Message, isTransient),
        _ => null,
    };

    /// <summary>As <see cref="OfContents"/>, where no agent runs and all that can be wrong is the contents.</summary>
    public static (FailureClass Class, string Message, bool Retryable) OfReading(Exception exception) => OfContents(exception) ?? exception switch
    {
        JsonException => (FailureClass.InvalidInput, $"A value that was moved out of an output can't be read: {exception.Message}", true),
        _ => (FailureClass.Unavailable, $"The artifact store failed with {exception.GetType().Name}: {MessageOf(exception)}", true),
    };

    /// <summary>What an exception says that may be as broken as whose it is.</summary>
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
