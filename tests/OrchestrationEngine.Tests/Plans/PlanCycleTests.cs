using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class PlanCycleTests
{
    [Fact]
    public void Tasks_that_wait_for_each_other_are_shown_as_a_path()
    {
        var problem = AssertOne(Phase("p", Task("a", "c"), Task("b", "a"), Task("c", "b")));

        Assert.Equal("/phases/0/tasks/0", problem.Pointer);
        Assert.Equal("a", problem.Name);
        Assert.Contains("task 'a' -> task 'b' -> task 'c' -> task 'a'.", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_binding_makes_a_circle_as_a_dependency_does()
    {
        var bound = Task("a") with { Inputs = [new TaskInput { Name = "v", From = DataPath.Parse("tasks.b.output.x") }] };

        Assert.Contains("task 'a' -> task 'b' -> task 'a'", AssertOne(Phase("p", bound, Task("b", "a"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_of_a_sequential_phase_is_named_as_the_reason()
    {
        var problem = AssertOne(Phase("p", Task("a", "b"), Task("b")) with { Mode = PhaseMode.Sequential });

        Assert.Contains("task 'a' -> task 'b' -> task 'a'", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Phase 'p' is sequential", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_that_waits_for_a_task_of_a_later_phase_is_a_circle_through_the_phases_ends()
    {
        var problem = AssertOne(Phase("p", Task("a", "b")), Phase("q", Task("b")));

        Assert.Contains("task 'a' -> end of phase 'p' -> start of phase 'q' -> task 'b' -> task 'a'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_may_wait_for_a_task_of_a_later_phase_on_which_nothing_else_hangs()
        => Assert.Empty(PlanVerifier.Verify(Plan(Phase("p", Task("a", "b")), Phase("q", Task("b")) with { DependsOn = [] })));

    [Fact]
    public void Phases_without_tasks_that_wait_for_each_other_are_found()
    {
        var problem = AssertOne(Phase("p") with { DependsOn = ["q"] }, Phase("q"));

        Assert.Equal("/phases/0", problem.Pointer);
        Assert.Contains("start of phase 'p' -> end of phase 'p' -> start of phase 'q' -> end of phase 'q' -> start of phase 'p'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_depends_on_itself_is_one_problem_and_not_a_circle_besides()
    {
        Assert.Contains("depends on itself", AssertOne(Phase("p", Task("a", "a"))).Message, StringComparison.Ordinal);
        Assert.Contains("depends on itself", AssertOne(Phase("p") with { DependsOn = ["p"] }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Separate_circles_are_all_reported()
    {
        var problems = PlanVerifier.Verify(Plan(Phase("p", Task("a", "b"), Task("b", "a"), Task("c"), Task("d", "e", "c"), Task("e", "d"))));

        Assert.Equal(["a", "d"], problems.Select(problem => problem.Name));
    }

    [Fact]
    public void A_very_long_circle_is_shortened()
    {
        var tasks = Enumerable.Range(0, 100_000).Select(index => Task($"t{index}", $"t{(index + 99_999) % 100_000}")).ToArray();

        var message = AssertOne(Phase("p", tasks)).Message;

        Assert.Contains("task 't0' -> task 't1' -> ", message, StringComparison.Ordinal);
        Assert.Contains("-> (99,985 more) ->", message, StringComparison.Ordinal);
        Assert.True(message.Length < 1_000);
    }

    [Fact]
    public void A_condition_in_a_circle_of_phases_does_not_make_verification_fail()
    {
        var p = Phase("p", Task("a")) with { DependsOn = ["q"], When = ConditionExpression.Parse("tasks.a.output == 1") };

        Assert.Equal(2, PlanVerifier.Verify(Plan(p, Phase("q"))).Count);
    }

    private static PlanProblem AssertOne(params PhaseDefinition[] phases) => Assert.Single(PlanVerifier.Verify(Plan(phases)));

    private static OrchestrationPlan Plan(params PhaseDefinition[] phases) => new() { Id = "plan", Phases = phases };

    private static PhaseDefinition Phase(string id, params TaskDefinition[] tasks) => new() { Id = id, Mode = PhaseMode.Parallel, Tasks = tasks };

    private static TaskDefinition Task(string id, params string[] after) => new() { Id = id, Agent = "g", DependsOn = after };
}
