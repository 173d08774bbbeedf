using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>
/// A handoff contract as other tools write it, a file for each: <c>handoff_id</c>, <c>from_agent</c>, <c>to_agent</c>, and a <c>contract</c> with
/// <c>sends</c> and <c>expects_in_return</c>. Reading one gives the handoff of a plan, and says what was assumed. Immutable.
/// </summary>
public sealed record HandoffContractFile
{
    /// <summary>The handoff between the two tasks. Its schemas are named as the file names them, which the application registers (<c>AddSchemaFiles</c>).</summary>
    public required HandoffDefinition Handoff { get; init; }

    /// <summary>The agent that sends, as the file names it.</summary>
    public required string FromAgent { get; init; }

    /// <summary>The agent that gets it, as the file names it.</summary>
    public required string ToAgent { get; init; }

    /// <summary>How long the receiver may take, where the file says it; the longest of several. Null where it does not. It belongs to the receiver's <see cref="TaskDefinition.Timeout"/>.</summary>
    public TimeSpan? ExpectedWithin { get; init; }

    /// <summary>Folders of files that the receiver is to make, as patterns for <see cref="ContractDefinition.Files"/>. They belong to the receiver's contract.</summary>
    public IReadOnlyList<string> ExpectedFolders { get; init; } = [];

    /// <summary>What was assumed, and what the handoff does not say though the file does. A sentence each; empty where nothing was.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>Reads a file.</summary>
    /// <param name="json">The JSON text.</param>
    /// <param name="taskOf">The id of the task that an agent does; the second argument is the phase of the file, or null where it gives none.</param>
    /// <exception cref="FormatException">It is no handoff contract; the message says what is missing.</exception>
    public static HandoffContractFile Read(JsonData json, Func<string, string?, string> taskOf)
    {
        ArgumentNullException.ThrowIfNull(taskOf);
        return new HandoffContractReader(taskOf).Read(json);
    }
}

/// <summary>Reads one file. For one thread, and one file.</summary>
internal sealed class HandoffContractReader(Func<string, string?, string> taskOf)
{
    private static readonly string[] FileMembers = ["handoff_id", "handoff", "from_agent", "to_agent", "from", "to", "from_phase", "to_phase", "contract"];
    private static readonly string[] PartMembers = ["schema", "description", "required_fields", "required", "critical", "if_missing", "timeout_action", "expected_in", "timeout_minutes", "type", "minimum_test_coverage", "example"];

    private readonly List<string> _assumptions = [];
    private readonly List<string> _folders = [];
    private TimeSpan? _within;

    public HandoffContractFile Read(JsonData json)
    {
        var file = Parse(json);
        var (from, to) = Agents(file);
        var (fromTask, toTask) = (taskOf(from, Plain(file, "from_phase")), taskOf(to, Plain(file, "to_phase")));
        if (Member(file, "contract") is not { ValueKind: JsonValueKind.Object } contract)
        {
            throw new FormatException("A handoff contract has the member 'contract', an object with 'sends' and 'expects_in_return'; there is none.");
        }

        var id = Plain(file, "handoff_id");
        if (id is null)
        {
            id = $"{fromTask}-{toTask}";
            _assumptions.Add($"There is no 'handoff_id'; the handoff is called '{id}'.");
        }

        var handoff = new HandoffDefinition { Id = id, From = fromTask, To = toTask, Sends = Parts(contract, "sends"), ExpectsInReturn = Parts(contract, "expects_in_return") };
        Unused(file, FileMembers, "The file");
        Unused(contract, ["sends", "expects_in_return"], "The contract");
        return new HandoffContractFile { Handoff = handoff, FromAgent = from, ToAgent = to, ExpectedWithin = _within, ExpectedFolders = _folders, Assumptions = _assumptions };
    }

