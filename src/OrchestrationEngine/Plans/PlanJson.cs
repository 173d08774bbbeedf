using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>Reads plans from JSON and writes them as JSON. The format is explained in <c>docs/plan-format.md</c>.</summary>
public static class PlanJson
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Lazy<JsonData> LoadedSchema = new(LoadSchema);

    /// <summary>The JSON Schema (2020-12) of a plan file, for editors and other tools. It is also in the package, as <c>plan.schema.json</c>.</summary>
    /// <remarks>What the schema allows may still have problems that only <see cref="PlanVerifier"/> finds, such as references to nothing.</remarks>
    public static JsonData Schema => LoadedSchema.Value;

    /// <summary>Reads a plan.</summary>
    /// <param name="json">The JSON text.</param>
    /// <param name="options">How to read; null for <see cref="PlanReadOptions.Default"/>.</param>
    /// <exception cref="PlanInvalidException">The plan can't be read or can't be run; the exception has every problem, with line and column.</exception>
    public static OrchestrationPlan Read(string json, PlanReadOptions? options = null) => Inspect(json, options).GetPlan();

    /// <summary>Reads a plan. The memory is not kept.</summary>
    /// <param name="utf8Json">The JSON text in UTF-8, with or without a byte order mark.</param>
    /// <param name="options">How to read; null for <see cref="PlanReadOptions.Default"/>.</param>
    /// <exception cref="PlanInvalidException">The plan can't be read or can't be run; the exception has every problem, with line and column.</exception>
    public static OrchestrationPlan Read(ReadOnlyMemory<byte> utf8Json, PlanReadOptions? options = null) => Inspect(utf8Json, options).GetPlan();

    /// <summary>Reads a plan from a stream, to its end. The stream is not closed.</summary>
    /// <param name="utf8Json">The JSON text in UTF-8, with or without a byte order mark.</param>
    /// <param name="options">How to read; null for <see cref="PlanReadOptions.Default"/>.</param>
    /// <exception cref="PlanInvalidException">The plan can't be read or can't be run; the exception has every problem, with line and column.</exception>
    public static OrchestrationPlan Read(Stream utf8Json, PlanReadOptions? options = null) => Inspect(utf8Json, options).GetPlan();

    /// <summary>Reads a plan, or says what is wrong with it, and what was ignored.</summary>
    /// <param name="json">The JSON text.</param>
    /// <param name="options">How to read; null for <see cref="PlanReadOptions.Default"/>.</param>
    public static PlanReadResult Inspect(string json, PlanReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        options ??= PlanReadOptions.Default;
        if (json.Length > options.Limits.MaxBytes)
        {
            return TooLarge(options.Limits.MaxBytes);
        }

        try
        {
            return Inspect(StrictUtf8.GetBytes(json), options);
        }
        catch (EncoderFallbackException half)
        {
            var before = json.AsSpan(0, half.Index);
            var lineStart = before.LastIndexOf('\n') + 1;
            return Refuse(
                PlanProblemKinds.NotUtf8,
                "The text holds half of a surrogate pair, which is no character.",
                before.Count('\n') + 1,
                Encoding.UTF8.GetByteCount(before[lineStart..]) + 1);
        }
    }

    /// <summary>Reads a plan, or says what is wrong with it, and what was ignored. The memory is not kept.</summary>
    /// <param name="utf8Json">The JSON text in UTF-8, with or without a byte order mark.</param>
    /// <param name="options">How to read; null for <see cref="PlanReadOptions.Default"/>.</param>
    public static PlanReadResult Inspect(ReadOnlyMemory<byte> utf8Json, PlanReadOptions? options = null)
    {
        options ??= PlanReadOptions.Default;
        return utf8Json.Length > options.Limits.MaxBytes ? TooLarge(options.Limits.MaxBytes) : PlanInspection.Of(utf8Json, options);
    }

    /// <summary>Reads a plan from a stream, to its end, or says what is wrong with it, and what was ignored. The stream is not closed.</summary>
    /// <param name="utf8Json">The JSON text in UTF-8, with or without a byte order mark.</param>
    /// <param name="options">How to read; null for <see cref="PlanReadOptions.Default"/>.</param>
    public static PlanReadResult Inspect(Stream utf8Json, PlanReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(utf8Json);
        options ??= PlanReadOptions.Default;
        var most = Math.Min(options.Limits.MaxBytes, Array.MaxLength - 1);
        var hint = utf8Json.CanSeek ? Math.Clamp(utf8Json.Length - utf8Json.Position, 0, most) : 0;

        // One byte more than expected, so that the end is found without growing.
        var buffer = new byte[Math.Max(hint + 1, 4096)];
        var length = 0;
        while (utf8Json.Read(buffer, length, buffer.Length - length) is > 0 and var read)
        {
            length += read;
            if (length > most)
            {
                return TooLarge(options.Limits.MaxBytes);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(2L * length, Array.MaxLength));
            }
        }

        return Inspect(buffer.AsMemory(0, length), options);
    }

    /// <summary>Writes a plan. What is at its default is left out; <see cref="Read(ReadOnlyMemory{byte}, PlanReadOptions?)"/> gives an equal plan.</summary>
    /// <param name="plan">The plan; one that was verified.</param>
    /// <param name="indented">Whether to write for people, on many lines. The default is false.</param>
    /// <returns>The JSON text in UTF-8.</returns>
    public static byte[] Write(OrchestrationPlan plan, bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Write(plan, buffer, indented);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes a plan to a buffer.</summary>
    /// <param name="plan">The plan; one that was verified.</param>
    /// <param name="output">Where the JSON text goes, in UTF-8.</param>
    /// <param name="indented">Whether to write for people, on many lines. The default is false.</param>
    public static void Write(OrchestrationPlan plan, IBufferWriter<byte> output, bool indented = false)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var writer = new Utf8JsonWriter(output, Options(indented));
        Write(plan, writer);
    }

    /// <summary>Writes a plan to a stream, in pieces. The stream is not closed.</summary>
    /// <param name="plan">The plan; one that was verified.</param>
    /// <param name="output">Where the JSON text goes, in UTF-8.</param>
    /// <param name="indented">Whether to write for people, on many lines. The default is false.</param>
    public static void Write(OrchestrationPlan plan, Stream output, bool indented = false)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var writer = new Utf8JsonWriter(output, Options(indented));
        Write(plan, writer);
    }

    /// <summary>Writes a plan as one value, among others that the caller writes.</summary>
    /// <param name="plan">The plan; one that was verified.</param>
    /// <param name="writer">The writer.</param>
    public static void Write(OrchestrationPlan plan, Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(writer);
        PlanWriter.Write(plan, writer);
    }

    private static JsonData LoadSchema()
    {
        using var stream = typeof(PlanJson).Assembly.GetManifestResourceStream("plan.schema.json")
            ?? throw new InvalidOperationException("The assembly lacks its resource 'plan.schema.json'.");
        var text = new byte[stream.Length];
        stream.ReadExactly(text);
        return JsonData.Parse(text);
    }

    // A plan file is no web page: letters of all languages stay readable.
    private static JsonWriterOptions Options(bool indented) => new() { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static PlanReadResult TooLarge(long limit)
        => Refuse(PlanProblemKinds.TextTooLarge, string.Create(CultureInfo.InvariantCulture, $"The text is larger than the limit of {limit:N0} bytes ({nameof(PlanLimits)}.{nameof(PlanLimits.MaxBytes)})."), 1, 1);

    private static PlanReadResult Refuse(PlanProblemKind kind, string message, long line, long column)
        => new() { Problems = [new PlanProblem { Code = kind.Code, Pointer = string.Empty, Message = message, Line = line, Column = column }] };
}
