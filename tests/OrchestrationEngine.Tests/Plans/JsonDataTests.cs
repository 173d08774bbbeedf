using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FsCheck;
using FsCheck.Fluent;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

internal sealed record Envelope(JsonData Content, string Name);

[JsonSerializable(typeof(Envelope))]
[JsonSerializable(typeof(int[]))]
internal sealed partial class EnvelopeJson : JsonSerializerContext;

public class JsonDataTests
{
    [Theory]
    [InlineData("{\"a\" : [1, 2.50, null]}")]
    [InlineData("\"text\"")]
    [InlineData("1e400")]
    [InlineData("true")]
    public void A_text_is_kept_as_it_is(string json) => Assert.Equal(json, JsonData.Parse(json).ToString());

    [Theory]
    [InlineData(" {\"a\": 1}\r\n")]
    [InlineData("\t\n{\"a\": 1}")]
    public void White_space_around_the_value_is_no_part_of_it(string json)
    {
        Assert.Equal("{\"a\": 1}", JsonData.Parse(json).ToString());
        Assert.Equal(8, JsonData.Parse(json).Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("{")]
    [InlineData("[1,]")]
    [InlineData("{} {}")]
    [InlineData("1 2")]
    [InlineData("'a'")]
    [InlineData("{}x")]
    [InlineData("nul")]
    public void What_is_not_one_complete_value_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => JsonData.Parse(json));

    [Theory]
    [InlineData("22FF22", 0, 1)]
    [InlineData("22C3A9C0AF22", 0, 3)]
    [InlineData("7B2261223A22EDA08022 7D", 0, 6)]
    [InlineData("7B22F0 9F8E 223A317D", 0, 2)]
    [InlineData("5B0A0A2261C3A9622065E2 82225D", 2, 7)]
    public void A_text_that_is_not_utf_8_is_refused_with_the_place_of_the_first_byte_that_is_wrong(string hex, long line, long position)
    {
        var error = Assert.ThrowsAny<JsonException>(() => JsonData.Parse(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));
        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
        Assert.Equal((line, position), (error.LineNumber, error.BytePositionInLine));
    }

    [Fact]
    public void Null_and_the_default_value_are_json_null()
    {
        Assert.True(JsonData.Null.IsNull);
        Assert.True(default(JsonData).IsNull);
        Assert.True(JsonData.Parse(" null ").IsNull);
        Assert.True(JsonData.String(null).IsNull);
        Assert.True(JsonData.From(default(JsonElement)).IsNull);
        Assert.False(JsonData.String("null").IsNull);
        Assert.Equal("null", default(JsonData).ToString());
        Assert.Equal(4, default(JsonData).Length);
        Assert.Equal(JsonValueKind.Null, default(JsonData).ToElement().ValueKind);
        Assert.Throws<ArgumentNullException>(() => JsonData.Parse((string)null!));
    }

    [Fact]
    public void Values_are_equal_when_their_text_is()
    {
        Assert.Equal(JsonData.Parse("[1]"), JsonData.Parse(" [1] "));
        Assert.Equal(JsonData.Parse("[1]").GetHashCode(), JsonData.Parse(" [1] ").GetHashCode());
        Assert.True(JsonData.Parse("null") == default);
        Assert.Equal(default(JsonData).GetHashCode(), JsonData.Parse("null").GetHashCode());
        Assert.True(JsonData.Parse("[1]") != JsonData.Parse("[ 1]"));
        Assert.False(JsonData.Parse("1").Equals("1"));
    }

    [Fact]
    public void Any_string_comes_back_as_it_was() => Holds(text => JsonData.String(text).ToElement().GetString() == text);

    [Fact]
    public void Any_string_is_written_as_valid_json() => Holds(text => JsonData.Parse(JsonData.String(text).ToString()) == JsonData.String(text));

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("\"\\\b\n\r\t\u0001\u007f")]
    [InlineData("é 日本 🎈")]
    [InlineData("</script>&'+")]
    public void Strings_with_characters_of_all_kinds_come_back(string text)
    {
        var data = JsonData.String(text);

        Assert.Equal(text, JsonSerializer.Deserialize<string>(data.Utf8.Span));
        Assert.Equal(text, JsonData.Parse(data.ToString()).ToElement().GetString());
    }

    [Fact]
    public void Half_a_surrogate_pair_becomes_a_replacement_character()
        => Assert.Equal("a\uFFFDb", JsonData.String("a\uD800b").ToElement().GetString());

    [Fact]
    public void Values_are_written_and_read_by_metadata_and_by_reflection()
    {
        Assert.Equal("[1,2]", JsonData.From([1, 2], EnvelopeJson.Default.Int32Array).ToString());
        Assert.Equal([1, 2], JsonData.Parse("[1, 2]").To(EnvelopeJson.Default.Int32Array)!);
        Assert.Equal("""{"someName":1}""", JsonData.From(new { SomeName = 1 }).ToString());
        Assert.Equal(3, JsonData.Parse("3").To<int>());
        Assert.Null(JsonData.Null.To<int[]>());
        Assert.Throws<JsonException>(() => JsonData.Parse("\"x\"").To<int>());
    }

    [Fact]
    public void Inside_another_value_the_text_passes_through()
    {
        var json = """{"Content":{"a" : 1.0},"Name":"x"}""";

        var envelope = JsonSerializer.Deserialize(json, EnvelopeJson.Default.Envelope)!;

        Assert.Equal("""{"a" : 1.0}""", envelope.Content.ToString());
        Assert.Equal(json, JsonSerializer.Serialize(envelope, EnvelopeJson.Default.Envelope));
        Assert.Equal("""{"Content":null,"Name":"x"}""", JsonSerializer.Serialize(envelope with { Content = default }, EnvelopeJson.Default.Envelope));
        Assert.True(JsonSerializer.Deserialize("""{"Content":null,"Name":"x"}""", EnvelopeJson.Default.Envelope)!.Content.IsNull);
    }

    [Fact]
    public void An_element_gives_its_own_text()
    {
        using var document = JsonDocument.Parse("""{"a": {"b" : [1, 2]}}""");

        Assert.Equal("""{"b" : [1, 2]}""", JsonData.From(document.RootElement.GetProperty("a")).ToString());
    }

    [Fact]
    public void Memory_is_kept_and_not_copied()
    {
        ReadOnlyMemory<byte> memory = Encoding.UTF8.GetBytes(" [1] ");

        Assert.True(memory.Span[1..4] == JsonData.Parse(memory).Utf8.Span);
    }

    // Without half surrogate pairs, which are no text: they have a test of their own.
    private static void Holds(Func<string, bool> property)
        => Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500).WithQuietOnSuccess(true),
            Prop.ForAll(
                ArbMap.Default.ArbFor<string>().Filter(text => text is not null && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text),
                property));
}
