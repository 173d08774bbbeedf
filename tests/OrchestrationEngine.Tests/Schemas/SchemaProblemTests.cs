using System.Text;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Tests.Schemas;

public sealed class SchemaProblemTests
{
    private const string Draft7 = "\"$schema\":\"http://json-schema.org/draft-07/schema#\"";

    public static TheoryData<string, string> Errors => new()
    {
        { "[1]", "A schema is an object, true or false; found an array of 1 item." },
        { """{"properties":{"a":3}}""", "/properties/a: A schema is an object, true or false; found the number 3." },
        { """{"type":"int"}""", "/type: 'type' must be one of array, boolean, integer, null, number, object, string, or a list of some of them; found \"int\". Did you mean 'integer'?" },
        { """{"type":["null","null"]}""", "/type: 'type' must be one of array, boolean, integer, null, number, object, string, or a list of some of them once; found \"null\"." },
        { """{"type":[]}""", "/type: 'type' must name at least one type; the list is empty." },
        { """{"enum":3}""", "/enum: 'enum' must be a list of values; found the number 3." },
        { """{"minimum":"3"}""", "/minimum: 'minimum' must be a number; found the string \"3\"." },
        { """{"exclusiveMinimum":true}""", "/exclusiveMinimum: 'exclusiveMinimum' must be a number; found true. Since draft-06 it is the bound itself, in place of 'minimum'." },
        { """{"multipleOf":0}""", "/multipleOf: 'multipleOf' must be more than 0 and have at most 1000 digits; found 0." },
        { """{"minLength":-1}""", "/minLength: 'minLength' must be a whole number of 0 or more; found the number -1." },
        { """{"maxItems":1.5}""", "/maxItems: 'maxItems' must be a whole number of 0 or more; found the number 1.5." },
        { """{"uniqueItems":1}""", "/uniqueItems: 'uniqueItems' must be true or false; found the number 1." },
        { """{"required":true}""", "/required: 'required' must be a list of names; found true. It belongs to the object, and lists the properties that must be there." },
        { """{"required":["a","a"]}""", "/required/1: The name \"a\" is twice in 'required'." },
        { """{"required":[1]}""", "/required/0: A name in 'required' must be a string; found the number 1." },
        { """{"properties":[]}""", "/properties: 'properties' must be an object; found an empty array." },
        { """{"anyOf":[]}""", "/anyOf: 'anyOf' must be a list of one schema or more; found an empty array." },
        { """{"items":[{}]}""", "/items: 'items' is one schema in draft 2020-12; a list of schemas by position is 'prefixItems', and 'items' is that of the rest." },
        { """{"pattern":"(a"}""", "/pattern: The pattern '(a' cannot be used: at character 3, a '(' has no ')'. Patterns are regular expressions of ECMA-262." },
        { """{"patternProperties":{"[":{}}}""", "/patternProperties/[: The pattern '[' cannot be used: at character 2, a '[' has no ']'. Patterns are regular expressions of ECMA-262." },
        { """{"$ref":3}""", "/$ref: '$ref' must be a string; found the number 3." },
        { """{"$ref":"#/$defs/itm","$defs":{"item":{}}}""", "/$ref: The reference '#/$defs/itm' leads nowhere: '/$defs' has no 'itm'. Did you mean 'item'?" },
        { """{"$ref":"#adress","$defs":{"a":{"$anchor":"address"}}}""", "/$ref: There is no place with the name 'adress' in the schema; a pointer begins with '#/'. Did you mean 'address'?" },
        { """{"$ref":"other.json"}""", "/$ref: No schema is known under the identifier 'other.json'. Add it to the registry, or give a resolver; nothing is fetched otherwise." },
        { """{"$id":"http://a/b#c"}""", "http://a/b#/$id: The identifier 'http://a/b#c' has a fragment, which is for places within a schema; give the place a name with '$anchor'." },
        { """{"$anchor":"#a"}""", "/$anchor: The name '#a' must begin with a letter or '_' and have only letters, digits, '-', '_' and '.'." },
        { """{"$defs":{"a":{"$anchor":"x"},"b":{"$anchor":"x"}}}""", "/$defs/b/$anchor: The name 'x' is already that of /$defs/a; names must differ within a schema." },
        { """{"$defs":{"a":{"$id":"x"},"b":{"$id":"x"}}}""", "/$defs/b/$id: The identifier 'x' is already that of /$defs/a." },
        { """{"$schema":"https://json-schema.org/draft/2019-09/schema"}""", "/$schema: The meta-schema 'https://json-schema.org/draft/2019-09/schema' is not known. Draft 2020-12 is https://json-schema.org/draft/2020-12/schema, draft-07 is http://json-schema.org/draft-07/schema#; other meta-schemas have to be in the registry." },
        { """{"a":1,"a":2}""", "The schema is not JSON that can be read: Duplicate property 'a' encountered during deserialization." },
        { """{"$ref":"#"}""", "The schema refers to itself without going into a part of the value, so that it would never be done: # -> #." },
        { """{"$defs":{"a":{"allOf":[{"$ref":"#/$defs/b"}]},"b":{"not":{"$ref":"#/$defs/a"}}}}""", "/$defs/a: The schema refers to itself without going into a part of the value, so that it would never be done: #/$defs/a -> #/$defs/a/allOf/0 -> #/$defs/b -> #/$defs/b/not -> #/$defs/a." },
    };

