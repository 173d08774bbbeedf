using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

/// <content>What few tasks of a plan say.</content>
internal sealed partial class RandomPlan
{
    // Tasks of a phase that is repeated can be read from it and from the phases behind it only.
    private IEnumerable<TaskDefinition> Reachable(int phase)
        => _earlier.Where(earlier => !_repeated.Contains(earlier.Phase) || earlier.Phase == phase || phase == _before.Count || _before[phase].Contains(earlier.Phase)).Select(earlier => earlier.Task);

    private TaskDefinition WithFlow(TaskDefinition task, int phase)
    {
        var earlier = Reachable(phase).ToList();

        // A repeated phase must not conflict with phases that it is not in order with.
        var own = _repeated.Contains(phase) ? $"-of-{phase}" : string.Empty;
        task = task with
        {
            When = Maybe(() => Condition(earlier)),
            SkipWhen = Maybe(() => new SkipCondition { Condition = ConditionExpression.Parse($"!({Condition(earlier)})"), Reason = Maybe(Text) }),
            Choice = Chance(4) ? "choice" : null,
            Guard = Maybe(() => Condition(earlier)),
            Locks = Names("lock"),
            Resources = [.. Names("resource").Select(name => new ResourceUse(name, _random.Next(1, 5)))],
            Reads = Names("document" + own),
            Writes = Names("document" + own),
            Exclusive = Names("machine" + own),
            Criticality = (TaskCriticality)_random.Next(2),
            Tags = Names("tag"),
            EstimateP90 = task.Estimate is { } estimate && Chance(2) ? estimate + Duration() : null,
            EstimatedTokens = Chance(2) ? _random.NextInt64(1L << 40) : null,
            EstimatedCost = Chance(2) ? _random.Next(1000) / 100m : null,
        };
        task = task with { GuardTimeout = task.Guard is null ? null : Maybe(Duration), Join = Join(task) };
        return _random.Next(6) switch
        {
            0 => task with { Agent = null, Wait = Wait(earlier), Outputs = [], Retry = RetryPolicy.None, Locks = [], Resources = [] },
            1 => WithSubPlan(task),
            2 => task with { Agent = null, End = new EndDefinition { Status = (EndStatus)_random.Next(3) }, Join = JoinDefinition.All, Inputs = [], Outputs = [], Retry = RetryPolicy.None, Timeout = null, Resources = [], Locks = [] },
            3 when earlier.Count > 0 && task.Join.Kind != JoinKind.Each => task with { ForEach = ForEach(earlier), Repeat = Chance(2) ? TaskRepeat(task) : null },
            4 => task with { Repeat = TaskRepeat(task) },
            _ => task,
        };
    }

    private JoinDefinition Join(TaskDefinition task)
    {
        if (task.DependsOn.Count == 0)
        {
            return JoinDefinition.All;
        }

        return _random.Next(8) switch
        {
            0 => JoinDefinition.Any,
            1 => JoinDefinition.AtLeast(_random.Next(1, task.DependsOn.Count + 1), cancelRest: Chance(2)),
            2 => JoinDefinition.Activated,
            3 => JoinDefinition.First,
            4 => JoinDefinition.None,
            5 => JoinDefinition.Until(Output(task.DependsOn[0]) + " == true", cancelRest: Chance(2)),
            6 => JoinDefinition.Each,
            _ => JoinDefinition.All,
        };
    }

    private WaitDefinition Wait(List<TaskDefinition> earlier)
    {
        var isChoice = Chance(2);
        return new WaitDefinition { IsChoice = isChoice, Branches = [.. Enumerable.Range(0, isChoice ? _random.Next(1, 4) : 1).Select(_ => Branch(isChoice, earlier))] };
    }

    private WaitBranch Branch(bool isNamed, List<TaskDefinition> earlier)
    {
        var branch = new WaitBranch { Name = isNamed ? Name() : string.Empty };
        return _random.Next(earlier.Count > 0 ? 3 : 1) switch
        {
            1 => branch with { At = TextTemplate.Parse($"${{{Output(Any(earlier).Id)}}}") },
            2 => branch with { Signal = TextTemplate.Parse($"${{{Output(Any(earlier).Id)}}}"), Mode = (SignalMode)_random.Next(2), Where = Chance(2) ? ConditionExpression.Parse("signal.payload.ok == true") : null },
            _ => branch with { After = Duration() },
        };
    }

    private TaskDefinition WithSubPlan(TaskDefinition task)
    {
        var plan = SubPlan();
        return task with
        {
            Agent = null,
            SubPlan = plan,
            Resources = [],
            Inputs = plan.Inline is { } inline ? [.. inline.Inputs.Select(input => new TaskInput { Name = input.Name, Value = Value() })] : task.Inputs,
        };
    }

    private SubPlanDefinition SubPlan() => !_isNested && Chance(3)
        ? new SubPlanDefinition { Inline = new RandomPlan(_random.Next()).Make(maxPhases: 2, maxTasksInPhase: 2, isNested: true) }
        : new SubPlanDefinition { Id = Name(), Version = Maybe(() => "2"), MaxDepth = Chance(2) ? _random.Next(1, 10) : null };

    private ForEachDefinition ForEach(List<TaskDefinition> earlier) => new()
    {
        Items = ValueExpression.Parse(Output(Any(earlier).Id).ToString()),
        MaxParallel = Chance(2) ? _random.Next(1, 9) : null,
        Join = _random.Next(4) switch
        {
            0 => JoinDefinition.AtLeast(_random.Next(1, 9), cancelRest: Chance(2)),
            1 => JoinDefinition.None,
            _ => JoinDefinition.All,
        },
        ContinueOnError = Chance(2),
        Open = Chance(2),
    };

    private RepeatDefinition TaskRepeat(TaskDefinition task) => Loop(ConditionExpression.Parse(Output(task.Id) + " != null"));

    private RepeatDefinition Repeat(int phase)
    {
        var own = _earlier.Where(earlier => earlier.Phase == phase).Select(earlier => earlier.Task).ToList();
        return Loop(own.Count == 0 ? ConditionExpression.Parse("true") : ConditionExpression.Parse(Output(Any(own).Id) + " != null"));
    }

    private RepeatDefinition Loop(ConditionExpression until)
        => new() { Until = until, Max = _random.Next(1, 100_001), Delay = Maybe(Duration), OnExhausted = (ExhaustedLoop)_random.Next(2) };

    private DataTemplate Template(List<TaskDefinition> earlier)
        => DataTemplate.Parse(JsonData.Parse($$"""{"a":[1,{{JsonData.String($"${{{Output(Any(earlier).Id)}}}")}},"$${x}"],"${k}":1}"""));

    private ConditionExpression Condition(List<TaskDefinition> earlier)
        => ConditionExpression.Parse(earlier.Count == 0 ? "true" : $"{Output(Any(earlier).Id)} != null");

    private string[] Names(string kind) => [.. Enumerable.Range(0, 4).Where(_ => Chance(6)).Select(number => $"{kind}-{number}")];

    private TaskDefinition Any(List<TaskDefinition> tasks) => tasks[_random.Next(tasks.Count)];

    private static JsonData Schema() => JsonData.Parse("""{"description":"not ${x}","title":"nor $${y}"}""");

    private T? Maybe<T>(Func<T> make)
        where T : class => Chance(3) ? make() : null;
}
