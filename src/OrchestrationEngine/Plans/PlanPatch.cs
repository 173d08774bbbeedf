using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrchestrationEngine.Plans;

/// <summary>Changes of a plan that are made together or not at all. Immutable; safe to share between threads and runs. The file form is explained in <c>docs/plan-format.md</c>.</summary>
[JsonConverter(typeof(PlanPatchConverter))]
public sealed record PlanPatch
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The changes. Each is made to the plan that those before it left.</summary>
    public required IReadOnlyList<PlanChange> Changes { get; init; }

    /// <summary>A patch of these changes.</summary>
    /// <param name="changes">The changes, in order.</param>
    public static PlanPatch Of(params ReadOnlySpan<PlanChange> changes) => new() { Changes = changes.ToArray() };

    /// <summary>Reads a patch.</summary>
    /// <param name="json">The JSON text.</param>
    /// <param name="options">How to read; null for <see cref="PlanReadOptions.Default"/>. What a patch says is verified with the plan to which it is applied.</param>
    /// <exception cref="PlanInvalidException">The patch can't be read; the exception has every problem, with line and column.</exception>
    public static PlanPatch Read(string json, PlanReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Read(Encoding.UTF8.GetBytes(json), options);
    }

    /// <summary>Reads a patch. The memory is not kept.</summary>
    /// <param name="utf8Json">The JSON text in UTF-8, with or without a byte order mark.</param>
    /// <param name="options">How to read; null for <see cref="PlanReadOptions.Default"/>. What a patch says is verified with the plan to which it is applied.</param>
    /// <exception cref="PlanInvalidException">The patch can't be read; the exception has every problem, with line and column.</exception>
    public static PlanPatch Read(ReadOnlyMemory<byte> utf8Json, PlanReadOptions? options = null)
        => Inspect(utf8Json, out var problems, options) ?? throw new PlanInvalidException(null, problems);

    /// <summary>Reads a patch, or says what is wrong with it.</summary>
    /// <param name="utf8Json">The JSON text in UTF-8, with or without a byte order mark.</param>
    /// <param name="problems">What is wrong, in the order of the file; empty when there is a patch.</param>
    /// <param name="options">How to read; null for <see cref="PlanReadOptions.Default"/>.</param>
    /// <returns>The patch; null when there are problems.</returns>
    public static PlanPatch? Inspect(ReadOnlyMemory<byte> utf8Json, out IReadOnlyList<PlanProblem> problems, PlanReadOptions? options = null)
        => PlanPatchReader.Read(utf8Json, options ?? PlanReadOptions.Default, out problems);

    /// <summary>Writes the patch as JSON.</summary>
    /// <param name="indented">Whether to write for people, on many lines. The default is false.</param>
    /// <returns>The JSON text in UTF-8.</returns>
    public byte[] Write(bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain with { Indented = indented }))
        {
            Write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes the patch as one value, among others that the caller writes.</summary>
    /// <param name="writer">The writer.</param>
    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        PlanPatchWriter.Write(this, writer);
    }

    /// <summary>Makes the changes. The plan itself stays as it is. What comes out is not verified.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>The plan with the changes, of the same id and version.</returns>
    /// <exception cref="PlanInvalidException">Some of the changes can't be made to this plan; the exception has every problem, with pointers into the patch.</exception>
    public OrchestrationPlan Apply(OrchestrationPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return TryApply(plan, out var patched, out var problems) ? patched : throw new PlanInvalidException(plan.Id, problems);
    }

    /// <summary>Makes the changes, or says why they can't be made. The plan itself stays as it is. What comes out is not verified.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="patched">The plan with the changes, of the same id and version; null when there are problems.</param>
    /// <param name="problems">Why they can't be made, with pointers into the patch; empty when they can.</param>
    public bool TryApply(OrchestrationPlan plan, [NotNullWhen(true)] out OrchestrationPlan? patched, out IReadOnlyList<PlanProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var application = new PlanPatchApplication(plan, PlanLimits.Default.MaxProblems);
        patched = application.Apply(this);
        problems = application.Problems;
        return patched is not null;
    }

    /// <summary>The patch as JSON.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Write());
}

/// <summary>Reads and writes patches as parts of facts.</summary>
internal sealed class PlanPatchConverter : JsonConverter<PlanPatch>
{
    public override PlanPatch Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => PlanPatch.Read(JsonData.From(JsonElement.ParseValue(ref reader)).Utf8, PlanReadOptions.Stored);

    public override void Write(Utf8JsonWriter writer, PlanPatch value, JsonSerializerOptions options) => value.Write(writer);
}
