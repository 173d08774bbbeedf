using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Agents;

public class TaskInputsTests
{
    private readonly TaskInputs _inputs = TaskInputs.From(
        new("second", JsonData.Parse("2")), new("first", JsonData.String("é\"")), new("none", JsonData.Null), new("", JsonData.Parse("{ }")));

    [Fact]
    public void They_keep_their_order()
    {
        Assert.Equal(4, _inputs.Count);
        Assert.Equal(["second", "first", "none", ""], _inputs.Names);
    }

    [Fact]
    public void They_are_found_by_their_exact_name()
    {
        Assert.Equal("2", _inputs["second"].ToString());
        Assert.True(_inputs.TryGet("none", out var none));
        Assert.True(none.IsNull);
        Assert.False(_inputs.TryGet("Second", out _));
    }

    [Fact]
    public void One_that_is_not_there_is_told_with_those_that_are()
    {
        var exception = Assert.Throws<KeyNotFoundException>(() => _inputs["third"]);

        Assert.Contains("'third'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("second, first, none", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_string_is_read_as_one_and_nothing_else_is()
    {
        Assert.Equal("é\"", _inputs.GetString("first"));
        Assert.Null(_inputs.GetString("none"));
        Assert.Contains("'second' is of kind Number", Assert.Throws<InvalidOperationException>(() => _inputs.GetString("second")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Together_they_are_one_json_object()
    {
        Assert.Equal("""{"second":2,"first":"é\"","none":null,"":{ }}""", _inputs.ToJson().ToString());
        Assert.Equal("{}", TaskInputs.Empty.ToJson().ToString());
    }
}
