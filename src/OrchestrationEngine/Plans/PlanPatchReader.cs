using System.Text;
using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>The shape of a patch file: a list of changes, each an object with one property that names the kind of change.</summary>
internal static class PlanPatchReader
{
    private static readonly PropertySet PatchProperties = new("a patch", ["changes"], []);

    private static readonly PropertySet ChangeProperties = new(
        "a change",
        [],
        ["addPhase", "addTask", "replacePhase", "replaceTask", "skipPhase", "skipTask", "rewirePhase", "rewireTask"]);

    private static readonly PropertySet AddPhaseProperties = new("an added phase", ["phase"], ["after", "before"]);
    private static readonly PropertySet AddTaskProperties = new("an added task", ["phase", "task"], ["after", "before"]);
    private static readonly PropertySet ReplacePhaseProperties = new("a replaced phase", ["phase"], []);
    private static readonly PropertySet ReplaceTaskProperties = new("a replaced task", ["task"], []);
    private static readonly PropertySet SkipPhaseProperties = new("a skipped phase", ["phase", "reason"], []);
    private static readonly PropertySet SkipTaskProperties = new("a skipped task", ["task", "reason"], []);
    private static readonly PropertySet RewirePhaseProperties = new("a rewired phase", ["phase"], ["dependsOn"]);
    private static readonly PropertySet RewireTaskProperties = new("a rewired task", ["task", "dependsOn"], []);

    public static PlanPatch? Read(ReadOnlyMemory<byte> utf8, PlanReadOptions options, out IReadOnlyList<PlanProblem> problems)
    {
        var text = utf8.Span.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        var reading = new PlanReading(text, options);
        var patch = Read(reading, text);
        problems = reading.Problems.ToList();
        return problems.Count == 0 ? patch : null;
    }

    private static PlanPatch? Read(PlanReading reading, ReadOnlyMemory<byte> text)
    {
        if (text.Length > reading.Options.Limits.MaxBytes)
        {
            reading.Problem(PlanProblemKinds.TextTooLarge, 0, FormattableString.Invariant($"The text is larger than the limit of {reading.Options.Limits.MaxBytes:N0} bytes ({nameof(PlanLimits)}.{nameof(PlanLimits.MaxBytes)})."));
            return null;
        }

        if (text.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            reading.Problem(PlanProblemKinds.TextEmpty, 0, "The text is empty. A patch is a JSON object with 'changes'.");
            return null;
        }

        if (new TextLines(text).FirstInvalid() is >= 0 and var invalid)
        {
            reading.Problem(PlanProblemKinds.NotUtf8, invalid, PlanSyntax.NotUtf8(text.Span, invalid));
            return null;
        }

        var tokens = new PlanTokens(reading, text.Span);
        try
        {
            tokens.Read();
            var patch = ReadPatch(ref tokens);
            tokens.Read();
            return patch;
        }
        catch (JsonException wrong)
        {
            var offset = new TextLines(text).OffsetOf(wrong.LineNumber ?? 0, wrong.BytePositionInLine ?? 0);
            reading.Problem(tokens.IsAtDepthLimit ? PlanProblemKinds.TooDeep : PlanProblemKinds.NotJson, offset, PlanSyntax.Describe(text.Span, offset, wrong.Message, tokens.IsAtDepthLimit ? reading.Options.Limits.MaxDepth : null));
            return null;
        }
    }

    private static PlanPatch? ReadPatch(ref PlanTokens tokens)
    {
        if (!tokens.TryEnter(PatchProperties, out var open))
        {
            return null;
        }

        var changes = new List<PlanChange>();
        while (tokens.Next(ref open, out _))
        {
            if (!tokens.TryEnterList("the changes of the patch"))
            {
                continue;
            }

            for (var count = 0; tokens.NextItem(ref count);)
            {
                // What can't be read is reported, and a patch with a problem is no patch: the gap is never seen.
                if (ReadChange(ref tokens) is { } change)
                {
                    changes.Add(change);
                }
            }
        }

        return new PlanPatch { Changes = [.. changes] };
    }

