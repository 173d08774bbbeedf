namespace OrchestrationEngine.Tests.Expressions;

public class MacroTests
{
    private static readonly JsonScope Data = new("""{ "row": [1, 2, 3], "object": {"a": 1, "b": 2, "a": 3}, "people": [{"n": "x", "age": 3}, {"n": "y"}] }""");

    [Theory]
    [InlineData("row.all(e, e > 0)", "true")]
    [InlineData("row.all(e, e < 3)", "false")]
    [InlineData("[].all(e, e / 0 == 1)", "true")]
    [InlineData("[1, 'x', 3].all(e, e == 1)", "false")]
    [InlineData("row.all(e, 6 / (2 - e) == 6)", "false")]
    [InlineData("row.all(e, e / 0 != 17)", "!A whole number cannot be divided by zero.")]
    [InlineData("row.exists(e, e == 2)", "true")]
    [InlineData("row.exists(e, e > 3)", "false")]
    [InlineData("[].exists(e, true)", "false")]
    [InlineData("[1, 'x'].exists(e, e + 1 == 2)", "true")]
    [InlineData("['x', 1].exists(e, e + 1 == 2)", "true")]
    [InlineData("['x', 1].exists(e, e + 1 == 3)", "!'+' cannot be used with a string and a number.")]
    [InlineData("object.exists(k, k == 'b') && !object.exists(k, k == 'c')", "true")]
    [InlineData("object.all(k, k in ['a', 'b'])", "true")]
    public void All_and_exists_join_the_outcomes_as_and_and_or_do(string text, string value) => Assert.Equal(value, Evaluate.Text(text, Data));

    [Theory]
    [InlineData("row.exists_one(e, e > 2)", "true")]
    [InlineData("row.existsOne(e, e > 1)", "false")]
    [InlineData("[].exists_one(e, true)", "false")]
    [InlineData("[3, 2, 1, 0].exists_one(n, 12 / n > 1)", "!A whole number cannot be divided by zero.")]
    [InlineData("object.exists_one(k, k == 'a')", "true")]
    public void Exists_one_counts_and_forgives_no_error(string text, string value) => Assert.Equal(value, Evaluate.Text(text, Data));

    [Theory]
    [InlineData("row.filter(e, e % 2 == 1)", "[1,3]")]
    [InlineData("row.map(e, e * e)", "[1,4,9]")]
    [InlineData("row.map(e, e > 1, e * 10)", "[20,30]")]
    [InlineData("object.map(k, k + '!')", "[\"a!\",\"b!\"]")]
    [InlineData("object.filter(k, k != 'a')", "[\"b\"]")]
    [InlineData("{1: 2, true: 3}.map(k, k)", "[1,true]")]
    [InlineData("row.map(e, 4 / (e - 1))", "!A whole number cannot be divided by zero.")]
    [InlineData("row.filter(e, 4 / (e - 1) > 1)", "!A whole number cannot be divided by zero.")]
    [InlineData("people.filter(p, has(p.age)).map(p, p.n)", "[\"x\"]")]
    [InlineData("people.map(p, p.n).join('+')", "\"x+y\"")]
    [InlineData("people.map(p, p.age)", "!'p' has no member 'age'.")]
    public void Filter_and_map_make_lists(string text, string value) => Assert.Equal(value, Evaluate.Text(text, Data));

    [Theory]
    [InlineData("row.map(x, row.filter(y, y > x).map(y, y * 10 + x))", "[[21,31],[32],[]]")]
    [InlineData("row.map(x, [x].map(x, x + 1)[0] + x)", "[3,5,7]")]
    [InlineData("row.map(row, row).map(row, row + 1)", "[2,3,4]")]
    [InlineData("row.all(row, row > 0) && row == [1, 2, 3]", "true")]
    [InlineData("row.map(x, people.exists(p, has(p.age) && p.age == x))", "[false,false,true]")]
    [InlineData("row.map(size, size(row) + size)", "[4,5,6]")]
    public void Macros_nest_and_the_innermost_name_counts(string text, string value) => Assert.Equal(value, Evaluate.Text(text, Data));

    [Theory]
    [InlineData("'abc'.all(c, true)", "!'all' needs a list or an object before it, and was given a string.")]
    [InlineData("row.filter(e, e)", "!The condition of 'filter' gives a number, not true or false.")]
    [InlineData("row.map(e, 'x', e)", "!The condition of 'map' gives a string, not true or false.")]
    [InlineData("missing.exists(e, true)", "!There is no 'missing'.")]
    public void A_wrong_macro_says_why(string text, string problem) => Assert.Equal(problem, Evaluate.Text(text, Data));
}
