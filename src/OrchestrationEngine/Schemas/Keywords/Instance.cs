using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>What a schema is applied to: a value, or the name of a member, which is a string that no element stands for.</summary>
internal readonly struct Instance
{
    private readonly JsonProperty _named;
    private readonly bool _isName;

    public Instance(JsonElement element)
    {
        Element = element;
        Kind = element.ValueKind;
    }

    private Instance(JsonProperty named)
    {
        _named = named;
        _isName = true;
        Kind = JsonValueKind.String;
    }

    public JsonValueKind Kind { get; }

    /// <summary>The value; there is none for a name.</summary>
    public JsonElement Element { get; }

    /// <summary>What is between the quotes of a string, escapes and all.</summary>
    public ReadOnlySpan<byte> RawText => _isName ? JsonText.Raw(_named) : JsonText.Raw(Element);

    public static Instance NameOf(JsonProperty member) => new(member);

    /// <summary>With what it is, for messages: <c>the string "abc"</c>.</summary>
    public string Described => _isName ? $"the name {Written}" : Shown.Value(Element);

    /// <summary>As it is written, for messages.</summary>
    public string Written => _isName ? Shown.Json(_named) : Shown.Json(Element);

    public bool IsEqual(ValidationContext context, JsonElement other)
        => _isName ? other.ValueKind == JsonValueKind.String && JsonText.AreEqual(RawText, JsonText.Raw(other)) : JsonEquality.AreEqual(context, Element, other);
}
