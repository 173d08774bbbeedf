using OrchestrationEngine.Runs;

namespace OrchestrationEngine.State;

/// <summary>A message was to be answered that is answered already, or is not one of the run's. Nothing was written.</summary>
public sealed class InboxAnsweredException : OrchestrationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="run">The run.</param>
    /// <param name="messageId">The message.</param>
    public InboxAnsweredException(RunId run, string messageId)
        : base($"Message '{messageId}' of run '{run}' has an answer already, or there is no such message. Nothing was written; load the run and read its messages again.")
    {
        Run = run;
        MessageId = messageId;
    }

    /// <summary>The run.</summary>
    public RunId Run { get; }

    /// <summary>The message.</summary>
    public string MessageId { get; }
}
