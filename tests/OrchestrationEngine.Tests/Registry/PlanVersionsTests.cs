using OrchestrationEngine.Registry;

namespace OrchestrationEngine.Tests.Registry;

public sealed class PlanVersionsTests
{
    [Fact]
    public void Versions_come_in_the_order_in_which_people_count()
    {
        string[] order = ["0.9", "1-alpha", "1-alpha.2", "1-alpha.10", "1-beta", "1", "1.0.1", "v1.2", "1.9", "1.10", "1.10.0.1", "2", "2.x", "10", "100000000000000000000", "next"];
        for (var i = 0; i < order.Length; i++)
        {
            for (var j = 0; j < order.Length; j++)
            {
                Assert.Equal(Math.Sign(i - j), Math.Sign(PlanVersions.Order.Compare(order[i], order[j])));
            }
        }
    }

    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("1.0", "v1.0")]
    [InlineData("1", "01")]
    [InlineData("1+a", "1+b")]
    public void Versions_that_count_the_same_are_still_two(string one, string other)
    {
        Assert.NotEqual(0, PlanVersions.Order.Compare(one, other));
        Assert.Equal(-Math.Sign(PlanVersions.Order.Compare(one, other)), Math.Sign(PlanVersions.Order.Compare(other, one)));
        Assert.Equal(Math.Sign(PlanVersions.Order.Compare("2", one)), Math.Sign(PlanVersions.Order.Compare("2", other)));
    }

    [Fact]
    public void The_order_has_no_circle()
    {
        var random = new Random(1);
        string[] parts = ["0", "1", "01", "10", "x", "", "-a", "-1", ".", ".", "+b", "v"];
        var versions = Enumerable.Range(0, 60).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => parts[random.Next(parts.Length)]))).Distinct().ToList();
        foreach (var (a, b, c) in versions.SelectMany(a => versions.SelectMany(b => versions.Select(c => (a, b, c)))))
        {
            if (PlanVersions.Order.Compare(a, b) <= 0 && PlanVersions.Order.Compare(b, c) <= 0)
            {
                Assert.True(PlanVersions.Order.Compare(a, c) <= 0, $"'{a}' <= '{b}' <= '{c}'");
            }
        }
    }
}
