using System.Text.Json;
using OrchestrationEngine.Schemas;

namespace OrchestrationEngine.Tests.Schemas;

public sealed class SchemaMessageTests
{
    // Schema, value, and each violation as: place in the value | keyword location | message.
    public static TheoryData<string, string, string> Cases => new()
    {
        { """{"type":"integer"}""", "\"abc\"", "|/type|Expected an integer; found the string \"abc\"." },
        { """{"type":["object","null"]}""", "[1]", "|/type|Expected an object or null; found an array of 1 item." },
        { """{"type":"integer"}""", "1.5", "|/type|Expected an integer; found the number 1.5." },
        { """{"type":"string"}""", "null", "|/type|Expected a string; found null." },
        { """{"const":{"a":1}}""", """{"a":2}""", "|/const|Expected {\"a\":1}; found {\"a\":2}." },
        { """{"enum":["low","medium","high"]}""", "\"meduim\"", "|/enum|Expected one of \"low\", \"medium\", \"high\"; found \"meduim\". Did you mean 'medium'?" },
        { """{"enum":[1,null]}""", "2", "|/enum|Expected one of 1, null; found 2." },
        { """{"minimum":3}""", "2", "|/minimum|Expected a number of at least 3; found 2." },
        { """{"maximum":3}""", "3.0000000000000000001", "|/maximum|Expected a number of at most 3; found 3.0000000000000000001." },
        { """{"exclusiveMinimum":3}""", "3", "|/exclusiveMinimum|Expected a number of more than 3; found 3." },
        { """{"exclusiveMaximum":3}""", "3.0", "|/exclusiveMaximum|Expected a number of less than 3; found 3.0." },
        { """{"multipleOf":0.01}""", "0.075", "|/multipleOf|Expected a multiple of 0.01; found 0.075." },
        { """{"minLength":3}""", "\"ab\"", "|/minLength|Expected at least 3 characters; found 2: \"ab\"." },
        { """{"maxLength":1}""", "\"ab\"", "|/maxLength|Expected at most 1 character; found 2: \"ab\"." },
        { """{"pattern":"^a+$"}""", "\"ab\"", "|/pattern|Expected a string that matches the pattern ^a+$; found \"ab\"." },
        { """{"format":"date"}""", "\"2026-13-01\"", "|/format|Expected a date such as 2026-11-21 (format 'date'); found \"2026-13-01\"." },
        { """{"minItems":2}""", "[1]", "|/minItems|Expected at least 2 items; found 1." },
        { """{"maxItems":0}""", "[1]", "|/maxItems|Expected at most 0 items; found 1." },
        { """{"uniqueItems":true}""", "[1,2,1.0]", "|/uniqueItems|Expected items that all differ; items 0 and 2 are both 1.0." },
        { """{"uniqueItems":true}""", "[0,1,2,3,4,5,6,7,[1,{}],[1.0,{}]]", "|/uniqueItems|Expected items that all differ; items 8 and 9 are both [1.0,{}]." },
        { """{"minProperties":2}""", "{}", "|/minProperties|Expected at least 2 properties; found 0." },
        { """{"maxProperties":1}""", """{"a":1,"b":2}""", "|/maxProperties|Expected at most 1 property; found 2." },
        { """{"required":["a"]}""", "{}", "|/required|The required property 'a' is missing." },
        { """{"required":["name","path"]}""", """{"nmae":1}""", "|/required|Required properties are missing: 'name', 'path'. There is 'nmae' instead of 'name'; is that a slip?" },
        { """{"dependentRequired":{"a":["b","c"]}}""", """{"a":1,"c":1}""", "|/dependentRequired|The required property 'b' is missing. It has to be there when 'a' is." },
        { """{"dependentRequired":{"a":["b","c"]}}""", """{"a":1}""", "|/dependentRequired|Required properties are missing: 'b', 'c'. They have to be there when 'a' is." },
        { """{"dependentSchemas":{"a":{"required":["b"]}}}""", """{"a":1}""", "|/dependentSchemas/a/required|The required property 'b' is missing." },
        { """{"properties":{"a~/b":{"type":"string"}}}""", """{"a~/b":1}""", "/a~0~1b|/properties/a~0~1b/type|Expected a string; found the number 1." },
        { """{"properties":{"a":false}}""", """{"a":1}""", "/a|/properties/a|The property 'a' is not allowed here." },
        { """{"properties":{"name":{},"path":{}},"additionalProperties":false}""", """{"nam":1}""", "/nam|/additionalProperties|The property 'nam' is not allowed here. Allowed are 'name', 'path'. Did you mean 'name'?" },
        { """{"additionalProperties":{"type":"string"}}""", """{"a":1}""", "/a|/additionalProperties/type|Expected a string; found the number 1." },
        { """{"patternProperties":{"^x-":{"type":"string"}}}""", """{"x-a":1}""", "/x-a|/patternProperties/^x-/type|Expected a string; found the number 1." },
        { """{"propertyNames":{"maxLength":2}}""", """{"abc":1}""", "|/propertyNames/maxLength|Expected at most 2 characters; found 3: \"abc\"." },
        { """{"items":{"type":"string"}}""", "[\"a\",1]", "/1|/items/type|Expected a string; found the number 1." },
        { """{"prefixItems":[{},{"type":"string"}],"items":false}""", "[1,2,3,4]", "/1|/prefixItems/1/type|Expected a string; found the number 2.\n/2|/items|Expected at most 2 items; found 4." },
        { """{"contains":{"type":"string"}}""", "[1,2]", "|/contains|Expected at least 1 item of the kind that 'contains' asks for; found 0 among 2." },
        { """{"contains":{"type":"string"},"minContains":2}""", "[\"a\",2]", "|/minContains|Expected at least 2 items of the kind that 'contains' asks for; found 1 among 2." },
        { """{"contains":{"type":"string"},"maxContains":1}""", "[\"a\",\"b\"]", "|/maxContains|Expected at most 1 item of the kind that 'contains' asks for; found 2 among 2." },
        { """{"allOf":[{"type":"string"},{"minimum":5}]}""", "1", "|/allOf/0/type|Expected a string; found the number 1.\n|/allOf/1/minimum|Expected a number of at least 5; found 1." },
        {
            """{"anyOf":[{"type":"string"},{"required":["kind"]},{"properties":{"a":{"type":"string"}}}]}""", """{"a":1}""",
            "|/anyOf|Expected to match at least one of 3 alternatives; matches none. The closest is number 3: /a: Expected a string; found the number 1.\n"
            + "|/anyOf/0/type|Expected a string; found an object with 1 property.\n|/anyOf/1/required|The required property 'kind' is missing.\n"
            + "/a|/anyOf/2/properties/a/type|Expected a string; found the number 1."
        },
        { """{"oneOf":[{"type":"integer"},{"minimum":2}]}""", "3", "|/oneOf|Expected to match exactly one of the 2 alternatives; matches number 1 and number 2." },
        { """{"oneOf":[{"type":"string"}]}""", "3", "|/oneOf|Expected to match exactly one of 1 alternative; matches none.\n|/oneOf/0/type|Expected a string; found the number 3." },
        { """{"not":{"type":"string"}}""", "\"a\"", "|/not|Expected a value that does not match the schema of 'not'; found the string \"a\"." },
        { """{"if":{"type":"string"},"then":{"minLength":2},"else":{"minimum":2}}""", "\"a\"", "|/then/minLength|Expected at least 2 characters; found 1: \"a\"." },
        { """{"if":{"type":"string"},"then":{"minLength":2},"else":{"minimum":2}}""", "1", "|/else/minimum|Expected a number of at least 2; found 1." },
        { """{"$ref":"#/$defs/a","$defs":{"a":{"type":"string"}}}""", "1", "|/$ref/type|Expected a string; found the number 1." },
        { """{"$dynamicRef":"#x","$defs":{"x":{"$dynamicAnchor":"x","type":"string"}}}""", "1", "|/$dynamicRef/type|Expected a string; found the number 1." },
        { """{"unevaluatedProperties":false,"properties":{"a":{}}}""", """{"a":1,"b":1}""", "/b|/unevaluatedProperties|The property 'b' is not allowed here: no part of the schema describes it." },
        { """{"unevaluatedItems":false,"prefixItems":[{}]}""", "[1,2]", "/1|/unevaluatedItems|The item is not allowed here: no part of the schema describes it." },
        { """{"unevaluatedItems":{"type":"string"},"prefixItems":[{}]}""", "[1,2]", "/1|/unevaluatedItems/type|Expected a string; found the number 2." },
        { "false", "1", "||No value is allowed here; found the number 1." },
    };

