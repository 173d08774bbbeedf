using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class PlanDifferenceTests
{
    private static readonly OrchestrationPlan Plan = new PlanBuilder("plan")
        .Phase("one", phase => phase.Parallel().Task("a", "x").Task("b", "x", task => task.After("a")))
        .Phase("two", phase => phase.Task("c", "x").Task("d", "x"))
        .Build();

    [Fact]
    public void The_difference_is_told_in_lines()
    {
        var other = new PlanBuilder("plan")
            .Version("2")
            .Phase("one", phase => phase.Parallel().Task("a", "y").Task("b", "x", task => task.Timeout(TimeSpan.FromMinutes(5))))
            .Phase("new", phase => phase.Task("e", "x"))
            .Phase("two", phase => phase.Name("Second").Task("d", "x").Task("c", "x", task => task.After("b")))
            .Build();
        Assert.Equal(
            """
            + phase 'new'
            + task 'e'
            ~ plan: version (not given) -> "2"
            ~ phase 'two': name (not given) -> "Second"
            ~ task 'a': agent "x" -> "y"
            ~ task 'b': timeout (not given) -> "5m"
            ~ task 'b': dependsOn ["a"] -> (not given)
            ~ task 'c': dependsOn (not given) -> ["b"]
            + phase 'one' before phase 'new'
            + phase 'new' before phase 'two'
            + task 'b' before task 'c'
            + task 'd' before task 'c' (order only)
            - phase 'one' before phase 'two'
            - task 'a' before task 'b'
            - task 'c' before task 'd' (order only)
            """.ReplaceLineEndings("\n"),
            PlanDifference.Between(Plan, other).ToString());
    }

    [Fact]
    public void A_task_that_is_in_another_phase_is_told()
    {
        var other = new PlanBuilder("plan")
            .Phase("one", phase => phase.Parallel().Task("a", "x").Task("b", "x", task => task.After("a")).Task("d", "x"))
            .Phase("two", phase => phase.Task("c", "x"))
            .Build();
        Assert.Equal("~ task 'd': phase \"two\" -> \"one\"\n- task 'c' before task 'd' (order only)", PlanDifference.Between(Plan, other).ToString());
    }

    [Fact]
    public void Plans_that_say_the_same_have_no_difference_and_others_have_one()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var plan = new RandomPlan(seed).Make();
            Assert.True(PlanDifference.Between(plan, PlanJson.Read(PlanJson.Write(plan))).IsEmpty);
            Assert.False(PlanDifference.Between(plan, plan with { Name = "Another" }).IsEmpty);
        }
    }

    [Fact]
    public void What_was_added_one_way_is_removed_the_other_way()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var (one, two) = (new RandomPlan(seed).Make(), new RandomPlan(seed + 1000).Make());
            var (there, back) = (PlanDifference.Between(one, two), PlanDifference.Between(two, one));
            Assert.Equal(there.AddedPhases, back.RemovedPhases);
            Assert.Equal(there.AddedTasks, back.RemovedTasks);
            Assert.Equal(there.AddedEdges, back.RemovedEdges);
            Assert.Equal(there.Changed.Select(member => (member.Phase, member.Task, member.Member)).Order(), back.Changed.Select(member => (member.Phase, member.Task, member.Member)).Order());
        }
    }
}
