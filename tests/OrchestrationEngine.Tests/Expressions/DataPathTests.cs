using System.Text.Json;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Tests.Expressions;

public class DataPathTests
{
    [Theory]
    [InlineData("tasks.build.output.x", "tasks.build.output.x")]
    [InlineData("tasks['@plan'].output.files[0]", "tasks['@plan'].output.files[0]")]
    [InlineData("tasks[\"build\"] . output", "tasks.build.output")]
    [InlineData("a['in']['true'][''].if", "a['in']['true'][''].if")]
    [InlineData("a['9a']['b-c'][0x10]", "a['9a']['b-c'][16]")]
    [InlineData("a['it\\'s \\u0007 \\\\']", "a['it\\'s \\u0007 \\\\']")]
    public void A_path_has_one_canonical_form(string text, string canonical)
    {
        var path = DataPath.Parse(text);

        Assert.Equal(canonical, path.ToString());
        Assert.Equal(path, DataPath.Parse(canonical));
        Assert.Equal(path.GetHashCode(), DataPath.Parse(canonical).GetHashCode());
    }

    [Fact]
    public void A_key_and_an_index_of_the_same_digits_differ()
    {
        Assert.NotEqual(DataPath.Parse("a[0]"), DataPath.Parse("a['0']"));
        Assert.Equal(DataPath.Parse("a['b c'][2]"), DataPath.Parse("a").Member("b c").Element(2));
    }

    [Theory]
    [InlineData("", "The path is empty.")]
    [InlineData("a == b", "Unexpected '==' at position 2.")]
    [InlineData("'a'", "Unexpected ''a'' at position 0; a path begins with a name.")]
    [InlineData("${a}", "Unexpected '$' at position 0; a path is written without '${' and '}'.")]
    [InlineData("a[-1]", "Unexpected '-' at position 2; an index is a whole number from 0 or a quoted key.")]
    public void What_is_not_a_path_is_refused(string text, string message)
    {
        Assert.False(DataPath.TryParse(text, out _, out var error));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Throws<ExpressionException>(() => DataPath.Parse(text));
    }

    [Fact]
    public void The_rest_of_a_path_is_followed_within_a_value()
    {
        var start = JsonDocument.Parse("""{ "files": [{ "name": "a.cs" }] }""").RootElement;
        var path = DataPath.Parse("tasks.build.output.files[0].name");

        Assert.True(DataPath.TryFollow(path, 2, start, out var name, out var problem));
        Assert.Equal("a.cs", name.GetString());
        Assert.Null(problem);
        Assert.True(DataPath.TryFollow(path, path.Segments.Count, name, out var same, out _));
        Assert.Equal("a.cs", same.GetString());
    }

    [Fact]
    public void A_path_that_ends_too_early_says_where()
    {
        var output = JsonDocument.Parse("""{ "files": [], "half\uD800": 1 }""").RootElement;

        Assert.False(DataPath.TryFollow(DataPath.Parse("tasks.build.output.fils"), 2, output, out _, out var misspelt));
        Assert.False(DataPath.TryFollow(DataPath.Parse("tasks.build.output.files[0]"), 2, output, out _, out var empty));
        Assert.False(DataPath.TryFollow(DataPath.Parse("tasks.build.output[0]"), 2, output, out _, out var noList));
        Assert.False(DataPath.TryFollow(DataPath.Parse("tasks.build.output['0']"), 2, JsonDocument.Parse("[1]").RootElement, out _, out var noObject));

        Assert.StartsWith("'tasks.build.output' has no member 'fils'", misspelt, StringComparison.Ordinal);
        Assert.Equal("'tasks.build.output.files' has no element 0; it has 0.", empty);
        Assert.Equal("'tasks.build.output' is an object, not a list, so it has no element 0.", noList);
        Assert.Equal("'tasks.build.output' is a list, not an object, so it has no member '0'.", noObject);
    }

    [Fact]
    public void Any_key_comes_back_from_the_canonical_form()
    {
        var random = new Random(4711);
        for (var round = 0; round < 2_000; round++)
        {
            var path = DataPath.Parse("root");
            for (var step = random.Next(5); step > 0; step--)
            {
                path = random.Next(3) == 0 ? path.Element(random.Next()) : path.Member(Text());
            }

            var read = DataPath.Parse(path.ToString());
            Assert.Equal(path, read);
            Assert.Equal(path.Segments, read.Segments);
        }

        string Text() => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(4) switch
        {
            0 => ((char)random.Next(0x80)).ToString(),
            1 => ((char)random.Next(0x2000, 0x2100)).ToString(),
            2 => char.ConvertFromUtf32(random.Next(0x10000, 0x10FFFF)),
            _ => ((char)random.Next('a', 'z')).ToString(),
        }));
    }

    [Fact]
    public void A_key_that_no_JSON_can_have_is_the_callers_mistake() =>
        Assert.Throws<ArgumentException>(() => DataPath.Parse("a").Member("\ud800"));
}
