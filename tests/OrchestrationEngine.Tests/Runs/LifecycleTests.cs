using OrchestrationEngine.Runs;
using OrchestrationEngine.StateMachines;

namespace OrchestrationEngine.Tests.Runs;

public sealed class LifecycleTests
{
    [Fact]
    public void The_life_of_a_run_is_this()
        => Assert.Equal(
            """
            stateDiagram-v2
                [*] --> Pending
                Pending --> Running : Start
                Running --> Paused : Pause
                Paused --> Running : Resume
                Running --> Succeeded : Succeed
                Running --> Failed : Fail
                Paused --> Failed : Fail
                Pending --> Canceled : Cancel
                Running --> Canceled : Cancel
                Paused --> Canceled : Cancel
                Running --> Quarantined : Quarantine
                Paused --> Quarantined : Quarantine
                Failed --> Quarantined : Quarantine
                Failed --> Running : Restart
                Quarantined --> Running : Restart
                Succeeded --> [*]
                Canceled --> [*]
            """,
            RunLifecycle.Table.ToMermaid().TrimEnd());

    [Fact]
    public void The_life_of_a_phase_is_this()
        => Assert.Equal(
            """
            stateDiagram-v2
                [*] --> Pending
                Pending --> Running : Start
                Pending --> Skipped : Skip
                Running --> AwaitingGate : OpenGate
                AwaitingGate --> Running : Revise
                Running --> Running : Repeat
                Running --> Completed : Complete
                AwaitingGate --> Completed : Complete
                Running --> Failed : Fail
                AwaitingGate --> Failed : Fail
                Pending --> Canceled : Cancel
                Running --> Canceled : Cancel
                AwaitingGate --> Canceled : Cancel
                Completed --> Pending : Reopen
                Skipped --> Pending : Reopen
                Failed --> Pending : Reopen
                Canceled --> Pending : Reopen
            """,
            PhaseLifecycle.Table.ToMermaid().TrimEnd());

    [Fact]
    public void The_life_of_a_task_is_this()
        => Assert.Equal(
            """
            stateDiagram-v2
                [*] --> Pending
                Pending --> Running : Start
                Retrying --> Running : Start
                Pending --> Succeeded : Succeed
                Running --> Succeeded : Succeed
                Waiting --> Succeeded : Succeed
                Running --> Retrying : RetryLater
                Waiting --> Retrying : RetryLater
                Running --> Pending : Repeat
                Waiting --> Pending : Repeat
                Pending --> Failed : Fail
                Running --> Failed : Fail
                Retrying --> Failed : Fail
                Waiting --> Failed : Fail
                Pending --> Waiting : Wait
                Retrying --> Waiting : Wait
                Running --> Waiting : Wait
                Running --> Quarantined : Quarantine
                Retrying --> Quarantined : Quarantine
                Waiting --> Quarantined : Quarantine
                Pending --> Skipped : Skip
                Waiting --> Skipped : Skip
                Pending --> Canceled : Cancel
                Running --> Canceled : Cancel
                Retrying --> Canceled : Cancel
                Waiting --> Canceled : Cancel
                Succeeded --> Compensating : Compensate
                Compensating --> Compensated : FinishCompensation
                Succeeded --> Pending : Reopen
                Failed --> Pending : Reopen
                Quarantined --> Pending : Reopen
                Canceled --> Pending : Reopen
                Skipped --> Pending : Reopen
                Compensated --> Pending : Reopen
            """,
            TaskLifecycle.Table.ToMermaid().TrimEnd());

    [Fact]
    public void Every_cell_of_the_run_table_is_as_the_model_has_it() => Compare(RunLifecycle.Table, LifecycleModel.Next);

    [Fact]
    public void Every_cell_of_the_phase_table_is_as_the_model_has_it() => Compare(PhaseLifecycle.Table, LifecycleModel.Next);

    [Fact]
    public void Every_cell_of_the_task_table_is_as_the_model_has_it() => Compare(TaskLifecycle.Table, LifecycleModel.Next);

    [Fact]
    public void A_run_has_ended_exactly_where_nothing_but_a_restart_or_quarantine_leads_on()
        => Assert.All(Enum.GetValues<RunStatus>(), status => Assert.Equal(
            RunLifecycle.Table.PermittedTriggers(status).All(trigger => trigger is RunTrigger.Restart or RunTrigger.Quarantine),
            status.IsTerminal()));

    [Fact]
    public void A_phase_has_ended_exactly_where_nothing_but_a_new_generation_leads_on()
        => Assert.All(Enum.GetValues<RunPhaseStatus>(), status => Assert.Equal(
            PhaseLifecycle.Table.PermittedTriggers(status).All(trigger => trigger == PhaseTrigger.Reopen),
            status.IsTerminal()));

    [Fact]
    public void A_task_has_ended_exactly_where_nothing_but_a_new_generation_or_compensation_leads_on()
        => Assert.All(Enum.GetValues<RunTaskStatus>().Where(status => status != RunTaskStatus.Compensating), status => Assert.Equal(
            TaskLifecycle.Table.PermittedTriggers(status).All(trigger => trigger is TaskTrigger.Reopen or TaskTrigger.Compensate),
            status.IsTerminal()));

    private static void Compare<TState, TTrigger>(TransitionTable<TState, TTrigger> table, Func<TState, TTrigger, TState?> model)
        where TState : struct, Enum
        where TTrigger : struct, Enum
    {
        foreach (var from in Enum.GetValues<TState>())
        {
            foreach (var trigger in Enum.GetValues<TTrigger>())
            {
                var permitted = table.TryFire(from, trigger, out var next);
                var expected = model(from, trigger);
                Assert.True(
                    permitted == expected.HasValue && (!permitted || next.Equals(expected!.Value)),
                    $"{table.Name}: from {from} by {trigger} the table says {(permitted ? next : "no")}, the model {(object?)expected ?? "no"}.");
                Assert.False(table.IsIgnored(from, trigger));
            }
        }
    }
}
