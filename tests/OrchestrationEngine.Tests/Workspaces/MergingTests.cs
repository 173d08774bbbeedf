using System.Text.Json;
using OrchestrationEngine.Workspaces;

namespace OrchestrationEngine.Tests.Workspaces;

public sealed class MergingTests
{
    private const string Original = "one\ntwo\nthree\nfour\nfive\n";

    [Theory]
    [InlineData("ONE\ntwo\nthree\nfour\nfive\n", "one\ntwo\nthree\nfour\nFIVE\n", "ONE\ntwo\nthree\nfour\nFIVE\n")]
    [InlineData("one\nthree\nfour\nfive\n", "one\ntwo\nthree\nfour\nfour and a half\nfive\n", "one\nthree\nfour\nfour and a half\nfive\n")]
    [InlineData("zero\none\ntwo\nthree\nfour\nfive\n", "one\ntwo\nthree\nfour\nfive\nsix", "zero\none\ntwo\nthree\nfour\nfive\nsix")]
    [InlineData("one\n2\nthree\nfour\nfive\n", "one\n2\nthree\nfour\n5\n", "one\n2\nthree\nfour\n5\n")]
    public void What_two_changed_in_different_places_is_all_there(string mine, string theirs, string merged)
    {
        Assert.Equal(merged, TextMerge.Merge(Original, mine, theirs, isJson: false));
        Assert.Equal(merged, TextMerge.Merge(Original, theirs, mine, isJson: false));
    }

    [Theory]
    [InlineData("one\n2\nthree\nfour\nfive\n", "one\nzwei\nthree\nfour\nfive\n")]
    [InlineData("one\nthree\nfour\nfive\n", "one\nzwei\nthree\nfour\nfive\n")]
    [InlineData("one\ntwo\nthree\nfour\nfive\nsix\n", "one\ntwo\nthree\nfour\nfive\nseven\n")]
    [InlineData("one\n2\nthree\nfour\nfive\n", "one\ntwo\n3\nfour\nfive\n")]
    public void What_two_changed_in_one_place_is_nobodys_to_choose(string mine, string theirs)
    {
        Assert.Null(TextMerge.Merge(Original, mine, theirs, isJson: false));
        Assert.Null(TextMerge.Merge(Original, theirs, mine, isJson: false));
    }

    [Fact]
    public void Merging_with_no_change_is_no_change_and_merging_is_the_same_from_both_sides()
    {
        var random = new Random(7);
        var merges = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var original = RandomText.Make(random);
            var (mine, theirs) = (RandomText.Change(original, random), RandomText.Change(original, random));
            Assert.Equal(mine, TextMerge.Merge(original, mine, original, isJson: false));
            Assert.Equal(theirs, TextMerge.Merge(original, original, theirs, isJson: false));
            Assert.Equal(mine, TextMerge.Merge(original, mine, mine, isJson: false));
            var merged = TextMerge.Merge(original, mine, theirs, isJson: false);
            Assert.Equal(merged, TextMerge.Merge(original, theirs, mine, isJson: false));
            merges += merged is null || merged == mine || merged == theirs ? 0 : 1;
        }

