using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Registry;

/// <summary>
/// A plan file with parameters: an object <c>parameters</c> beside the members of a plan says which, and <c>"${params.NAME}"</c> stands for the value of
/// one anywhere in the file's values. Immutable; safe to share between threads.
/// </summary>
/// <remarks>
/// A text that is nothing but <c>${params.NAME}</c> becomes the value itself, whatever its type; within a longer text a string is put in as it is, anything
/// else as its JSON text. Members of a value are reached as in <c>${params.target.name}</c>. To mean the characters <c>${</c> write <c>$${</c>.
/// </remarks>
public sealed class PlanTemplate
{
    private readonly JsonElement _file;

    private PlanTemplate(JsonElement file, IReadOnlyList<TemplateParameter> parameters)
    {
        _file = file;
        Parameters = parameters;
    }

    /// <summary>The parameters, in the order of the file.</summary>
    public IReadOnlyList<TemplateParameter> Parameters { get; }

    /// <summary>Reads a template.</summary>
    /// <param name="json">The JSON text.</param>
    /// <exception cref="PlanInvalidException">The template can't be used; the exception has every problem.</exception>
    public static PlanTemplate Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Read(Encoding.UTF8.GetBytes(json));
    }

    /// <summary>Reads a template. The memory is not kept.</summary>
    /// <param name="utf8Json">The JSON text in UTF-8, with or without a byte order mark.</param>
    /// <exception cref="PlanInvalidException">The template can't be used; the exception has every problem.</exception>
    public static PlanTemplate Read(ReadOnlyMemory<byte> utf8Json) => Inspect(utf8Json, out var problems) ?? throw new PlanInvalidException(null, problems);

    /// <summary>Reads a template, or says what is wrong with its parameters and with what refers to them. Whether it makes plans that can run is seen when it is instantiated.</summary>
    /// <param name="utf8Json">The JSON text in UTF-8, with or without a byte order mark.</param>
    /// <param name="problems">What is wrong; empty when there is a template.</param>
    /// <returns>The template; null when there are problems.</returns>
    public static PlanTemplate? Inspect(ReadOnlyMemory<byte> utf8Json, out IReadOnlyList<PlanProblem> problems)
    {
        var list = new PlanProblemList(PlanLimits.Default.MaxProblems);
        var template = TemplateFile.TryParse(utf8Json, list) is { } file ? Inspect(file, list) : null;
        problems = list.ToList();
        return problems.Count == 0 ? template : null;
    }

    /// <summary>Makes a plan of the template.</summary>
    /// <param name="parameters">The values of the parameters, by name; null for none.</param>
    /// <param name="options">How the plan is read; null for <see cref="PlanReadOptions.Default"/>.</param>
    /// <returns>The plan, or everything wrong: with the values (pointers that begin with <c>/parameters</c>), otherwise with the plan that they make.</returns>
    public PlanReadResult Instantiate(IReadOnlyDictionary<string, JsonData>? parameters = null, PlanReadOptions? options = null)
    {
        var problems = new PlanProblemList(PlanLimits.Default.MaxProblems);
        var values = TemplateValues.Of(Parameters, parameters ?? new Dictionary<string, JsonData>(), problems);
        if (problems.Total > 0)
        {
            return new PlanReadResult { Problems = problems.ToList() };
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            new TemplateText(values, problems).Write(_file, writer);
        }

        if (problems.Total > 0)
        {
            return new PlanReadResult { Problems = problems.ToList() };
        }

        // Lines and columns would be those of a text that nobody has seen.
        var result = PlanJson.Inspect(buffer.WrittenMemory, options);
        return result with { Problems = [.. result.Problems.Select(Unplaced)], Warnings = [.. result.Warnings.Select(Unplaced)] };
    }

    private static PlanProblem Unplaced(PlanProblem problem) => problem with { Line = null, Column = null };

    private static PlanTemplate Inspect(JsonElement file, PlanProblemList problems)
    {
        var parameters = TemplateFile.ParametersOf(file, problems);
        new TemplateText(parameters.Select(parameter => parameter.Name), problems).Look(file);
        return new PlanTemplate(file, parameters);
    }
}
