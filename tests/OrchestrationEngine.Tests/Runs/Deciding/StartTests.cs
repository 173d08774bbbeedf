using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs.Deciding;

public sealed class StartTests
{
    [Fact]
    public void A_run_starts_its_first_phase_and_what_is_ready_in_it()
        => new RunScenario(plan => plan.Phase("one", phase => phase.Parallel().Task("a", "x").Task("b", "x").Task("c", "x", task => task.After("a"))).Phase("two", phase => phase.Task("d", "x")))
            .Starts().Then("run.started", "phase.started one", "attempt.started a#1", "attempt.started b#1")
            .Succeeds("a").Then("attempt.succeeded a#1", "attempt.started c#1")
            .Succeeds("b").Then("attempt.succeeded b#1")
            .Succeeds("c").Then("attempt.succeeded c#1", "phase.completed one", "phase.started two", "attempt.started d#1")
            .Succeeds("d").Then("attempt.succeeded d#1", "phase.completed two", "run.completed Succeeded");

    [Fact]
    public void A_start_that_comes_twice_starts_once()
        => new RunScenario(plan => plan.Phase("one", phase => phase.Task("a", "x")))
            .Starts()
            .Starts().Then()
            .Succeeds("a")
            .Starts().Then();

    [Fact]
    public void The_tasks_of_a_sequential_phase_run_one_after_the_other()
        => new RunScenario(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x")))
            .Starts().Then("run.started", "phase.started one", "attempt.started a#1")
            .Succeeds("a").Then("attempt.succeeded a#1", "attempt.started b#1");

    [Fact]
    public void A_run_without_tasks_succeeds_at_once()
        => new RunScenario(plan => plan.Phase("one").Phase("two"))
            .Starts().Then("run.started", "phase.started one", "phase.completed one", "phase.started two", "phase.completed two", "run.completed Succeeded");

    [Fact]
    public void An_empty_phase_is_passed_on_the_way()
        => new RunScenario(plan => plan.Phase("one", phase => phase.Task("a", "x")).Phase("empty").Phase("two", phase => phase.Task("b", "x")))
            .Starts()
            .Succeeds("a").Then("attempt.succeeded a#1", "phase.completed one", "phase.started empty", "phase.completed empty", "phase.started two", "attempt.started b#1");

    [Fact]
    public void Phases_that_depend_on_nothing_run_together_and_a_later_one_waits_for_both()
        => new RunScenario(plan => plan
                .Phase("left", phase => phase.Task("a", "x"))
                .Phase("right", phase => phase.DependsOn().Task("b", "x"))
                .Phase("both", phase => phase.DependsOn("left", "right").Task("c", "x")))
            .Starts().Then("run.started", "phase.started left", "phase.started right", "attempt.started a#1", "attempt.started b#1")
            .Succeeds("b").Then("attempt.succeeded b#1", "phase.completed right")
            .Succeeds("a").Then("attempt.succeeded a#1", "phase.completed left", "phase.started both", "attempt.started c#1");

    [Fact]
    public void A_task_that_depends_on_one_of_another_phase_waits_for_it()
        => new RunScenario(plan => plan
                .Phase("left", phase => phase.Parallel().Task("a", "x").Task("slow", "x"))
                .Phase("right", phase => phase.DependsOn().Task("b", "x", task => task.Bind("i", "tasks.a.output"))))
            .Starts().Then("run.started", "phase.started left", "phase.started right", "attempt.started a#1", "attempt.started slow#1")
            .Succeeds("a").Then("attempt.succeeded a#1", "attempt.started b#1");

    [Fact]
    public void A_task_starts_once_however_often_it_names_the_same_dependency()
        => new RunScenario(plan => plan.Phase("one", phase => phase.Task("a", "x").Task("b", "x", task => task.After("a").Bind("i", "tasks.a.output").Bind("j", "tasks.a.output"))))
            .Starts()
            .Succeeds("a").Then("attempt.succeeded a#1", "attempt.started b#1");

    [Fact]
    public void Higher_priority_starts_first_then_the_longer_way_to_the_end_then_what_was_ready_first()
        => new RunScenario(
                plan => plan.Phase("one", phase => phase.Parallel()
                    .Task("plain", "x")
                    .Task("also", "x")
                    .Task("far", "x", task => task.Estimate(TimeSpan.FromSeconds(5)))
                    .Task("urgent", "x", task => task.Priority(1))
                    .Task("idle", "x", task => task.Priority(-1))),
                room: 1)
            .Starts().Then("run.started", "phase.started one", "attempt.started urgent#1")
            .Succeeds("urgent").Then("attempt.succeeded urgent#1", "attempt.started far#1")
            .Succeeds("far").Then("attempt.succeeded far#1", "attempt.started plain#1")
            .Succeeds("plain").Then("attempt.succeeded plain#1", "attempt.started also#1")
            .Succeeds("also").Then("attempt.succeeded also#1", "attempt.started idle#1");

    [Fact]
    public void A_task_on_the_longest_remaining_path_starts_before_one_on_a_short_path()
        => new RunScenario(
                plan => plan.Phase("one", phase => phase.Parallel()
                    .Task("short", "x")
                    .Task("long", "x")
                    .Task("next", "x", task => task.After("long"))
                    .Task("last", "x", task => task.After("next"))),
                room: 1)
            .Starts().Then("run.started", "phase.started one", "attempt.started long#1");

    [Fact]
    public void No_more_tasks_run_at_once_than_the_plan_allows()
        => new RunScenario(plan => plan.MaxParallelTasks(2).Phase("one", phase => phase.Parallel().Task("a", "x").Task("b", "x").Task("c", "x").Task("d", "x")))
            .Starts().Then("run.started", "phase.started one", "attempt.started a#1", "attempt.started b#1")
            .Succeeds("b").Then("attempt.succeeded b#1", "attempt.started c#1")
            .Does(Success("a"), Success("c")).Then("attempt.succeeded a#1", "attempt.succeeded c#1", "attempt.started d#1");

    [Fact]
    public void The_outcomes_of_one_step_are_stored_with_what_follows_from_all_of_them()
    {
        var run = new RunScenario(plan => plan.Phase("one", phase => phase.Parallel().Task("a", "x").Task("b", "x").Task("c", "x", task => task.After("a", "b")))).Starts();
        run.Does(
                new RunCommand.ReportSuccess(run.Index("b"), 1, default),
                new RunCommand.ReportSuccess(run.Index("a"), 1, default))
            .Then("attempt.succeeded b#1", "attempt.succeeded a#1", "attempt.started c#1");
    }

    private static RunCommand.ReportSuccess Success(string task) => new(task[0] - 'a', 1, default);
}