        Assert.InRange(merges, 1_000, 20_000);
    }

    [Fact]
    public void Changes_in_disjoint_places_are_all_in_the_merge()
    {
        var random = new Random(8);
        for (var i = 0; i < 5_000; i++)
        {
            // No line comes twice, and between the two halves is one that nobody touches: what comes of it is known.
            var (left, right) = (Unique("l", random), Unique("r", random));
            var (newLeft, newRight) = (RandomText.Change(left, random, "L"), RandomText.Change(right, random, "R"));
            Assert.Equal(newLeft + "--\n" + newRight, TextMerge.Merge(left + "--\n" + right, newLeft + "--\n" + right, left + "--\n" + newRight, isJson: false));
        }

        static string Unique(string mark, Random random) => string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(line => $"{mark}{line}\n"));
    }

    [Fact]
    public void Differences_make_the_one_text_of_the_other()
    {
        var random = new Random(9);
        for (var i = 0; i < 20_000; i++)
        {
            var before = RandomText.Make(random);
            var (left, right) = (LineDiff.Lines(before), LineDiff.Lines(RandomText.Change(before, random)));
            var (at, made) = (0, new List<string>());
            foreach (var hunk in LineDiff.Between(left, right))
            {
                made.AddRange(left[at..hunk.OldStart]);
                Assert.Equal(made.Count, hunk.NewStart);
                made.AddRange(right[hunk.NewStart..hunk.NewEnd]);
                at = hunk.OldEnd;
            }

            made.AddRange(left[at..]);
            Assert.Equal(right, made);
        }
    }

    [Fact]
    public void Texts_that_differ_very_much_are_merged_in_bounded_time()
    {
        var original = string.Concat(Enumerable.Range(0, 50_000).Select(line => $"{line}\n"));
        var mine = string.Concat(Enumerable.Range(0, 50_000).Select(line => $"mine {line}\n")) + "--\nend\n";
        Assert.Equal(mine, TextMerge.Merge(original + "--\nend\n", mine, original + "--\nend\n", isJson: false));
        Assert.Null(TextMerge.Merge(original, mine, original + "more\n", isJson: false));
    }

    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"a":10,"b":2}""", """{"a":1,"b":20}""", """{"a":10,"b":20}""")]
    [InlineData("""{"a":1}""", """{"a":1,"x":[1,2]}""", """{"a":1,"y":{"z":1.50}}""", """{"a":1,"x":[1,2],"y":{"z":1.50}}""")]
    [InlineData("""{"a":{"b":1,"c":2},"d":3}""", """{"a":{"c":2},"d":3}""", """{"a":{"b":1,"c":9}}""", """{"a":{"c":9}}""")]
    [InlineData("", """{"a":1}""", """{"b":2}""", """{"a":1,"b":2}""")]
    public void Json_is_merged_by_its_members(string original, string mine, string theirs, string merged)
    {
        Assert.Equal(merged, TextMerge.Merge(original, mine, theirs, isJson: true));
        Assert.Equal(merged, TextMerge.Merge(original, theirs, mine, isJson: true));
    }

    [Theory]
    [InlineData("""{"a":1}""", """{"a":2}""", """{"a":3}""")]
    [InlineData("""{"a":[1]}""", """{"a":[1,2]}""", """{"a":[1,3]}""")]
    [InlineData("""{"a":1}""", "{}", """{"a":3}""")]
    [InlineData("""{"a":1}""", """{"a":1,"b":1}""", """{"a":1,"b":2}""")]
    public void Json_whose_member_two_changed_is_not_merged(string original, string mine, string theirs)
    {
        Assert.Null(TextMerge.Merge(original, mine, theirs, isJson: true));
        Assert.Null(TextMerge.Merge(original, theirs, mine, isJson: true));
    }

    [Fact]
    public void Random_json_is_merged_the_same_from_both_sides_and_no_change_is_lost()
    {
        var random = new Random(10);
        var merges = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var original = Flat(random, []);
            var (mine, theirs) = (Flat(random, original), Flat(random, original));
            var merged = TextMerge.Merge(Text(original), Text(mine), Text(theirs), isJson: true);
            Assert.Equal(merged is null, TextMerge.Merge(Text(original), Text(theirs), Text(mine), isJson: true) is null);
            if (merged is null)
            {
                continue;
            }

            merges++;
            var found = JsonSerializer.Deserialize<Dictionary<string, int>>(merged)!;
            foreach (var name in original.Keys.Concat(mine.Keys).Concat(theirs.Keys).Distinct())
            {
                var (was, left, right) = (Of(original, name), Of(mine, name), Of(theirs, name));
                Assert.Equal(left == was ? right : left, Of(found, name));
            }
        }

        Assert.InRange(merges, 500, 10_000);

        static int? Of(Dictionary<string, int> values, string name) => values.TryGetValue(name, out var value) ? value : null;

        static string Text(Dictionary<string, int> values) => JsonSerializer.Serialize(values);

        static Dictionary<string, int> Flat(Random random, Dictionary<string, int> from)
        {
            var values = new Dictionary<string, int>(from);
            for (var changes = random.Next(from.Count == 0 ? 8 : 4); changes > 0; changes--)
            {
                var name = "abcdefghij"[random.Next(10)].ToString();
                if (random.Next(3) == 0)
                {
                    values.Remove(name);
                }
                else
                {
                    values[name] = random.Next(5);
                }
            }

            return values;
        }
    }

    [Fact]
    public void What_only_has_the_name_of_json_is_merged_as_any_text()
        => Assert.Equal("A\nb\nC", TextMerge.Merge("a\nb\nc", "A\nb\nc", "a\nb\nC", isJson: true));

    [Fact]
    public void A_comparison_is_the_one_that_diff_makes()
        => Assert.Equal(
            """
            --- old
            +++ new
            @@ -1,5 +1,5 @@
             a
            -b
            +B
             c
             d
             e
            @@ -12,4 +12,3 @@
             l
             m
             n
            -o
            \ No newline at end of file

            """.ReplaceLineEndings("\n"),
            UnifiedDiff.Between("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn\no", "a\nB\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn\n", "old", "new"));
}

/// <summary>Small texts of few lines, so that the same lines come again and again.</summary>
internal static class RandomText
{
    public static string Make(Random random) => string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(_ => Line(random))) + (random.Next(4) == 0 ? "end" : "");

    public static string Change(string text, Random random, string? mark = null)
    {
        var lines = LineDiff.Lines(text).ToList();
        for (var changes = random.Next(0, 4); changes > 0; changes--)
        {
            var at = random.Next(lines.Count + 1);
            switch (random.Next(3))
            {
                case 0:
                    lines.Insert(at, mark is null ? Line(random) : $"{mark}{random.Next(1000)}\n");
                    break;
                case 1 when at < lines.Count:
                    lines.RemoveAt(at);
                    break;
                case 2 when at < lines.Count:
                    lines[at] = mark is null ? Line(random) : $"{mark}{random.Next(1000)}\n";
                    break;
            }
        }

        return string.Concat(lines);
    }

    private static string Line(Random random) => $"{"abcde"[random.Next(5)]}\n";
}
