using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>Tasks that end their run.</summary>
internal static class EndRules
{
    /// <summary>The task is reached: it is done, and the run stops.</summary>
    public static RunEvent Begin(RunState state, int task)
    {
        var definition = state.Definition(task);
        var reason = $"Task '{definition.Id}' ended the run.";
        if (definition.End!.Reason is { } template)
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer))
            {
                if (!template.TryEvaluate(state.Scope.For(task), writer, out var problem))
                {
                    return new TaskFailed { Task = definition.Id, Failure = Failure.Of(FailureClass.InvalidInput, $"The reason with which task '{definition.Id}' ends the run ({template.Text}) can't be read: {problem}") };
                }
            }

            var value = JsonData.Trusted(buffer.WrittenMemory).ToElement();
            reason = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        }

        state.Agenda.Decided.Enqueue(new RunStopping { Outcome = OutcomeOf(definition.End.Status), Reason = Failure.Of(default, reason).Message });
        return new TaskSucceeded { Task = definition.Id };
    }

    private static RunStatus OutcomeOf(EndStatus status) => status switch
    {
        EndStatus.Succeeded => RunStatus.Succeeded,
        EndStatus.Failed => RunStatus.Failed,
        _ => RunStatus.Canceled,
    };
}
