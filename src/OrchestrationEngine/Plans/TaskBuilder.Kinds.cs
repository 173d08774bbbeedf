namespace OrchestrationEngine.Plans;

/// <content>How a task is done that no agent does.</content>
public sealed partial class TaskBuilder
{
    private WaitBuilder? _wait;
    private (EndStatus Status, string? Reason)? _end;

    internal TaskBuilder Wait(WaitBuilder wait)
    {
        _wait = wait;
        return this;
    }

    internal TaskBuilder End(EndStatus status, string? reason)
    {
        _end = (status, reason);
        return this;
    }

    private TaskDefinition BuildKind(PlanPointer at, Unreadable texts)
    {
        if (_wait is not null)
        {
            return _task with { Wait = _wait.Build(at.Member("wait"), texts) };
        }

        return _end is { } end
            ? _task with { End = new EndDefinition { Status = end.Status, Reason = texts.Template(at.Member("end").Leaf("reason"), end.Reason) } }
            : _task;
    }
}
