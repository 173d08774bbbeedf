using System.Text.Json;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Plans;

/// <summary>What tasks and phases of a plan file say about when, how often and with what they run.</summary>
internal static class FlowReader
{
    private static readonly PropertySet JoinProperties = new("a join", [], ["atLeast", "until", "cancelRest"]);
    private static readonly PropertySet RepeatProperties = new("a repeat", ["until", "max"], ["delay", "onExhausted"]);
    private static readonly PropertySet ForEachProperties = new("a forEach", ["items"], ["maxParallel", "join", "continueOnError", "open"]);
    private static readonly PropertySet SkipProperties = new("a skip condition", ["condition"], ["reason"]);

    private static readonly string JoinWords = string.Join(", ", WordTable<JoinKind>.Words.Except(["atLeast", "until"]));

    public static JoinDefinition Join(ref PlanTokens tokens)
    {
        if (tokens.Kind == JsonTokenType.String)
        {
            return JoinWord(ref tokens);
        }

        if (tokens.Kind != JsonTokenType.StartObject)
        {
            tokens.Unexpected($"one of {JoinWords}, or an object such as {{\"atLeast\": 2}} or {{\"until\": \"...\"}}");
            return JoinDefinition.All;
        }

        var (kind, count, cancelRest) = (JoinKind.All, 0, false);
        ConditionExpression? condition = null;
        tokens.TryEnter(JoinProperties, out var open);
        var start = tokens.Position;
        var given = 0;
        while (tokens.Next(ref open, out var property))
        {
            switch (property)
            {
                case "atLeast":
                    (kind, count) = (JoinKind.AtLeast, tokens.WholeNumber(1));
                    given++;
                    break;
                case "until":
                    (kind, condition) = (JoinKind.Until, ExpressionReader.Condition(ref tokens));
                    given++;
                    break;
                default:
                    cancelRest = tokens.Flag();
                    break;
            }
        }

        if (given != 1)
        {
            tokens.Reading.Problem(PlanProblemKinds.UnclearForm, start, "A join that is an object has either 'atLeast' or 'until'.");
        }

        return new JoinDefinition { Kind = kind, Count = count, Condition = condition, CancelRest = cancelRest };
    }

    public static RepeatDefinition? Repeat(ref PlanTokens tokens)
    {
        if (!tokens.TryEnter(RepeatProperties, out var open))
        {
            return null;
        }

        var repeat = new RepeatDefinition { Until = null!, Max = 1 };
        while (tokens.Next(ref open, out var property))
        {
            repeat = property switch
            {
                "until" => repeat with { Until = ExpressionReader.Condition(ref tokens)! },
                "max" => repeat with { Max = tokens.WholeNumber(1) },
                "delay" => repeat with { Delay = ValueReader.Duration(ref tokens) },
                _ => repeat with { OnExhausted = ValueReader.Word(ref tokens, ExhaustedLoop.Fail) },
            };
        }

        return repeat;
    }

    public static ForEachDefinition? ForEach(ref PlanTokens tokens)
    {
        const string Example = "${tasks.search.output.hits}";
        if (tokens.Kind == JsonTokenType.String)
        {
            return new ForEachDefinition { Items = ExpressionReader.Value(ref tokens, Example)! };
        }

        if (tokens.Kind != JsonTokenType.StartObject)
        {
            tokens.Unexpected($"an expression such as \"{Example}\" or an object (a forEach)");
            return null;
        }

        tokens.TryEnter(ForEachProperties, out var open);
        var forEach = new ForEachDefinition { Items = null! };
        while (tokens.Next(ref open, out var property))
        {
            forEach = property switch
            {
                "items" => forEach with { Items = ExpressionReader.Value(ref tokens, Example)! },
                "maxParallel" => forEach with { MaxParallel = tokens.WholeNumber(1) },
                "join" => forEach with { Join = Join(ref tokens) },
                "continueOnError" => forEach with { ContinueOnError = tokens.Flag() },
                _ => forEach with { Open = tokens.Flag() },
            };
        }

        return forEach;
    }

    public static SkipCondition? SkipWhen(ref PlanTokens tokens)
    {
        if (tokens.Kind == JsonTokenType.String)
        {
            return new SkipCondition { Condition = ExpressionReader.Condition(ref tokens)! };
        }

        if (tokens.Kind != JsonTokenType.StartObject)
        {
            tokens.Unexpected("a condition such as \"inputs.deep == true\" or an object (a condition with a reason)");
            return null;
        }

        tokens.TryEnter(SkipProperties, out var open);
        var skip = new SkipCondition { Condition = null! };
        while (tokens.Next(ref open, out var property))
        {
            skip = property == "condition"
                ? skip with { Condition = ExpressionReader.Condition(ref tokens)! }
                : skip with { Reason = tokens.Text() };
        }

        return skip;
    }

    public static ResourceUse[] Resources(ref PlanTokens tokens)
    {
        if (!tokens.TryEnterMap("weights by the names of resources", out var names))
        {
            return [];
        }

        var resources = new List<ResourceUse>();
        while (tokens.NextName(names, out var name))
        {
            resources.Add(new ResourceUse(name, tokens.WholeNumber(1)));
        }

        return [.. resources];
    }

    private static JoinDefinition JoinWord(ref PlanTokens tokens)
    {
        var word = tokens.Text() ?? string.Empty;
        if (WordTable<JoinKind>.TryParse(word, out var kind) && kind is not (JoinKind.AtLeast or JoinKind.Until))
        {
            return kind switch
            {
                JoinKind.Any => JoinDefinition.Any,
                JoinKind.Activated => JoinDefinition.Activated,
                JoinKind.First => JoinDefinition.First,
                JoinKind.None => JoinDefinition.None,
                JoinKind.Each => JoinDefinition.Each,
                _ => JoinDefinition.All,
            };
        }

        tokens.Problem(PlanProblemKinds.UnknownWord, $"'{word}' is not one of {JoinWords}. A number or a condition is given as {{\"atLeast\": 2}} or {{\"until\": \"...\"}}.", word, WordTable<JoinKind>.Words);
        return JoinDefinition.All;
    }
}
