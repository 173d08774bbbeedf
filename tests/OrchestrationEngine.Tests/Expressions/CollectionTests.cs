using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Tests.Expressions;

public class CollectionTests
{
    private static readonly JsonScope Data = new(
        """
        {
          "inputs": { "i": 1, "key": "b", "half": 1.5, "whole": 1.0, "twice": {"a": 1, "a": 2, "b": 3}, "odd": {"my-task": {"x": 5}}, "none": null },
          "row": [10, "x", [1, 2], {"a": {"b": 7}}], "object": {"a": 1, "b": [4, 5]}
        }
        """);

    [Theory]
    [InlineData("[1, 'a', null, true, 1.5, [2], {}]", "[1,\"a\",null,true,1.5,[2],{}]")]
    [InlineData("[1, 2,]", "[1,2]")]
    [InlineData("{'a': 1, 2: 'b', true: null,}", "{\"a\":1,\"2\":\"b\",\"true\":null}")]
    [InlineData("{inputs.key: inputs.i + 1}", "{\"b\":2}")]
    [InlineData("{'a': 1, 'a': 2}", "!The key 'a' stands twice in one object.")]
    [InlineData("{1.5: 2}", "!A key of an object is a string, a whole number or a boolean, not a number.")]
    [InlineData("{null: 2}", "!A key of an object is a string, a whole number or a boolean, not null.")]
    [InlineData("{1: 'a', '1': 'b'}", "!The keys '1' of different types would be one member in JSON.")]
    [InlineData("[1 / 0]", "!A whole number cannot be divided by zero.")]
    [InlineData("{'a': inputs.missing}", "!'inputs' has no member 'missing'.")]
    public void Lists_and_maps_are_written_down(string text, string value) => Assert.Equal(value, Evaluate.Text(text, Data));

    [Theory]
    [InlineData("row[inputs.i]", "\"x\"")]
    [InlineData("row[inputs.whole]", "\"x\"")]
    [InlineData("row[2][inputs.i]", "2")]
    [InlineData("row[1 + 2].a.b", "7")]
    [InlineData("object[inputs.key][inputs.i]", "5")]
    [InlineData("object['b'][1 - 1]", "4")]
    [InlineData("{'a': {'b': 3}}.a['b']", "3")]
    [InlineData("[1, 2, 3][0]", "1")]
    [InlineData("{1: 'x', true: 'y'}[1]", "\"x\"")]
    [InlineData("{1: 'x', true: 'y'}[1.0]", "\"x\"")]
    [InlineData("{1: 'x', true: 'y'}[true]", "\"y\"")]
    [InlineData("(object).a", "1")]
    [InlineData("inputs.twice['a']", "2")]
    [InlineData("[inputs][0].twice.a", "2")]
    public void Members_and_elements_are_found(string text, string value) => Assert.Equal(value, Evaluate.Text(text, Data));

    [Theory]
    [InlineData("row[inputs.i + 9]", "!'row' has no element 10; it has 4.")]
    [InlineData("row[-1]", "!'row' has no element -1; it has 4.")]
    [InlineData("row[inputs.half]", "!An index of 'row' is a whole number, not one with a fraction.")]
    [InlineData("row[inputs.key]", "!An index of 'row' is a whole number, not a string.")]
    [InlineData("object[inputs.key + 'x']", "!'object' has no member 'bx'.")]
    [InlineData("object[inputs.half]", "!A key of 'object' is a string, a whole number or a boolean, not a number.")]
    [InlineData("object[inputs.i]", "!'object' has no member 1.")]
    [InlineData("row[inputs.i - 1].a", "!'row[inputs.i - 1]' is a number, not an object, so it has no member 'a'.")]
    [InlineData("row[inputs.i - 1][inputs.key]", "!'row[inputs.i - 1]' is a number, so it has neither members nor elements.")]
    [InlineData("{'a': 1}.b", "!'{'a': 1}' has no member 'b'.")]
    [InlineData("inputs.i.x", "!'inputs.i' is a number, not an object, so it has no member 'x'.")]
    public void What_is_not_there_is_an_error_with_its_place(string text, string problem) => Assert.Equal(problem, Evaluate.Text(text, Data));

    [Theory]
    [InlineData("has(inputs.key)", "true")]
    [InlineData("has(inputs.missing)", "false")]
    [InlineData("has(inputs.none)", "true")]
    [InlineData("has(inputs.odd['my-task'].x)", "true")]
    [InlineData("has(inputs.odd['my-task'])", "true")]
    [InlineData("has(inputs['odd'].other)", "false")]
    [InlineData("has(inputs.missing.deeper)", "!'inputs' has no member 'missing'.")]
    [InlineData("has(inputs.key.x)", "!'has' needs an object, but 'inputs.key' is a string.")]
    [InlineData("has({'a': 1}.a) && !has({'a': 1}.b)", "true")]
    [InlineData("has(row[inputs.i + 2].a.b) && !has(row[inputs.i + 2].a.c)", "true")]
    [InlineData("[object].exists(m, has(m.a) && !has(m.z) && has(m['b']))", "true")]
    [InlineData("has(nothing.a)", "!There is no 'nothing'.")]
    public void Has_asks_whether_a_member_is_there(string text, string value) => Assert.Equal(value, Evaluate.Text(text, Data));

    [Theory]
    [InlineData("size(row) + row.size()", "8")]
    [InlineData("size(object)", "2")]
    [InlineData("size(inputs.twice)", "2")]
    [InlineData("size('a\\U0001F600b') == 3 && ''.size() == 0", "true")]
    [InlineData("size({}) + size([])", "0")]
    [InlineData("size(1)", "!'size' needs a text, a list or an object, and was given a number.")]
    public void Things_have_a_size(string text, string value) => Assert.Equal(value, Evaluate.Text(text, Data));

    [Fact]
    public void Of_a_path_with_computed_parts_the_fixed_beginning_is_a_reference()
    {
        var expression = ValueExpression.Parse("tasks.a.output.files[inputs.i].name == b['c'][0][d.e] && has(f.g) && has(h.i) && h.i");

        Assert.Equal(["tasks.a.output.files", "inputs.i", "b.c[0]", "d.e", "f.g", "h.i"], expression.References.Select(path => path.ToString()));
        Assert.Equal(["f.g"], expression.OptionalReferences.Select(path => path.ToString()));
    }

    [Fact]
    public void The_variables_of_macros_functions_and_types_are_not_references()
    {
        var expression = ConditionExpression.Parse("a.b.all(x, x.c == a.d && y.filter(a, a.e == x).size() > 0) && x.f && type(1) == int && math.least(1, 2) == math.x");

        Assert.Equal(["a.b", "a.d", "y", "x.f", "math.x"], expression.References.Select(path => path.ToString()));
    }
}
