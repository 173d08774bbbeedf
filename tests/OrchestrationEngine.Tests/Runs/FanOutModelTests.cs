using System.Globalization;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Tests.Runs.Deciding;

namespace OrchestrationEngine.Tests.Runs;

/// <summary>Random joins over random outcomes of items, with additions, sealing and early completion, against a plain model.</summary>
public sealed class FanOutModelTests
{
    [Fact]
    public void Whatever_becomes_of_the_items_the_task_does_what_the_plain_model_does()
    {
        var ends = new Dictionary<string, int>();
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var (list, model) = Draw(random);
            var run = FanOutTests.Scenario(list, _ => model.ForEach, task => task with { Retry = model.Retry }, phase => phase with { MaxParallelTasks = model.PhaseRoom, OnFailure = new FailurePolicy { Mode = FailureMode.FinishWhatCan, FailuresAllowed = 100 } }).Starts();
            model.Follow();
            try
            {
                for (var steps = random.Next(40); steps > 0 && !run.State.IsTerminal; steps--)
                {
                    Step(run, model, random);
                    Compare(run, model);
                }

                // Whatever happened: with its list sealed and its items ended, it ends.
                for (var steps = 0; !run.State.IsTerminal; steps++)
                {
                    Assert.True(steps < 200, "It does not end.");
                    model.Out = OutOf(run);
                    run.Seals("each");
                    model.Seal();
                    Settle(run, model, random);
                    Compare(run, model);
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}, {model}: {e.Message}", e);
            }

            ends[model.Task.ToString()] = ends.GetValueOrDefault(model.Task.ToString()) + 1;
        }

        Assert.True(ends["Succeeded"] > 500 && ends["Failed"] > 500, string.Join(' ', ends));
    }

    private static (string List, FanOutModel Model) Draw(Random random)
    {
        var count = random.Next(7);
        var join = random.Next(5) switch
        {
            0 => new JoinDefinition { Kind = JoinKind.AtLeast, Count = random.Next(1, 6), CancelRest = random.Next(2) == 0 },
            1 => new JoinDefinition { Kind = JoinKind.None },
            2 => new JoinDefinition { Kind = JoinKind.Until, Condition = ConditionExpression.Parse($"tasks.each.items.succeeded == {random.Next(1, 4).ToString(CultureInfo.InvariantCulture)}"), CancelRest = random.Next(2) == 0 },
            _ => JoinDefinition.All,
        };
        var forEach = new ForEachDefinition
        {
            Items = ValueExpression.Parse("inputs.list"),
            Join = join,
            ContinueOnError = random.Next(2) == 0,
            Open = random.Next(2) == 0,
            MaxParallel = random.Next(2) == 0 ? random.Next(1, 4) : null,
        };
        return ($"[{string.Join(',', Enumerable.Range(0, count))}]", new FanOutModel(forEach, count, random.Next(3) == 0 ? random.Next(1, 4) : null, random.Next(2) == 0 ? RetryPolicy.None : new RetryPolicy { MaxAttempts = 2, InitialDelay = TimeSpan.Zero, Jitter = RetryJitter.None }));
    }

    private static void Step(RunScenario run, FanOutModel model, Random random)
    {
        model.Out = OutOf(run);
        switch (random.Next(12))
        {
            case 0:
                var count = random.Next(3);
                run.Adds("each", $"[{string.Join(',', Enumerable.Repeat("7", count))}]");
                Assert.Equal(model.Add(count), run.Refusal is null);
                break;
            case 1:
                run.Seals("each");
                model.Seal();
                break;
            case 2:
                run.Completes("each");
                Assert.Equal(model.Complete(), run.Refusal is null);
                break;
            case 3:
                run.Reloads(blameless: true);
                model.Reload();
                break;
            default:
                Settle(run, model, random);
                break;
        }
    }

    // One of what is out has an outcome.
    private static void Settle(RunScenario run, FanOutModel model, Random random)
    {
        model.Out = OutOf(run);
        if (run["after"].Status == RunTaskStatus.Running && (model.Out.Count == 0 || random.Next(5) == 0))
        {
            run.Succeeds("after");
            model.AfterEnded();
        }
        else if (model.Out.Count > 0)
        {
            var item = model.Out[random.Next(model.Out.Count)];
            model.Out.Remove(item);
            if (random.Next(3) > 0)
            {
                run.SucceedsItem("each", item, $"\"{item}\"");
                model.Succeed(item);
            }
            else
            {
                run.FailsItem("each", item);
                model.Fail(item);
            }
        }
    }

    private static List<int> OutOf(RunScenario run) => [.. RunItem.Of(run.State, "each", 0, int.MaxValue)!.Where(item => item.Status == RunTaskStatus.Running).Select(item => item.Index)];

    private static void Compare(RunScenario run, FanOutModel model)
    {
        var items = RunItem.Of(run.State, "each", 0, int.MaxValue)!;
        Assert.Equal(model.Items, items.Select(item => item.Status is RunTaskStatus.Running or RunTaskStatus.Retrying ? RunTaskStatus.Pending : item.Status));
        Assert.Equal(model.Task, run["each"].Status);
        if (model.Task == RunTaskStatus.Succeeded)
        {
            Assert.Equal(model.Output, run["each"].Output.ToString());
        }

        // Nothing that could start waits, apart from gates that are closed.
        Assert.All(ReadyTasks.Of(run.State, run.Now), ready => Assert.NotNull(GateRules.ClosedFor(run.State, ready)));
        var underWay = items.Count(item => item.Status == RunTaskStatus.Running);
        Assert.True(underWay <= (model.ForEach.MaxParallel ?? int.MaxValue), $"{underWay} items are under way.");
        Assert.True(underWay + (run["after"].Status == RunTaskStatus.Running ? 1 : 0) <= (model.PhaseRoom ?? int.MaxValue), "The phase has too much under way.");
        Assert.Equal(new RunItems(items.Count, items.Count(item => item.Status.IsTerminal()), items.Count(item => item.Status == RunTaskStatus.Succeeded), items.Count(item => item.Status == RunTaskStatus.Failed), underWay, model.IsSealed), run["each"].Items);
        Assert.Equal(model.RunEnded, run.State.IsTerminal);
    }
}
