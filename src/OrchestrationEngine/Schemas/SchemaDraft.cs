namespace OrchestrationEngine.Schemas;

/// <summary>A version of the JSON Schema standard.</summary>
public enum SchemaDraft
{
    /// <summary>Draft 2020-12, <c>https://json-schema.org/draft/2020-12/schema</c>.</summary>
    Draft202012,

    /// <summary>Draft-07, <c>http://json-schema.org/draft-07/schema#</c>.</summary>
    Draft7,
}
