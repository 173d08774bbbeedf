using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Execution;

/// <content>The gate between the attempt and those that get what it makes.</content>
internal sealed partial class AttemptExecution
{
    /// <summary>The artifacts that the attempt wrote so far.</summary>
    internal IReadOnlyList<ArtifactReference> WrittenArtifacts => Volatile.Read(ref _artifacts)?.Written ?? [];

    private ValueTask<RunCommand> PassAsync(RunCommand found)
        => found is RunCommand.ReportSuccess success ? HandoffGate.PassAsync(_node, this, _definition, success, _stop.Token) : new(found);

    // The output and the artifacts belong to the question: what becomes of them is decided with it.
    private async ValueTask<RunCommand> SettleAsync(RunCommand.ReportQuestion question, AttemptSettlement settlement)
    {
        var asked = new RunCommand.ReportSuccess(question.Task, question.Attempt, question.Question.Output) { Records = question.Records, Edition = question.Edition };
        var (settled, problem) = await settlement.SettleAsync(asked, _task, _node.KeptOf(Edition.Graph), _stop.Token).ConfigureAwait(false);
        if (settled is null)
        {
            return Failed(Plans.FailureClass.InvalidOutput, problem!, retryable: true);
        }

        var artifacts = settled.Records.OfType<ArtifactRegistered>().ToList();
        return question with
        {
            Question = question.Question with { Output = settled.Output, Artifacts = artifacts.Count > 0 ? artifacts : null },
            Records = [.. settled.Records.Where(static record => record is not ArtifactRegistered)],
        };
    }
}
