using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>
/// A JSON Schema (draft 2020-12 or draft-07), compiled. Compile once, check often: a check of a valid value allocates nothing (but for the
/// format <c>regex</c>, where it is checked). Immutable and safe for many threads. Where a value has the same name twice, each of the two members is checked.
/// </summary>
public sealed class JsonSchema
{
    private readonly SchemaNode _root;
    private readonly SchemaOptions _options;
    private ValidationContext? _idle;

    private JsonSchema(SchemaNode root, SchemaOptions options, IReadOnlyList<SchemaProblem> warnings)
    {
        _root = root;
        _options = options;
        Warnings = warnings;
    }

    /// <summary>The version of the standard that the schema is of.</summary>
    public SchemaDraft Draft => _root.Resource.Dialect.Draft;

    /// <summary>The identifier of the schema, or null when it has none.</summary>
    public string? Identifier => _root.Resource.ShownUri is { Length: > 0 } uri ? uri : null;

    /// <summary>What can be used but is probably not what was meant, such as unknown keywords that are near to known ones.</summary>
    public IReadOnlyList<SchemaProblem> Warnings { get; }

    /// <summary>Compiles a schema.</summary>
    /// <param name="json">The schema.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>The schema, ready to check values.</returns>
    /// <exception cref="SchemaException">The text is not a schema that can be used. All reasons are listed.</exception>
    public static JsonSchema Compile(string json, SchemaOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Compile(Encoding.UTF8.GetBytes(json), options);
    }

    /// <summary>Compiles a schema.</summary>
    /// <param name="utf8Json">The schema in UTF-8.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>The schema, ready to check values.</returns>
    /// <exception cref="SchemaException">The text is not a schema that can be used. All reasons are listed.</exception>
    public static JsonSchema Compile(ReadOnlyMemory<byte> utf8Json, SchemaOptions? options = null)
        => TryCompile(utf8Json, options, out var schema, out var problems) ? schema : throw new SchemaException(problems);

    /// <summary>Compiles a schema that is read to its end: an embedded resource, for example.</summary>
    /// <param name="utf8Json">The schema in UTF-8. It is not closed.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>The schema, ready to check values.</returns>
    /// <exception cref="SchemaException">The text is not a schema that can be used. All reasons are listed.</exception>
    public static JsonSchema Compile(Stream utf8Json, SchemaOptions? options = null)
        => Compile(SchemaJson.Read(utf8Json, options ?? SchemaOptions.Default), options);

    /// <summary>Compiles a schema.</summary>
    /// <param name="schema">The schema. It is copied.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <returns>The schema, ready to check values.</returns>
    /// <exception cref="SchemaException">The value is not a schema that can be used. All reasons are listed.</exception>
    public static JsonSchema Compile(JsonElement schema, SchemaOptions? options = null)
        => TryCompile(schema, options, out var compiled, out var problems) ? compiled : throw new SchemaException(problems);

    /// <summary>Compiles a schema, or says all that is wrong with it.</summary>
    /// <param name="utf8Json">The schema in UTF-8.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="schema">The schema, ready to check values.</param>
    /// <param name="problems">All that is wrong, warnings included; the latter may be there also when the schema can be used.</param>
    /// <returns>Whether the schema can be used.</returns>
    public static bool TryCompile(ReadOnlyMemory<byte> utf8Json, SchemaOptions? options, [NotNullWhen(true)] out JsonSchema? schema, out IReadOnlyList<SchemaProblem> problems)
    {
        (options ?? SchemaOptions.Default).ThrowIfWrong();
        if (SchemaJson.TryParse(utf8Json, options ?? SchemaOptions.Default, out var problem) is { } json)
        {
            return TryCompile(json, options, out schema, out problems);
        }

        (schema, problems) = (null, [problem!]);
        return false;
    }

    /// <summary>Compiles a schema, or says all that is wrong with it.</summary>
    /// <param name="json">The schema. It is copied.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="schema">The schema, ready to check values.</param>
    /// <param name="problems">All that is wrong, warnings included; the latter may be there also when the schema can be used.</param>
    /// <returns>Whether the schema can be used.</returns>
    public static bool TryCompile(JsonElement json, SchemaOptions? options, [NotNullWhen(true)] out JsonSchema? schema, out IReadOnlyList<SchemaProblem> problems)
    {
        ThrowIfUndefined(json, nameof(json));
        options ??= SchemaOptions.Default;
        options.ThrowIfWrong();
        if (SchemaJson.TooLarge(json, options) is { } tooLarge)
        {
            (schema, problems) = (null, [tooLarge]);
            return false;
        }

        var compiler = new SchemaCompiler(options);
        var root = compiler.Compile(json.Clone());
        problems = compiler.Problems;
        schema = compiler.HasErrors ? null : new JsonSchema(root, options, compiler.Problems);
        return schema is not null;
    }

