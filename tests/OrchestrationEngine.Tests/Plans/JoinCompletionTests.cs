using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class JoinCompletionTests
{
    private enum Outcome
    {
        Succeeded,
        Failed,
        Skipped,
    }

    [Theory]
    [InlineData("all", null)]
    [InlineData("any", "OE1601")]
    [InlineData("activated", null)]
    [InlineData("none", null)]
    public void A_join_over_one_task_can_be_complete(string join, string? warning)
        => AssertCodes(Plan("{'id':'t','agent':'g','dependsOn':['x'],'join':'" + join + "'}"), warning);

    [Fact]
    public void Branches_of_a_choice_can_not_all_arrive()
    {
        const string Choice = "{'id':'l','agent':'g','choice':'way','when':'inputs.left == true'},{'id':'r','agent':'g','choice':'way'},{'id':'l2','agent':'g','dependsOn':['l']}";
        string Join(string join, string rest = "") => Plan(Choice + ",{'id':'t','agent':'g','dependsOn':['l2','r'],'join':" + join + rest + "}");

        AssertCodes(Join("'all'"), "OE1502");
        AssertCodes(Join("{'atLeast':2}", ",'onSkipped':'fail'"), "OE1502");
        AssertCodes(Join("'all'", ",'onSkipped':'run'"));
        AssertCodes(Join("'any'"));
        AssertCodes(Join("'activated'"));
        Assert.Contains("needs all of 'l2', 'r', but these are in branches of a choice of which only one is taken", PlanJson.Inspect(Join("'all'")).Problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_join_of_joins_over_the_branches_of_a_choice_is_seen_through()
    {
        const string Choice = "{'id':'a','agent':'g','choice':'w','when':'inputs.left == true'},{'id':'b','agent':'g','choice':'w','when':'inputs.left == false'},{'id':'c','agent':'g','choice':'w'},";
        const string Either = "{'id':'ab','agent':'g','dependsOn':['a','b'],'join':'any'},";

        AssertCodes(Plan(Choice + Either + "{'id':'t','agent':'g','dependsOn':['ab','c']}"), "OE1502");
        AssertCodes(Plan(Choice + Either + "{'id':'t','agent':'g','dependsOn':['ab','b']}"));
    }

    [Fact]
    public void What_can_never_arrive_is_followed_to_what_waits_for_it()
    {
        var plan = Plan("{'id':'never','agent':'g','when':'false'},{'id':'t','agent':'g','dependsOn':['never']},{'id':'u','agent':'g','dependsOn':['t','x'],'join':'any'},{'id':'v','agent':'g','dependsOn':['t'],'onSkipped':'run'}");

        Assert.Equal([("OE1602", "never"), ("OE1602", "t")], PlanJson.Inspect(plan).Warnings.Select(warning => (warning.Code, warning.Name!)));
        AssertCodes(Plan("{'id':'never','agent':'g','when':'false'},{'id':'t','agent':'g','dependsOn':['never'],'onSkipped':'fail'}"), "OE1502", "OE1602");
    }

    [Fact]
    public void A_branch_behind_one_that_is_always_taken_can_never_run()
        => Assert.Equal(["second"], PlanJson.Inspect(Plan("{'id':'first','agent':'g','choice':'w'},{'id':'second','agent':'g','choice':'w','when':'inputs.left == true'}")).Warnings.Select(warning => warning.Name));

    [Fact]
    public void A_branch_that_waits_for_a_later_branch_of_its_choice_waits_for_itself()
    {
        var problem = Assert.Single(PlanJson.Inspect(Plan("{'id':'first','agent':'g','choice':'w','dependsOn':['second']},{'id':'second','agent':'g','choice':'w'}")).Problems);

        Assert.Equal("OE1501", problem.Code);
        Assert.Contains("The branches of the choice 'w' are decided one after the other", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_called_impossible_is_impossible_and_almost_all_else_is_possible()
    {
        var (impossible, missed, possible) = (0, 0, 0);
        for (var seed = 0; seed < 3_000; seed++)
        {
            var plan = Make(new Random(seed), withChoices: seed % 2 == 0);
            var names = new PlanNames(plan);
            var edges = new PlanEdges(names);
            var ran = Explore(names, edges);
            var completion = JoinCompletion.Of(names, edges);
            for (var task = 0; task < ran.Length; task++)
            {
                if (completion is not null && completion.ObstacleOf(task) != Obstacle.None)
                {
                    Assert.False(ran[task], $"seed {seed}: {names.Task(task)!.Id} was called impossible ({completion.ObstacleOf(task)}), but it can run.");
                    impossible++;
                }
                else
                {
                    Assert.True(ran[task] || seed % 2 == 0, $"seed {seed}: {names.Task(task)!.Id} can't run, which was not seen.");
                    _ = ran[task] ? possible++ : missed++;
                }
            }
        }

        Assert.True(impossible > 500 && missed * 20 < impossible, $"{impossible} impossible, {missed} missed, {possible} possible");
    }

    private static OrchestrationPlan Make(Random random, bool withChoices)
    {
        var tasks = new List<TaskDefinition>();
        for (var task = 0; task < 6; task++)
        {
            var dependsOn = Enumerable.Range(0, task).Where(_ => random.Next(3) == 0).Select(index => $"t{index}").ToArray();
            tasks.Add(new TaskDefinition
            {
                Id = $"t{task}",
                Agent = withChoices && random.Next(12) == 0 ? null : "g",
                DependsOn = dependsOn,
                OnSkipped = random.Next(3) == 0 ? OnSkipped.Run : OnSkipped.Skip,
                When = random.Next(6) switch { 0 => ConditionExpression.Parse("false"), 1 or 2 => ConditionExpression.Parse("inputs.i == 1"), _ => null },
                Choice = withChoices && random.Next(2) == 0 ? $"c{random.Next(2)}" : null,
                Join = random.Next(5) switch
                {
                    0 => JoinDefinition.Any,
                    1 => JoinDefinition.AtLeast(random.Next(1, 4)),
                    2 => JoinDefinition.Activated,
                    3 when random.Next(3) == 0 => JoinDefinition.None,
                    _ => JoinDefinition.All,
                },
            });
        }

        return new OrchestrationPlan
        {
            Id = "p",
            Inputs = [new PlanInput { Name = "i" }],
            Phases = [new PhaseDefinition { Id = "a", Mode = PhaseMode.Parallel, Tasks = [.. tasks.Select(task => task.Agent is null ? task with { End = new EndDefinition() } : task)] }],
        };
    }

    /// <summary>Which tasks run in any course of the plan: every combination of conditions and of successes, one task after the other.</summary>
    private static bool[] Explore(PlanNames names, PlanEdges edges)
    {
        var count = names.TaskCount;
        var ran = new bool[count];
        for (var course = 0; course < Math.Pow(4, count); course++)
        {
            var outcomes = new Outcome[count];
            for (var (task, rest) = (0, course); task < count; task++, rest /= 4)
            {
                outcomes[task] = Run(names, edges, outcomes, task, holds: rest % 4 < 2, succeeds: rest % 2 == 0, ref ran[task]);
            }
        }

        return ran;
    }

    private static Outcome Run(PlanNames names, PlanEdges edges, Outcome[] outcomes, int task, bool holds, bool succeeds, ref bool ran)
    {
        var definition = names.Task(task)!;
        var sources = edges.JoinsOf(task).ToArray().Select(source => names.Task(source)!.End is null || outcomes[source] == Outcome.Skipped ? outcomes[source] : Outcome.Failed).ToArray();
        var arrived = sources.Count(outcome => outcome == Outcome.Succeeded);
        var isComplete = definition.Join.Kind switch
        {
            JoinKind.None => true,
            JoinKind.AtLeast => arrived >= definition.Join.Count,
            JoinKind.Any => arrived > 0 || sources.Length == 0,
            JoinKind.Activated => (arrived > 0 && !sources.Contains(Outcome.Failed)) || sources.Length == 0,
            _ => arrived == sources.Length,
        };
        if (!isComplete && (definition.OnSkipped == OnSkipped.Skip || (definition.Join.Kind == JoinKind.AtLeast && sources.Length < definition.Join.Count)))
        {
            return Outcome.Skipped;
        }

        for (var earlier = 0; earlier < task && definition.Choice is not null; earlier++)
        {
            if (names.Task(earlier)!.Choice == definition.Choice && outcomes[earlier] != Outcome.Skipped)
            {
                return Outcome.Skipped;
            }
        }

        if (definition.When is { } when && (when.Text == "false" || !holds))
        {
            return Outcome.Skipped;
        }

        ran = true;
        return succeeds ? Outcome.Succeeded : Outcome.Failed;
    }

    private static void AssertCodes(string plan, params string?[] codes)
    {
        var result = PlanJson.Inspect(plan);
        Assert.Equal(codes.Where(code => code is not null), result.Problems.Concat(result.Warnings).Select(problem => problem.Code));
    }

    private static string Plan(string tasks)
        => """{"id":"p","inputs":{"left":{}},"phases":[{"id":"a","mode":"parallel","tasks":[{"id":"x","agent":"g"},""" + tasks.Replace('\'', '"') + "]}]}";
}