    public static TheoryData<string, string> Warnings => new()
    {
        { """{"requird":["a"]}""", "/requird: The keyword 'requird' is not known and does nothing. Did you mean 'required'?" },
        { """{"additionalItems":false}""", "/additionalItems: The keyword 'additionalItems' does nothing here: draft 2020-12 has 'items' for the items after those of 'prefixItems'." },
        { $$"""{{{Draft7}},"prefixItems":[{}]}""", "/prefixItems: The keyword 'prefixItems' does nothing here: draft-07 has 'items' with a list of schemas." },
        { $$"""{{{Draft7}},"unevaluatedItems":false}""", "/unevaluatedItems: The keyword 'unevaluatedItems' does nothing here: it came after draft-07; say \"$schema\": \"https://json-schema.org/draft/2020-12/schema\" to use it." },
        { """{"then":{}}""", "/then: 'then' does nothing without 'if'." },
        { """{"format":"datetime"}""", "/format: The format 'datetime' is not known and is not checked. Did you mean 'date-time'?" },
        { """{"dependencies":{"a":["b"]}}""", "/dependencies: 'dependencies' is of draft-07 and kept for old schemas; draft 2020-12 has 'dependentRequired' and 'dependentSchemas'." },
        { """{"properties":{"a":{"$schema":"https://json-schema.org/draft/2020-12/schema"}}}""", "/properties/a/$schema: '$schema' does nothing here: it belongs to a whole document, or to a schema with an '$id'." },
        { """{"x-own":1,"unrelated":2,"$comment":"a"}""", "" },
    };

    [Theory, MemberData(nameof(Errors))]
    public void A_wrong_schema_is_refused_with_the_place_and_what_was_expected(string schema, string expected)
    {
        Assert.False(JsonSchema.TryCompile(Encoding.UTF8.GetBytes(schema), null, out _, out var problems));
        Assert.Equal(expected, string.Join('\n', problems));
        Assert.Contains(expected, Assert.Throws<SchemaException>(() => JsonSchema.Compile(schema)).Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Warnings))]
    public void What_is_probably_not_meant_is_a_warning(string schema, string expected)
        => Assert.Equal(expected, string.Join('\n', JsonSchema.Compile(schema, new SchemaOptions { AssertFormats = true }).Warnings));

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var e = Assert.Throws<SchemaException>(() => JsonSchema.Compile("""{ "type": "int", "minItems": "a", "properties": { "a": { "enum": 1, "requird": [] } }, "$ref": "#/nowhere" }"""));
        Assert.Equal(["/$ref", "/type", "/minItems", "/properties/a/requird", "/properties/a/enum"], e.Problems.Select(problem => problem.Pointer));
        Assert.Equal(SchemaSeverity.Warning, e.Problems.Single(problem => problem.Nearest == "required").Severity);
        Assert.StartsWith("The JSON Schema cannot be used, for 4 reasons:\n- /$ref: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_problem_in_another_document_says_in_which()
    {
        var registry = new SchemaRegistry();
        registry.Add("""{ "$id": "https://example.com/other", "type": "int" }""");
        var e = Assert.Throws<SchemaException>(() => JsonSchema.Compile("""{ "$ref": "https://example.com/other" }""", new SchemaOptions { Registry = registry }));
        Assert.Equal("https://example.com/other", Assert.Single(e.Problems).Document);
        Assert.StartsWith("The JSON Schema cannot be used: https://example.com/other#/type: 'type' must be one of", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_reference_leads_to_is_looked_at_too()
        => Assert.Equal("/$defs/unused/minItems", Assert.Single(Assert.Throws<SchemaException>(() => JsonSchema.Compile("""{ "$defs": { "unused": { "minItems": "a" } } }""")).Problems).Pointer);
}
