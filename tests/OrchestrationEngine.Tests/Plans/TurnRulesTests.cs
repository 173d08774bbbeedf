using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class TurnRulesTests
{
    [Theory]
    [InlineData("oneAtATime", 1)]
    [InlineData("parallel", 0)]
    public void A_task_that_is_done_for_each_that_arrives_can_not_take_turns_with_them(string mode, int problems)
    {
        var plan = PlanJson.Inspect(System.Text.Encoding.UTF8.GetBytes($$$"""
            {"id":"p","phases":[{"id":"one","mode":"{{{mode}}}","tasks":[
              {"id":"a","agent":"x"},{"id":"b","agent":"x"},{"id":"each","agent":"x","dependsOn":["a","b"],"join":"each"}]}]}
            """));

        var found = plan.Problems.Where(problem => problem is { Code: "OE1408", Pointer: "/phases/0/tasks/2/join" }).ToList();
        Assert.Equal(problems, found.Count);
        Assert.Equal(problems, plan.Problems.Count);
    }
}
