using System.Buffers;
using System.Text.Json;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Agents;

/// <summary>The inputs of one attempt: names and JSON values, in the order of the plan.</summary>
public sealed class TaskInputs
{
    /// <summary>No inputs.</summary>
    public static readonly TaskInputs Empty = new([], []);

    private readonly IReadOnlyList<TaskInput> _definitions;
    private readonly JsonData[] _values;

    internal TaskInputs(IReadOnlyList<TaskInput> definitions, JsonData[] values)
    {
        _definitions = definitions;
        _values = values;
    }

    /// <summary>The values, in the order of the plan.</summary>
    internal IReadOnlyList<JsonData> Values => _values;

    /// <summary>How many there are.</summary>
    public int Count => _values.Length;

    /// <summary>The names, in the order of the plan.</summary>
    public IEnumerable<string> Names => _definitions.Select(definition => definition.Name);

    /// <summary>The value of an input.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="KeyNotFoundException">The task has no such input; the message lists those it has.</exception>
    public JsonData this[string name] => TryGet(name, out var value)
        ? value
        : throw new KeyNotFoundException($"The task has no input '{name}'. It has: {string.Join(", ", Names)}.");

    /// <summary>Makes inputs from names and values, for tests of agents.</summary>
    /// <param name="values">The inputs.</param>
    public static TaskInputs From(params IReadOnlyList<KeyValuePair<string, JsonData>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new([.. values.Select(value => new TaskInput { Name = value.Key })], [.. values.Select(value => value.Value)]);
    }

    /// <summary>These inputs and one more.</summary>
    internal TaskInputs With(string name, JsonData value) => new([.. _definitions, new TaskInput { Name = name }], [.. _values, value]);

    /// <summary>Finds the value of an input.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value, or JSON <c>null</c> when there is none.</param>
    public bool TryGet(string name, out JsonData value)
    {
        for (var i = 0; i < _values.Length; i++)
        {
            if (string.Equals(_definitions[i].Name, name, StringComparison.Ordinal))
            {
                value = _values[i];
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The value of an input that is a string.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The string, or null where the value is JSON <c>null</c>.</returns>
    /// <exception cref="KeyNotFoundException">The task has no such input.</exception>
    /// <exception cref="InvalidOperationException">The value is not a string.</exception>
    public string? GetString(string name)
    {
        var element = this[name].ToElement();
        return element.ValueKind is JsonValueKind.String or JsonValueKind.Null
            ? element.GetString()
            : throw new InvalidOperationException($"Input '{name}' is of kind {element.ValueKind}; expected a string.");
    }

    /// <summary>All inputs as one JSON object.</summary>
    public JsonData ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            writer.WriteStartObject();
            for (var i = 0; i < _values.Length; i++)
            {
                writer.WritePropertyName(_definitions[i].Name);
                writer.WriteRawValue(_values[i].Utf8.Span, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return JsonData.Trusted(buffer.WrittenMemory);
    }
}
