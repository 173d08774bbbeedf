using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Agents;

public class AgentResultTests
{
    [Fact]
    public void A_success_carries_its_output()
    {
        Assert.Equal("[1]", AgentResult.Succeeded(JsonData.Parse("[1]")).Output.ToString());
        Assert.Equal("\"text\"", AgentResult.Succeeded("text").Output.ToString());
        Assert.True(AgentResult.Succeeded().Output.IsNull);
        Assert.True(AgentResult.Succeeded((string?)null).Output.IsNull);
        Assert.Null(AgentResult.Succeeded().Message);
    }

    [Fact]
    public void A_failure_carries_what_was_said()
    {
        var result = AgentResult.Failed(FailureClass.RateLimited, "Too many calls.", retryAfter: TimeSpan.FromSeconds(3));

        Assert.False(result.IsSuccess);
        Assert.Equal(FailureClass.RateLimited, result.FailureClass);
        Assert.Equal("Too many calls.", result.Message);
        Assert.True(result.Retryable);
        Assert.Equal(TimeSpan.FromSeconds(3), result.RetryAfter);
        Assert.True(result.Output.IsNull);
    }

    [Fact]
    public void A_failure_needs_a_message_and_a_delay_that_is_not_in_the_past()
    {
        Assert.Throws<ArgumentException>(() => AgentResult.Failed(FailureClass.Unknown, ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => AgentResult.Failed(FailureClass.Unknown, "x", retryAfter: TimeSpan.FromTicks(-1)));
    }
}
