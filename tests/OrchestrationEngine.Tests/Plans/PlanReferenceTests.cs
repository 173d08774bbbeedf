using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class PlanReferenceTests
{
    private static readonly OrchestrationPlan Good = new()
    {
        Id = "p",
        Inputs = [new PlanInput { Name = "repository", Required = true }, new PlanInput { Name = "depth" }],
        Agents = [new PlanAgent { Id = "reader", Uses = "acme/reader" }, new PlanAgent { Id = "writer" }],
        Tiers = [new PlanTier { Id = "first" }],
        Phases =
        [
            new PhaseDefinition { Id = "read", Tier = "first", Tasks = [Task("files"), Task("count")] },
            new PhaseDefinition { Id = "write", Tasks = [Task("report")] },
        ],
    };

    [Fact]
    public void References_to_nothing_are_refused_with_the_nearest_name()
    {
        var plan = Good with
        {
            Phases =
            [
                new PhaseDefinition { Id = "read", Tier = "frist", Tasks = [Task("files"), Task("count") with { Agent = "riter", DependsOn = ["flies"] }] },
                new PhaseDefinition { Id = "write", DependsOn = ["raed"], When = ConditionExpression.Parse("inputs.dept == 1 && tasks.cuont.output") },
            ],
        };

        Assert.Equal(
            [
                ("/phases/0/tier", "frist", "first"), ("/phases/0/tasks/1/agent", "riter", "writer"), ("/phases/0/tasks/1/dependsOn/0", "flies", "files"),
                ("/phases/1/dependsOn/0", "raed", "read"), ("/phases/1/when", "dept", "depth"), ("/phases/1/when", "cuont", "count"),
            ],
            PlanVerifier.Verify(plan).Select(problem => (problem.Pointer, problem.Name, problem.Nearest)));
    }

    [Fact]
    public void A_name_that_is_near_to_nothing_gets_no_suggestion()
        => Assert.Null(Assert.Single(PlanVerifier.Verify(WithTask(Task("x") with { DependsOn = ["entirely different"] }))).Nearest);

    [Fact]
    public void A_task_that_depends_on_a_phase_is_told_so()
        => Assert.Contains("There is a phase of that name", Assert.Single(PlanVerifier.Verify(WithTask(Task("x") with { DependsOn = ["read"] }))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("inputs.repository")]
    [InlineData("inputs.repository.deep[0]['x']")]
    [InlineData("tasks.files.output")]
    [InlineData("tasks['files']['output'].anything")]
    [InlineData("tasks.declares.output")]
    [InlineData("tasks.declares.output.paths[3].name")]
    public void A_binding_that_leads_somewhere_is_fine(string path) => Assert.Empty(PlanVerifier.Verify(WithBinding(path)));

    [Theory]
    [InlineData("inputs", "does not say which input")]
    [InlineData("inputs[0]", "does not say which input")]
    [InlineData("inputs.repositry", "takes no input 'repositry'. It takes: 'repository', 'depth'.")]
    [InlineData("tasks", "does not say which task")]
    [InlineData("tasks[0].output", "does not say which task")]
    [InlineData("tasks.nobody.output", "has no task 'nobody'")]
    [InlineData("tasks.files", "does not say what is read of task 'files'. It can be: output, outputs, status, turn, attempts, error, items.")]
    [InlineData("tasks.files.state", "does not say what is read of task 'files'. It can be: output, outputs, status, turn, attempts, error, items.")]
    [InlineData("tasks.declares.output.path", "has no member 'path'. It declares: 'paths', 'total'.")]
    [InlineData("tasks.declares.output[0]", "has no member '[0]'. It declares: 'paths', 'total'.")]
    [InlineData("task.files.output", "begins with 'task', which is no name here. There are: 'inputs', 'tasks', 'phases', 'run', 'signals'.")]
    [InlineData("tasks.x.output", "bound to the output of task 'x' itself")]
    public void A_binding_that_leads_nowhere_is_refused(string path, string message) => AssertOne(WithBinding(path), "/phases/1/tasks/0/inputs/v", message);

    [Theory]
    [InlineData("tasks.a1.output", null)]
    [InlineData("tasks.b1.output", null)]
    [InlineData("tasks.c1.output", "task 'c1' is in this phase itself")]
    [InlineData("tasks.d1.output", "task 'd1' is in phase 'd', on which this phase does not depend")]
    [InlineData("tasks.e1.output", "task 'e1' is in phase 'e', on which this phase does not depend")]
    public void A_condition_reads_only_tasks_that_have_surely_ended(string condition, string? message)
    {
        var plan = new OrchestrationPlan
        {
            Id = "p",
            Phases =
            [
                new PhaseDefinition { Id = "a", Tasks = [Task("a1")] },
                new PhaseDefinition { Id = "b", Tasks = [Task("b1") with { DependsOn = ["d1"] }] },
                new PhaseDefinition { Id = "c", When = ConditionExpression.Parse(condition), Tasks = [Task("c1")] },
                new PhaseDefinition { Id = "d", DependsOn = [], Tasks = [Task("d1")] },
                new PhaseDefinition { Id = "e", DependsOn = ["c"], Tasks = [Task("e1")] },
            ],
        };

        if (message is null)
        {
            Assert.Empty(PlanVerifier.Verify(plan));
        }
        else
        {
            AssertOne(plan, "/phases/2/when", message);
        }
    }

    [Fact]
    public void Agents_are_checked_against_the_application_when_it_is_known()
    {
        AssertOne(Good, "/agents/0/uses", "The application has no agent 'acme/reader'. It has: 'reader', 'writer'.", ["reader", "writer"]);
        AssertOne(Good with { Agents = [] }, "/phases/0/tasks/0/agent", "The application has no agent 'writer'. It has none.", []);
    }

    private static OrchestrationPlan WithTask(TaskDefinition task) => Good with
    {
        Phases =
        [
            new PhaseDefinition { Id = "read", Tasks = [Task("files"), Task("declares") with { Outputs = ["paths", "total"] }] },
            new PhaseDefinition { Id = "write", Tasks = [task] },
        ],
    };

    private static OrchestrationPlan WithBinding(string path) => WithTask(Task("x") with { Inputs = [Bind(DataPath.Parse(path))] });

    private static TaskInput Bind(DataPath path) => new() { Name = "v", From = path };

    private static TaskDefinition Task(string id) => new() { Id = id, Agent = "writer" };

    private static void AssertOne(OrchestrationPlan plan, string place, string message, string[]? agents = null)
    {
        var problem = PlanVerifier.Verify(plan, null, agents)[0];
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal(place, problem.Pointer);
    }
}