    /// <summary>Whether a value keeps to the schema. Ends at the first violation; allocates nothing when there is none.</summary>
    /// <param name="instance">The value.</param>
    /// <returns>Whether the value is valid. A check that a limit ended is not.</returns>
    public bool IsValid(JsonElement instance)
    {
        ThrowIfUndefined(instance, nameof(instance));
        var context = Interlocked.Exchange(ref _idle, null) ?? new ValidationContext(_options);
        var isValid = IsValid(context, instance);
        Volatile.Write(ref _idle, context);
        return isValid;
    }

    /// <summary>Checks a value.</summary>
    /// <param name="instance">The value.</param>
    /// <returns>The verdict, with everything in which the value breaks the schema.</returns>
    public SchemaResult Validate(JsonElement instance)
    {
        if (IsValid(instance))
        {
            return SchemaResult.Valid;
        }

        var context = new ValidationContext(_options);
        var report = new SchemaReport(_options.MaxViolations);
        context.Begin(CheckMode.Violations, report);
        if (!IsTooLarge(context, instance))
        {
            _root.Evaluate(context, new Instance(instance), default);
        }

        if (report.Violations.Count == 0)
        {
            report.Stop("The value could not be checked to the end.");
            context.Stop("The value could not be checked to the end.");
        }

        return new SchemaResult([.. report.Violations], [], isComplete: context.Stopped is null);
    }

    /// <summary>Checks a value that is given as text. A text that isn't JSON is a violation like any other.</summary>
    /// <param name="utf8Json">The value in UTF-8.</param>
    /// <returns>The verdict, with everything in which the value breaks the schema.</returns>
    public SchemaResult Validate(ReadOnlyMemory<byte> utf8Json)
    {
        if (utf8Json.Length > _options.MaxInstanceBytes)
        {
            return Unreadable(TooLarge(utf8Json.Length));
        }

        try
        {
            using var document = JsonDocument.Parse(utf8Json, new JsonDocumentOptions { MaxDepth = _options.MaxNesting });
            return Validate(document.RootElement);
        }
        catch (JsonException e)
        {
            return Unreadable($"Expected JSON (RFC 8259) nested at most {_options.MaxNesting} deep; the text cannot be read: {e.Message}");
        }
    }

    /// <summary>Checks a value and, when it is valid, gives what the schema says of it: titles, defaults, formats and keywords that nobody knows.</summary>
    /// <param name="instance">The value.</param>
    /// <returns>The verdict, with the annotations of a valid value or the violations of another.</returns>
    public SchemaResult Annotate(JsonElement instance)
    {
        var result = Validate(instance);
        if (!result.IsValid)
        {
            return result;
        }

        var context = new ValidationContext(_options);
        var report = new SchemaReport(1);
        context.Begin(CheckMode.Annotations, report);
        _root.Evaluate(context, new Instance(instance), default);
        return new SchemaResult([.. report.Violations], [.. report.Annotations], isComplete: context.Stopped is null);
    }

    private bool IsValid(ValidationContext context, JsonElement instance)
    {
        context.Begin(CheckMode.Verdict, null);
        return !IsTooLarge(context, instance) && _root.Evaluate(context, new Instance(instance), default) && context.Stopped is null;
    }

    private bool IsTooLarge(ValidationContext context, JsonElement instance)
    {
        var size = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(instance).Length;
        if (size <= _options.MaxInstanceBytes)
        {
            return false;
        }

        context.Stop(TooLarge(size));
        return true;
    }

    private string TooLarge(int size) => $"Expected at most {_options.MaxInstanceBytes:N0} bytes of JSON (MaxInstanceBytes); found {size:N0}.";

    private static SchemaResult Unreadable(string message) => new(
        [new SchemaViolation { InstanceLocation = string.Empty, KeywordLocation = string.Empty, AbsoluteKeywordLocation = string.Empty, Keyword = string.Empty, Message = message }],
        [],
        isComplete: false);

    private static void ThrowIfUndefined(JsonElement element, string name)
    {
        if (element.ValueKind == JsonValueKind.Undefined)
        {
            throw new ArgumentException("The element is undefined; a JSON value is expected.", name);
        }
    }
}