    private static PlanChange? ReadChange(ref PlanTokens tokens)
    {
        var start = tokens.Position;
        if (!tokens.TryEnter(ChangeProperties, out var open))
        {
            return null;
        }

        PlanChange? change = null;
        var count = 0;
        while (tokens.Next(ref open, out var kind))
        {
            count++;
            change = kind switch
            {
                "addPhase" => AddPhase(ref tokens),
                "addTask" => AddTask(ref tokens),
                "replacePhase" => Replace(ref tokens, ReplacePhaseProperties),
                "replaceTask" => Replace(ref tokens, ReplaceTaskProperties),
                "skipPhase" => Skip(ref tokens, SkipPhaseProperties),
                "skipTask" => Skip(ref tokens, SkipTaskProperties),
                "rewirePhase" => Rewire(ref tokens, RewirePhaseProperties),
                _ => Rewire(ref tokens, RewireTaskProperties),
            };
        }

        if (count != 1)
        {
            tokens.Reading.Problem(PlanProblemKinds.PatchUnclear, start, $"A change has exactly one property, which says what it does; this one has {(count == 0 ? "none" : count)}. It can have: {string.Join(", ", ChangeProperties.Names)}.");
        }

        return change;
    }

    private static PhaseAddition? AddPhase(ref PlanTokens tokens)
    {
        PhaseDefinition? phase = null;
        string? after = null, before = null;
        if (tokens.TryEnter(AddPhaseProperties, out var open))
        {
            while (tokens.Next(ref open, out var property))
            {
                switch (property)
                {
                    case "phase":
                        phase = PlanReader.ReadPhase(ref tokens);
                        break;
                    case "after":
                        after = tokens.Text("the id of a phase");
                        break;
                    default:
                        before = tokens.Text("the id of a phase");
                        break;
                }
            }
        }

        return phase is null ? null : new PhaseAddition(phase) { After = after, Before = before };
    }

    private static TaskAddition? AddTask(ref PlanTokens tokens)
    {
        TaskDefinition? task = null;
        string? phase = null, after = null, before = null;
        if (tokens.TryEnter(AddTaskProperties, out var open))
        {
            while (tokens.Next(ref open, out var property))
            {
                switch (property)
                {
                    case "phase":
                        phase = tokens.Text("the id of a phase");
                        break;
                    case "task":
                        task = TaskReader.Read(ref tokens);
                        break;
                    case "after":
                        after = tokens.Text("the id of a task");
                        break;
                    default:
                        before = tokens.Text("the id of a task");
                        break;
                }
            }
        }

        return task is null || phase is null ? null : new TaskAddition(phase, task) { After = after, Before = before };
    }

    private static PlanChange? Replace(ref PlanTokens tokens, PropertySet properties)
    {
        PlanChange? change = null;
        if (tokens.TryEnter(properties, out var open))
        {
            while (tokens.Next(ref open, out var property))
            {
                change = property == "phase"
                    ? PlanReader.ReadPhase(ref tokens) is { } phase ? new PhaseReplacement(phase) : null
                    : TaskReader.Read(ref tokens) is { } task ? new TaskReplacement(task) : null;
            }
        }

        return change;
    }

    private static PlanChange? Skip(ref PlanTokens tokens, PropertySet properties)
    {
        string? id = null, reason = null;
        if (tokens.TryEnter(properties, out var open))
        {
            while (tokens.Next(ref open, out var property))
            {
                if (property == "reason")
                {
                    reason = tokens.Text("a sentence");
                }
                else
                {
                    id = tokens.Text("an id");
                }
            }
        }

        return id is null || reason is null ? null
            : properties == SkipPhaseProperties ? new PhaseOmission(id, reason)
            : new TaskOmission(id, reason);
    }

    private static PlanChange? Rewire(ref PlanTokens tokens, PropertySet properties)
    {
        string? id = null;
        string[]? dependsOn = null;
        if (tokens.TryEnter(properties, out var open))
        {
            while (tokens.Next(ref open, out var property))
            {
                if (property == "dependsOn")
                {
                    dependsOn = ValueReader.Texts(ref tokens, "ids");
                }
                else
                {
                    id = tokens.Text("an id");
                }
            }
        }

        return id is null ? null
            : properties == RewirePhaseProperties ? new PhaseRewiring(id) { DependsOn = dependsOn }
            : dependsOn is null ? null : new TaskRewiring(id, dependsOn);
    }
}
