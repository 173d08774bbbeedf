using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Runs;

/// <summary>What a run says of itself, as the JSON values that expressions see.</summary>
internal sealed class ScopeValues(RunState state)
{
    public static readonly JsonElement Null = JsonData.Null.ToElement();

    private static readonly JsonElement[] TaskWords = [.. Enum.GetValues<RunTaskStatus>().Select(status => Text(Word(status.ToString())))];
    private static readonly JsonElement[] PhaseWords = [.. Enum.GetValues<RunPhaseStatus>().Select(status => Text(Word(status.ToString())))];

    private readonly Dictionary<string, (int Received, JsonElement Payloads)> _signals = new(StringComparer.Ordinal);
    private JsonElement? _run;

    public static JsonElement Status(RunTaskStatus status) => TaskWords[(int)status];

    public static JsonElement Status(RunPhaseStatus status) => PhaseWords[(int)status];

    public static JsonElement Text(string? text) => text is null ? Null : JsonData.String(text).ToElement();

    public static JsonElement Number(int number) => Write(writer => writer.WriteNumberValue(number));

    /// <summary>The run itself: <c>run.id</c> and the like.</summary>
    public JsonElement Run() => _run ??= Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id", state.Id.Value);
        writer.WriteString("plan", state.Graph.Plan.Id);
        writer.WriteString("version", state.Graph.Plan.Version);
        writer.WriteString("createdAt", state.CreatedAt);
        if (state.Parent is { } parent)
        {
            writer.WriteString("parent", parent.Run.Value);
        }
        else
        {
            writer.WriteNull("parent");
        }

        writer.WriteEndObject();
    });

    /// <summary>The payloads of the signals of a name, the oldest first.</summary>
    public JsonElement Signals(string name)
    {
        var received = state.Signals.Received;
        if (!_signals.TryGetValue(name, out var known) || known.Received != received.Count)
        {
            var payloads = Write(writer => WriteList(writer, received.Where(signal => signal.Name == name).Select(signal => signal.Payload)));
            _signals[name] = known = (received.Count, payloads);
        }

        return known.Payloads;
    }

    /// <summary>What the turns of a task that are over have made, in their order.</summary>
    /// <param name="task">The task.</param>
    /// <param name="made">What the turn has made that is about to be over; null for none.</param>
    public JsonElement Outputs(int task, JsonData? made) => Write(writer => WriteList(writer, [.. state.OutputsOf(task), .. made is { } last ? [last] : Array.Empty<JsonData>()]));

    private static void WriteList(Utf8JsonWriter writer, IEnumerable<JsonData> values)
    {
        writer.WriteStartArray();
        foreach (var value in values)
        {
            writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
        }

        writer.WriteEndArray();
    }

    private static JsonElement Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            write(writer);
        }

        return JsonData.Trusted(buffer.WrittenMemory).ToElement();
    }

    // AwaitingGate: awaiting-gate.
    private static string Word(string name) => string.Concat(name.Select((letter, place) => place > 0 && char.IsUpper(letter) ? "-" + char.ToLowerInvariant(letter) : char.ToLowerInvariant(letter).ToString()));
}