    private static JsonElement Parse(JsonData json)
    {
        try
        {
            var reader = new Utf8JsonReader(json.Utf8.Span, new JsonReaderOptions { MaxDepth = PlanLimits.Default.MaxDepth });
            return JsonElement.ParseValue(ref reader) is { ValueKind: JsonValueKind.Object } file ? file : throw new FormatException("A handoff contract is a JSON object.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"The text is not JSON nested at most {PlanLimits.Default.MaxDepth} deep. {e.Message}", e);
        }
    }

    // Some files have the two agents in one text: "@a → @b".
    private (string From, string To) Agents(JsonElement file)
    {
        var (from, to) = (Plain(file, "from_agent") ?? Plain(file, "from"), Plain(file, "to_agent") ?? Plain(file, "to"));
        if (from is not null && to is not null)
        {
            return (from, to);
        }

        if (Plain(file, "handoff")?.Split(["→", "->"], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [var first, var second])
        {
            _assumptions.Add($"'handoff' says that '{first}' hands over to '{second}'.");
            return (first, second);
        }

        throw new FormatException("A handoff contract names the agents that send and get: 'from_agent' and 'to_agent', or 'handoff' as \"@a → @b\". One of them is missing.");
    }

    private HandoffPart[] Parts(JsonElement contract, string side)
    {
        if (Member(contract, side) is not { } parts)
        {
            return [];
        }

        if (parts.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"'{side}' is an object from names to what must hold; found {parts.ValueKind}.");
        }

        return [.. parts.EnumerateObject().Select(part => Part(part.Name, part.Value, $"{side}/{part.Name}")).OfType<HandoffPart>()];
    }

    private HandoffPart? Part(string name, JsonElement part, string place)
    {
        if (part.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"'{place}' is an object that says what must hold; found {part.ValueKind}.");
        }

        Unused(part, PartMembers, $"'{place}'");
        Within(part, place);
        if (Plain(part, "minimum_test_coverage") is { } coverage)
        {
            _assumptions.Add($"'{place}' wants a test coverage of {coverage}, and not where it is found; add an 'expression' to the contract that reads it.");
        }

        if (Plain(part, "type") is "directory")
        {
            _folders.Add(name + "/");
            _assumptions.Add($"'{place}' is a folder: no part of an output. It is among the expected folders, for the receiver's contract ('files'){(Flag(part, "critical") == false ? ", where it would be critical" : "")}.");
            return null;
        }

        if (Plain(part, "type") is { } type)
        {
            _assumptions.Add($"'{place}' is of the type '{type}', which was left out.");
        }

        var definition = new ContractDefinition
        {
            Schema = Member(part, "schema") switch
            {
                { ValueKind: JsonValueKind.String } named => JsonData.String(named.GetString()),
                { ValueKind: JsonValueKind.Object } standing => JsonData.From(standing),
                _ => null,
            },
            Required = Member(part, "required_fields") is { ValueKind: JsonValueKind.Array } fields ? [.. fields.EnumerateArray().Select(Text).OfType<string>()] : [],
        };
        var isEmpty = definition.Schema is null && definition.Required.Count == 0;
        return new HandoffPart
        {
            Name = name,
            Description = Plain(part, "description"),
            Contract = isEmpty ? null : ContractUse.Of(definition),
            Critical = Flag(part, "critical") ?? true,
            IfMissing = Missing(part, place),
        };
    }

    private OnMissing Missing(JsonElement part, string place)
    {
        if ((Plain(part, "if_missing") ?? Plain(part, "timeout_action")) is not { } word)
        {
            return Flag(part, "required") == false ? OnMissing.Skip : OnMissing.Retry;
        }

        if (WordTable<OnMissing>.TryParse(word, out var missing))
        {
            return missing;
        }

        _assumptions.Add($"'{place}' wants '{word}' where it is missing, which is none of {string.Join(", ", WordTable<OnMissing>.Words)}; it is tried again.");
        return OnMissing.Retry;
    }

    private void Within(JsonElement part, string place)
    {
        foreach (var name in new[] { "expected_in", "timeout_minutes" })
        {
            if (Member(part, name) is { ValueKind: JsonValueKind.Number } minutes && minutes.TryGetDouble(out var value) && value > 0 && value < TimeSpan.FromDays(365).TotalMinutes)
            {
                var time = TimeSpan.FromMinutes(value);
                _within = _within is { } known && known > time ? known : time;
                _assumptions.Add(FormattableString.Invariant($"'{name}' of '{place}' is {value} minutes for the whole task; give it to the receiver as its timeout."));
            }
        }
    }

    private void Unused(JsonElement value, string[] known, string what)
    {
        var left = value.EnumerateObject().Select(member => member.Name).Except(known, StringComparer.Ordinal).ToList();
        if (left.Count > 0)
        {
            _assumptions.Add($"{what} also says {string.Join(", ", left.Select(name => $"'{name}'"))}, which was left out.");
        }
    }

    private static JsonElement? Member(JsonElement value, string name) => value.TryGetProperty(name, out var member) ? member : null;

    private static bool? Flag(JsonElement value, string name) => Member(value, name) switch { { ValueKind: JsonValueKind.True } => true, { ValueKind: JsonValueKind.False } => false, _ => null };

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    // Phases and coverages are numbers or texts.
    private static string? Plain(JsonElement value, string name)
        => Member(value, name) is { } member ? member.ValueKind == JsonValueKind.Number ? member.GetRawText() : Text(member) : null;
}
