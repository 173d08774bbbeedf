using System.Text;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class PlanPatchTests
{
    private static readonly OrchestrationPlan Plan = new PlanBuilder("plan")
        .Version("3")
        .Phase("one", phase => phase.Parallel().Task("a", "x").Task("b", "x", task => task.After("a")))
        .Phase("two", phase => phase.Task("c", "x").Task("d", "x"))
        .Build();

    [Fact]
    public void A_patch_in_a_file_says_what_the_same_patch_in_code_says()
    {
        var read = PlanPatch.Read("""
            {
              "changes": [
                { "addPhase": { "after": "one", "phase": { "id": "between", "tasks": [{ "id": "e", "agent": "x" }] } } },
                { "addTask": { "phase": "one", "before": "b", "task": { "id": "f", "agent": "x", "inputs": { "file": "${tasks.a.output}" } } } },
                { "replacePhase": { "phase": { "id": "two", "mode": "parallel" } } },
                { "replaceTask": { "task": { "id": "b", "agent": "y" } } },
                { "skipPhase": { "phase": "two", "reason": "No time." } },
                { "skipTask": { "task": "d", "reason": "Done by hand." } },
                { "rewirePhase": { "phase": "two", "dependsOn": ["one"] } },
                { "rewireTask": { "task": "b", "dependsOn": [] } }
              ]
            }
            """);
        var made = PlanPatch.Of(
            PlanChange.AddPhase(new PhaseDefinition { Id = "between", Tasks = [new TaskDefinition { Id = "e", Agent = "x" }] }, after: "one"),
            PlanChange.AddTask("one", new TaskDefinition { Id = "f", Agent = "x", Inputs = [new TaskInput { Name = "file", From = OrchestrationEngine.Expressions.DataPath.Parse("tasks.a.output") }] }, before: "b"),
            PlanChange.ReplacePhase(new PhaseDefinition { Id = "two", Mode = PhaseMode.Parallel }),
            PlanChange.ReplaceTask(new TaskDefinition { Id = "b", Agent = "y" }),
            PlanChange.SkipPhase("two", "No time."),
            PlanChange.SkipTask("d", "Done by hand."),
            PlanChange.RewirePhase("two", ["one"]),
            PlanChange.RewireTask("b", []));
        Assert.Equal(Encoding.UTF8.GetString(made.Write(indented: true)), Encoding.UTF8.GetString(read.Write(indented: true)));
        Assert.Equal(made.ToString(), PlanPatch.Read(made.ToString()).ToString());
    }

    [Fact]
    public void The_changes_are_made_one_after_the_other_and_the_plan_before_stays_as_it_was()
    {
        var before = PlanJson.Write(Plan);
        var patched = PlanPatch.Of(
            PlanChange.AddPhase(new PhaseDefinition { Id = "zero", DependsOn = [] }, before: "one"),
            PlanChange.AddPhase(new PhaseDefinition { Id = "end" }),
            PlanChange.AddTask("end", new TaskDefinition { Id = "z", Agent = "x" }),
            PlanChange.AddTask("end", new TaskDefinition { Id = "y", Agent = "x" }, before: "z"),
            PlanChange.AddTask("two", new TaskDefinition { Id = "e", Agent = "x" }, after: "c"),
            PlanChange.RewireTask("e", ["a"]),
            PlanChange.ReplacePhase(new PhaseDefinition { Id = "two", Name = "Second" }),
            PlanChange.ReplaceTask(new TaskDefinition { Id = "d", Agent = "y" })).Apply(Plan);

        Assert.Equal(["zero", "one", "two", "end"], patched.Phases.Select(phase => phase.Id));
        Assert.Equal(["c", "e", "d"], patched.Phases[2].Tasks.Select(task => task.Id));
        Assert.Equal(["y", "z"], patched.Phases[3].Tasks.Select(task => task.Id));
        Assert.Equal("Second", patched.Phases[2].Name);
        Assert.Equal(["a"], patched.Phases[2].Tasks[1].DependsOn);
        Assert.Equal("y", patched.Phases[2].Tasks[2].Agent);
        Assert.Equal(("plan", "3"), (patched.Id, patched.Version));
        Assert.Equal(before, PlanJson.Write(Plan));
        Assert.Same(Plan.Phases[0], patched.Phases[1]);
    }

    [Fact]
    public void What_is_left_out_is_skipped_with_the_reason_whatever_else_is_said_of_it()
    {
        var plan = new PlanBuilder("plan").Input("x").Phase("one", phase => phase.When("inputs.x").Task("a", "x", task => task.When("inputs.x").OnSkipped(OnSkipped.Fail))).Build();
        var patched = PlanPatch.Of(PlanChange.SkipPhase("one", "No phase."), PlanChange.SkipTask("a", "No task.")).Apply(plan);
        var phase = patched.Phases[0];
        Assert.Equal((null, "true", "No phase."), (phase.When, phase.SkipWhen!.Condition.Text, phase.SkipWhen.Reason));
        var task = phase.Tasks[0];
        Assert.Equal((null, "true", "No task.", OnSkipped.Run), (task.When, task.SkipWhen!.Condition.Text, task.SkipWhen.Reason, task.OnSkipped));
    }

    [Fact]
    public void All_that_keeps_a_patch_from_being_read_is_said_at_once_with_its_place()
    {
        Assert.Null(PlanPatch.Inspect("""
            {
              "changes": [
                { "addTsk": {} },
                { "addTask": { "task": { "id": "a", "agent": 7 } } },
                { "skipTask": { "task": "a" }, "skipPhase": { "phase": "one", "reason": "why" } },
                {},
                { "rewireTask": { "task": "a", "dependsOn": "b" } }
              ],
              "more": 1
            }
            """u8.ToArray(), out var problems));
        Assert.Equal(
            [
                "/changes/0/addTsk",
                "/changes/0",
                "/changes/1/addTask/task/agent",
                "/changes/1/addTask/phase",
                "/changes/2/skipTask/reason",
                "/changes/2",
                "/changes/3",
                "/changes/4/rewireTask/dependsOn",
                "/more",
            ],
            problems.Select(problem => problem.Pointer));
        Assert.Equal("addTask", problems[0].Nearest);
        Assert.All(problems, problem => Assert.True(problem.Line > 0 && problem.Column > 0, problem.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"changes\":{}}")]
    [InlineData("{\"changes\":[1]}")]
    [InlineData("{\"changes\":[{\"addPhase\":{\"phase\":null}}]}")]
    public void What_is_no_patch_is_a_problem_and_no_crash(string json)
    {
        Assert.Null(PlanPatch.Inspect(Encoding.UTF8.GetBytes(json), out var problems));
        Assert.NotEmpty(problems);
    }

    [Fact]
    public void All_that_keeps_a_patch_from_being_made_is_said_at_once_with_its_place()
    {
        var patch = PlanPatch.Of(
            PlanChange.AddPhase(new PhaseDefinition { Id = "one" }),
            PlanChange.AddPhase(new PhaseDefinition { Id = "new", Tasks = [new TaskDefinition { Id = "a", Agent = "x" }] }, after: "too"),
            PlanChange.AddTask("new", new TaskDefinition { Id = "n", Agent = "x" }),
            PlanChange.AddTask("one", new TaskDefinition { Id = "c", Agent = "x" }),
            PlanChange.AddTask("one", new TaskDefinition { Id = "g", Agent = "x" }, after: "a", before: "b"),
            PlanChange.AddTask("one", new TaskDefinition { Id = "h", Agent = "x" }, after: "c"),
            PlanChange.ReplacePhase(new PhaseDefinition { Id = "two", Tasks = [new TaskDefinition { Id = "i", Agent = "x" }] }),
            PlanChange.ReplaceTask(new TaskDefinition { Id = "aa", Agent = "x" }),
            PlanChange.SkipTask("a", " "),
            PlanChange.RewirePhase("three", null));
        Assert.False(patch.TryApply(Plan, out _, out var problems));
        Assert.Equal(
            [
                "/changes/0/addPhase/phase/id: The plan has a phase 'one' already. To change it, use replacePhase.",
                "/changes/1/addPhase/after: There is no phase 'too'. Did you mean 'two'?",
                "/changes/2/addTask/phase: 'new' could not be added by this patch.",
                "/changes/3/addTask/task/id: The plan has a task 'c' already, in phase 'two'. To change it, use replaceTask.",
                "/changes/4/addTask: Both 'after' and 'before' are given; give one of them, or none for the end.",
                "/changes/5/addTask/after: There is no task of phase 'one' 'c'. Did you mean 'a'?",
                "/changes/6/replacePhase/phase/tasks: A phase that is replaced keeps its tasks; leave them out here and use addTask, replaceTask and skipTask for them.",
                "/changes/7/replaceTask/task/id: There is no task 'aa'. Did you mean 'a'?",
                "/changes/8/skipTask/reason: The reason is empty. Say why it is left out.",
            ],
            problems.Take(9).Select(problem => problem.ToString()));
        Assert.Equal("/changes/9/rewirePhase/phase", problems[9].Pointer);
        Assert.Equal(10, problems.Count);
        Assert.Equal(problems.Count, Assert.Throws<PlanInvalidException>(() => patch.Apply(Plan)).Problems.Count);
    }

    [Fact]
    public void A_patch_without_changes_can_not_be_made()
    {
        Assert.False(PlanPatch.Of().TryApply(Plan, out _, out var problems));
        Assert.Equal("/changes", Assert.Single(problems).Pointer);
    }

    [Fact]
    public void Whatever_a_plan_can_say_of_a_phase_a_patch_can_say_too()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var plan = new RandomPlan(seed).Make();
            var patch = PlanPatch.Of([.. plan.Phases.Select(phase => PlanChange.AddPhase(phase))]);
            var read = PlanPatch.Read(patch.ToString());
            Assert.Equal(patch.ToString(), read.ToString());
            var empty = plan with { Phases = [] };
            Assert.Equal(Encoding.UTF8.GetString(PlanJson.Write(plan)), Encoding.UTF8.GetString(PlanJson.Write(read.Apply(empty))));
        }
    }
}
