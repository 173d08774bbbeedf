namespace OrchestrationEngine.Tests.Expressions;

public class TimeTests
{
    private const string Known = "timestamp('2009-02-13T23:31:30.123456789Z')";

    [Theory]
    [InlineData("timestamp('2009-02-13T23:31:30Z')", "\"2009-02-13T23:31:30Z\"")]
    [InlineData("timestamp('9999-12-31T23:59:59.999999999Z')", "\"9999-12-31T23:59:59.999999999Z\"")]
    [InlineData("timestamp('2009-02-13T23:31:30.500+02:30')", "\"2009-02-13T21:01:30.5Z\"")]
    [InlineData("timestamp(1234567890)", "\"2009-02-13T23:31:30Z\"")]
    [InlineData("timestamp(-1)", "\"1969-12-31T23:59:59Z\"")]
    [InlineData("timestamp(timestamp(0))", "\"1970-01-01T00:00:00Z\"")]
    [InlineData("duration('1h30m')", "\"5400s\"")]
    [InlineData("duration('-1.5s')", "\"-1.5s\"")]
    [InlineData("duration('100ms') + duration('20us') + duration('3ns')", "\"0.100020003s\"")]
    [InlineData("duration('0')", "\"0s\"")]
    [InlineData("duration('1000000s')", "\"1000000s\"")]
    [InlineData("string(duration('90m')) + string(timestamp(0))", "\"5400s1970-01-01T00:00:00Z\"")]
    public void Times_have_one_text(string text, string value) => Assert.Equal(value, Evaluate.Text(text));

    [Theory]
    [InlineData("timestamp('2009-02-13T23:00:00Z') + duration('240s') == timestamp('2009-02-13T23:04:00Z')")]
    [InlineData("duration('120s') + timestamp('2009-02-13T23:01:00Z') == timestamp('2009-02-13T23:03:00Z')")]
    [InlineData("duration('600s') + duration('50s') == duration('650s')")]
    [InlineData("timestamp('0001-01-01T00:00:01.000000001Z') + duration('-999999999ns') == timestamp('0001-01-01T00:00:00.000000002Z')")]
    [InlineData("timestamp('0001-01-01T00:00:01.999999999Z') + duration('999999999ns') == timestamp('0001-01-01T00:00:02.999999998Z')")]
    [InlineData("timestamp('2009-02-13T23:10:00Z') - duration('600s') == timestamp('2009-02-13T23:00:00Z')")]
    [InlineData("timestamp('2009-02-13T23:31:00Z') - timestamp('2009-02-13T23:29:00Z') == duration('120s')")]
    [InlineData("duration('900s') - duration('42s') == duration('858s')")]
    [InlineData("timestamp('1969-12-31T23:59:59.5Z') + duration('0.5s') == timestamp(0)")]
    public void Times_are_computed_to_the_nanosecond(string text) => Assert.Equal("true", Evaluate.Text(text));

    [Theory]
    [InlineData("timestamp('0001-01-01T00:00:00Z') + duration('-1s')")]
    [InlineData("timestamp('9999-12-31T23:59:59Z') + duration('1s')")]
    [InlineData("timestamp('9999-12-31T23:59:59.999999999Z') + duration('1ns')")]
    [InlineData("timestamp('0001-01-01T00:00:00Z') + duration('-1ns')")]
    [InlineData("timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')")]
    [InlineData("timestamp('0001-01-01T00:00:00Z') - timestamp('9999-12-31T23:59:59Z')")]
    [InlineData("duration('9000000000s') + duration('9000000000s')")]
    [InlineData("duration('-9000000000s') - duration('9000000000s')")]
    [InlineData("timestamp(253402300800)")]
    [InlineData("timestamp('0001-01-01T00:00:00Z').getHours('-01:00')")]
    [InlineData("timestamp('0001-01-01T00:00:00+00:01')")]
    public void What_leaves_the_range_is_an_error(string text) =>
        Assert.Equal("!The result is out of range: a timestamp is in the years 1 to 9999, a duration at most 292 years.", Evaluate.Text(text));