    [Theory, MemberData(nameof(Cases))]
    public void A_violation_says_where_what_was_expected_and_what_was_found(string schema, string instance, string expected)
    {
        using var json = JsonDocument.Parse(instance);
        var result = JsonSchema.Compile(schema, new SchemaOptions { AssertFormats = true }).Validate(json.RootElement);
        Assert.Equal(expected, string.Join('\n', result.Violations.Select(violation => $"{violation.InstanceLocation}|{violation.KeywordLocation}|{violation.Message}")));
        Assert.True(result.IsComplete);
    }

    [Fact]
    public void A_violation_in_a_schema_with_an_identifier_says_where_that_schema_is()
    {
        var schema = JsonSchema.Compile("""
            {
              "$id": "https://example.com/a/root.json",
              "properties": { "p": { "$ref": "item#/$defs/small" } },
              "$defs": { "i": { "$id": "item", "$defs": { "small": { "maximum": 2 } } } }
            }
            """);
        using var json = JsonDocument.Parse("""{ "p": 3 }""");
        var violation = Assert.Single(schema.Validate(json.RootElement).Violations);
        Assert.Equal("/p", violation.InstanceLocation);
        Assert.Equal("/properties/p/$ref/maximum", violation.KeywordLocation);
        Assert.Equal("https://example.com/a/item#/$defs/small/maximum", violation.AbsoluteKeywordLocation);
        Assert.Equal("maximum", violation.Keyword);
        Assert.Equal("/p: Expected a number of at most 2; found 3.", violation.ToString());
    }

