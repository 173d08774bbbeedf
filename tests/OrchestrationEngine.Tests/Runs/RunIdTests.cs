using OrchestrationEngine.Agents;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Runs;

public sealed class RunIdTests
{
    [Theory]
    [InlineData("order/4711#2")]
    [InlineData("@plan 9a")]
    [InlineData("emoji \ud83d\ude00")]
    public void Any_text_of_characters_is_an_id(string text) => Assert.Equal(text, new RunId(text).Value);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\0b")]
    [InlineData("a\u0085b")]
    public void What_no_store_can_keep_is_refused(string text) => Assert.Throws<ArgumentException>(() => new RunId(text));

    // Built here: an attribute can't carry half of a pair.
    [Fact]
    public void Half_of_a_surrogate_pair_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new RunId("half " + (char)0xD83D));
        Assert.Throws<ArgumentException>(() => new RunId((char)0xDE00 + " half"));
    }

    [Fact]
    public void Keys_of_different_attempts_never_read_as_one()
    {
        Assert.NotEqual(Key("a/b", "c"), Key("a", "b/c"));
        Assert.NotEqual(Key("a", "b#1"), Key("a", "b"));
        Assert.Equal("4f2a/build#1", Key("4f2a", "build"));
    }

    private static string Key(string run, string task)
        => new AgentRequest { Run = new RunId(run), Plan = "p", Phase = "p", Task = task, Agent = "x", Attempt = 1 }.IdempotencyKey;
}
