using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Runs.Deciding;

/// <summary>Plans as records, without the builder: what the verifier would warn of is meant.</summary>
internal static class FlowPlan
{
    public static OrchestrationPlan Of(params PhaseDefinition[] phases) => new() { Id = "plan", Phases = phases };

    /// <summary>One phase in which failed tasks are allowed.</summary>
    public static OrchestrationPlan Of(params TaskDefinition[] tasks) => Of(Phase("one", tasks));

    public static PhaseDefinition Phase(string id, params TaskDefinition[] tasks) => new()
    {
        Id = id,
        Mode = PhaseMode.Parallel,
        OnFailure = new FailurePolicy { Mode = FailureMode.FinishWhatCan, FailuresAllowed = 100 },
        Tasks = tasks,
    };

    public static TaskDefinition Task(string id, params string[] after) => new() { Id = id, Agent = "x", DependsOn = after };

    public static TaskDefinition Joins(string id, JoinKind kind, params string[] after) => Task(id, after) with { Join = new JoinDefinition { Kind = kind } };

    public static TaskDefinition End(string id, EndStatus status, params string[] after) => new() { Id = id, DependsOn = after, End = new EndDefinition { Status = status } };

    public static ConditionExpression If(string text) => ConditionExpression.Parse(text);

    public static RepeatDefinition Until(string text, int max, double? delay = null, ExhaustedLoop onExhausted = ExhaustedLoop.Fail)
        => new() { Until = If(text), Max = max, Delay = delay is { } seconds ? TimeSpan.FromSeconds(seconds) : null, OnExhausted = onExhausted };
}