    [Fact]
    public void Long_values_and_lists_are_cut_in_messages()
    {
        var schema = JsonSchema.Compile($$"""{ "enum": [{{string.Join(',', Enumerable.Range(0, 100))}}] }""");
        using var json = JsonDocument.Parse($"\"{new string('x', 10_000)}\"");
        var message = Assert.Single(schema.Validate(json.RootElement).Violations).Message;
        Assert.Equal($"Expected one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and more; found \"{new string('x', 59)}....", message);
    }

    [Fact]
    public void A_text_that_is_not_JSON_is_a_violation_of_the_whole_value()
    {
        var result = JsonSchema.Compile("true").Validate("{ \"a\": }"u8.ToArray());
        var violation = Assert.Single(result.Violations);
        Assert.Equal(string.Empty, violation.InstanceLocation);
        Assert.StartsWith("Expected JSON (RFC 8259) nested at most 128 deep; the text cannot be read: '}' is an invalid start of a value.", violation.Message, StringComparison.Ordinal);
        Assert.False(result.IsValid);
    }

    [Fact]
    public void A_cascade_of_one_mistake_is_not_reported_for_what_is_only_wrong_inside()
    {
        var schema = JsonSchema.Compile("""{ "properties": { "a": { "type": "string" } }, "unevaluatedProperties": false }""");
        using var json = JsonDocument.Parse("""{ "a": 1 }""");
        Assert.Equal("/a: Expected a string; found the number 1.", schema.Validate(json.RootElement).ToString());
    }
}