    [Theory]
    [InlineData("timestamp('0000-01-01T00:00:00Z')")]
    [InlineData("timestamp('10000-01-01T00:00:00Z')")]
    [InlineData("timestamp('2009-02-30T00:00:00Z')")]
    [InlineData("timestamp('2009-02-13 23:31:30Z')")]
    [InlineData("timestamp('2009-02-13T23:31:30')")]
    [InlineData("timestamp('2009-02-13T23:31:30.Z')")]
    [InlineData("timestamp('2009-02-13T23:31:30+2:00')")]
    [InlineData("timestamp('2009-02-13T23:31:30+24:00')")]
    [InlineData("timestamp('')")]
    [InlineData("timestamp(true)")]
    [InlineData("duration('320000000000s')")]
    [InlineData("duration('-320000000000s')")]
    [InlineData("duration('1')")]
    [InlineData("duration('1d')")]
    [InlineData("duration('s')")]
    [InlineData("duration('')")]
    [InlineData("duration('1.5.5s')")]
    [InlineData("duration('99999999999999999999999999999999h')")]
    [InlineData("duration(5)")]
    [InlineData("timestamp(0) + timestamp(0)")]
    [InlineData("duration('1s') - timestamp(0)")]
    [InlineData("duration('1s') * 2")]
    public void What_is_no_time_is_an_error(string text) => Assert.StartsWith("!", Evaluate.Text(text), StringComparison.Ordinal);

    [Theory]
    [InlineData(".getFullYear()", 2009)]
    [InlineData(".getMonth()", 1)]
    [InlineData(".getDate()", 13)]
    [InlineData(".getDayOfMonth()", 12)]
    [InlineData(".getDayOfWeek()", 5)]
    [InlineData(".getDayOfYear()", 43)]
    [InlineData(".getHours()", 23)]
    [InlineData(".getMinutes()", 31)]
    [InlineData(".getSeconds()", 30)]
    [InlineData(".getMilliseconds()", 123)]
    [InlineData(".getHours('UTC')", 23)]
    [InlineData(".getHours('+02:00')", 1)]
    [InlineData(".getHours('02:00')", 1)]
    [InlineData(".getDayOfMonth('+11:00')", 13)]
    [InlineData(".getFullYear('-09:30')", 2009)]
    [InlineData(".getSeconds('-00:00')", 30)]
    public void A_timestamp_has_parts(string call, int value) => Assert.Equal($"{value}", Evaluate.Text(Known + call));

    [Theory]
    [InlineData(".getDate('Australia/Sydney')", 14)]
    [InlineData(".getMinutes('Asia/Kathmandu')", 16)]
    [InlineData(".getHours('America/New_York')", 18)]
    public void A_timestamp_has_parts_in_a_named_zone(string call, int value)
    {
        Assert.SkipUnless(TimeZoneInfo.TryFindSystemTimeZoneById("Asia/Kathmandu", out _), "This machine has no time zone data.");
        Assert.Equal($"{value}", Evaluate.Text(Known + call));
    }

    [Theory]
    [InlineData("Nowhere/City")]
    [InlineData("../../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    [InlineData("+25:00")]
    [InlineData("Europe//Paris\\n")]
    public void An_unknown_zone_is_an_error(string zone) =>
        Assert.Equal($"!'getHours' does not know the time zone '{zone}'; it is 'UTC', an offset such as '+02:00' or a name such as 'Europe/Paris'.", Evaluate.Text($"{Known}.getHours('{zone}')"));

    [Theory]
    [InlineData("duration('10000s').getHours()", 2)]
    [InlineData("duration('3730s').getMinutes()", 62)]
    [InlineData("duration('3730s').getSeconds()", 3730)]
    [InlineData("duration('123.321456789s').getMilliseconds()", 321)]
    [InlineData("duration('-90s').getMinutes()", -1)]
    public void A_duration_is_counted_in_whole_units(string text, int value) => Assert.Equal($"{value}", Evaluate.Text(text));

    [Fact]
    public void A_duration_has_no_date() =>
        Assert.Equal("!'getFullYear' needs a timestamp and at most the name of a time zone, and was given a duration.", Evaluate.Text("duration('1s').getFullYear()"));
}
