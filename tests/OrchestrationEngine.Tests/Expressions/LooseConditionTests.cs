using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Tests.Expressions;

public class LooseConditionTests
{
    private const string Case = "Texts are compared without regard to upper and lower case.";

    private static readonly LooseConditionOptions Options = new()
    {
        Root = DataPath.Parse("inputs"),
        Aliases = new Dictionary<string, string>
        {
            ["cloud"] = "inputs.infra.cloud",
            ["Big Cloud"] = "inputs.infra.big",
            ["steps"] = "tasks",
            ["kind"] = "inputs.artifact.kind",
        },
    };

    [Theory]
    [InlineData("IF cloud == sky", "type(inputs.infra.cloud) == string && inputs.infra.cloud.lowerAscii() == 'sky'", "'IF' at the start was left out.|'cloud' was read as 'inputs.infra.cloud'.|'sky' was read as a text.|" + Case)]
    [InlineData("cloud = 'Sky'", "type(inputs.infra.cloud) == string && inputs.infra.cloud.lowerAscii() == 'sky'", "'=' was read as '=='.|'cloud' was read as 'inputs.infra.cloud'.|" + Case)]
    [InlineData("inputs.tier === 3", "inputs.tier == 3", "'===' was read as '=='.")]
    [InlineData("inputs.tier !== 3 && inputs.tier <> 4", "inputs.tier != 3 && inputs.tier != 4", "'!==' was read as '!='.|'<>' was read as '!='.")]
    [InlineData("inputs.a > 70 AND inputs.b <= -1.5", "inputs.a > 70 && inputs.b <= -1.5", "'AND' was read as '&&'.")]
    [InlineData("70 < inputs.a", "70 < inputs.a", "")]
    [InlineData("inputs.a == true or NOT inputs.b = null", "inputs.a == true || !(inputs.b == null)", "'=' was read as '=='.|'or' was read as '||'.|'NOT' was read as '!'.")]
    [InlineData("(inputs.a == 1 or inputs.a == 2) and inputs.b != undefined", "(inputs.a == 1 || inputs.a == 2) && inputs.b != null", "'or' was read as '||'.|'and' was read as '&&'.")]
    [InlineData("tier > 3", "inputs.tier > 3", "'tier' was read as 'inputs.tier'.")]
    [InlineData("needs.night-shift == true", "inputs.needs['night-shift'] == true", "'needs.night-shift' was read as 'inputs.needs['night-shift']'.")]
    [InlineData("@tester == 1", "inputs['@tester'] == 1", "'@tester' was read as 'inputs['@tester']'.")]
    [InlineData("tier == 3:", "inputs.tier == 3", "'tier' was read as 'inputs.tier'.|':' at the end was left out.")]
    public void What_is_written_loosely_is_read_and_said(string text, string condition, string assumptions)
    {
        var reading = Read(text);

        Assert.Equal(condition, reading.Condition.Text);
        Assert.Equal(assumptions, string.Join("|", reading.Assumptions));
        Assert.Equal(text, reading.Text);
    }

    [Theory]
    [InlineData("engine == .NET", "type(inputs.engine) == string && inputs.engine.lowerAscii() == '.net'")]
    [InlineData("engine == Node.js", "type(inputs.engine) == string && inputs.engine.lowerAscii() == 'node.js'")]
    [InlineData("engine != Quick Basic", "!(type(inputs.engine) == string && inputs.engine.lowerAscii() == 'quick basic')")]
    [InlineData("engine == none", "inputs.engine == null || type(inputs.engine) == string && inputs.engine.lowerAscii() == 'none'")]
    [InlineData("engine != none", "!(inputs.engine == null || type(inputs.engine) == string && inputs.engine.lowerAscii() == 'none')")]
    [InlineData("engine == \u201cv8\u201d", "type(inputs.engine) == string && inputs.engine.lowerAscii() == 'v8'")]
    [InlineData("engine == '1.0'", "inputs.engine == '1.0'")]
    [InlineData("'v8' == engine", "type(inputs.engine) == string && inputs.engine.lowerAscii() == 'v8'")]
    [InlineData("engine == inputs.other", "inputs.engine == inputs.other")]
    [InlineData("engine == cloud", "inputs.engine == inputs.infra.cloud")]
    [InlineData("engine == $other", "inputs.engine == inputs.other")]
    [InlineData("kind >= b", "inputs.artifact.kind >= 'b'")]
    public void A_word_behind_an_operator_is_a_text_unless_it_is_a_known_name(string text, string condition) => Assert.Equal(condition, Read(text).Condition.Text);

    [Theory]
    [InlineData("job in [JOB_001, JOB_003]", "type(inputs.job) == string && inputs.job.lowerAscii() in ['job_001', 'job_003']")]
    [InlineData("job in [\"A\", 'b']", "type(inputs.job) == string && inputs.job.lowerAscii() in ['a', 'b']")]
    [InlineData("job not in [1, 2]", "!(inputs.job in [1, 2])")]
    [InlineData("NOT job IN [1, x]", "!(inputs.job in [1, 'x'])")]
    [InlineData("job in []", "inputs.job in []")]
    [InlineData("job not in inputs.jobs", "!(inputs.job in inputs.jobs)")]
    public void A_list_of_values_can_be_asked_for(string text, string condition) => Assert.Equal(condition, Read(text).Condition.Text);

    [Theory]
    [InlineData("kind exists", "has(inputs.artifact.kind)")]
    [InlineData("NOT kind exists", "!has(inputs.artifact.kind)")]
    [InlineData("site-plan.json exists", "'site-plan.json' in artifacts")]
    [InlineData("'my report' exists", "'my report' in artifacts")]
    [InlineData("notes.txt exists AND kind exists", "'notes.txt' in artifacts && has(inputs.artifact.kind)")]
    public void Something_can_be_asked_to_exist(string text, string condition) => Assert.Equal(condition, Read(text).Condition.Text);

    [Theory]
    [InlineData("parking", "has(inputs.parking) && !(inputs.parking in [null, false, 0, ''])")]
    [InlineData("IF Big Cloud && parking", "has(inputs.infra.big) && !(inputs.infra.big in [null, false, 0, '']) && has(inputs.parking) && !(inputs.parking in [null, false, 0, ''])")]
    [InlineData("!parking", "!(has(inputs.parking) && !(inputs.parking in [null, false, 0, '']))")]
    [InlineData("true", "true")]
    [InlineData("IF false OR parking = 1", "false || inputs.parking == 1")]
    public void A_bare_name_is_something_that_is_there_and_not_empty(string text, string condition) => Assert.Equal(condition, Read(text).Condition.Text);

    [Theory]
    [InlineData("$steps.look-around.output.finds.length > 0", "size(tasks['look-around'].output.finds) > 0")]
    [InlineData("inputs.finds.length", "size(inputs.finds) != 0")]
    [InlineData("$steps.a.output.rows[2].ok === true", "tasks.a.output.rows[2].ok == true")]
    public void The_ways_of_a_script_are_known(string text, string condition) => Assert.Equal(condition, Read(text).Condition.Text);

    [Theory]
    [InlineData("Always", "true", "'Always' was read as true.")]
    [InlineData("always (after all the others)", "true", "'always' was read as true.|The remark in parentheses was left out.")]
    [InlineData("IF never", "false", "'IF' at the start was left out.|'never' was read as false.")]
    public void Always_and_never_may_have_a_remark(string text, string condition, string assumptions)
    {
        var reading = Read(text);

        Assert.Equal((condition, assumptions), (reading.Condition.Text, string.Join("|", reading.Assumptions)));
    }

    [Fact]
    public void What_must_come_first_is_an_order_and_no_condition()
    {
        var reading = Read("after_step_8_complete AND after_@mason_complete AND tier == 2");

        Assert.Equal(["step_8", "@mason"], reading.After);
        Assert.Equal("inputs.tier == 2", reading.Condition.Text);
        Assert.Contains("'after_step_8_complete' was read as an order, that 'step_8' comes first, and not as part of the condition.", reading.Assumptions);
        Assert.Equal("true", Read("after_@mason_complete").Condition.Text);
        Assert.Empty(Read("after_a_complete OR tier == 2").After);
        Assert.Empty(Read("NOT after_a_complete").After);
    }

    [Fact]
    public void What_it_does_not_know_is_read_as_the_exact_language()
    {
        var reading = Read("inputs.names.exists(n, n.startsWith('x')) ? size(inputs.names) > 2 : false");

        Assert.Equal(reading.Text, reading.Condition.Text);
        Assert.Empty(reading.Assumptions);
    }

    [Fact]
    public void Case_counts_when_that_is_wanted()
    {
        Assert.True(LooseCondition.TryRead("engine == V8 AND job in [A, b]", Options with { IgnoreCase = false }, out var reading, out _));
        Assert.Equal("inputs.engine == 'V8' && inputs.job in ['A', 'b']", reading.Condition.Text);
    }

    [Fact]
    public void Without_knowing_anything_names_are_paths()
    {
        Assert.True(LooseCondition.TryRead("plan.size = big AND ready", null, out var reading, out _));
        Assert.Equal("type(plan.size) == string && plan.size.lowerAscii() == 'big' && !(ready in [null, false, 0, ''])", reading.Condition.Text);

        Assert.False(LooseCondition.TryRead("@mason == 1", null, out _, out var error));
        Assert.Equal("'@mason' cannot begin a path; give it an alias.", error.Message);
        Assert.False(LooseCondition.TryRead("type == 'x'", null, out _, out error));
        Assert.Equal("'type' cannot begin a path; give it an alias.", error.Message);
    }

    [Fact]
    public void A_name_that_does_not_exist_is_an_error_with_the_nearest_one()
    {
        var options = Options with { KnownPaths = ["inputs.engine", "inputs.infra", "tasks.a.output"] };

        Assert.False(LooseCondition.TryRead("IF engien == v8", options, out _, out var error));
        Assert.Equal((3, "There is no 'engien' (inputs.engien); the nearest is 'engine'."), (error.Position, error.Message));
        Assert.False(LooseCondition.TryRead("tasks.b.output == 1", options, out _, out error));
        Assert.Equal("There is no 'tasks.b.output' (inputs.tasks.b.output); the nearest is 'tasks.a.output'.", error.Message);
        Assert.True(LooseCondition.TryRead("IF Engine == v8 and cloud = x and tasks.a.output.z > 1", options, out var reading, out _));
        Assert.Equal(["inputs.engine", "inputs.infra.cloud", "tasks.a.output.z"], reading.Condition.References.Select(path => path.ToString()));
        Assert.True(LooseCondition.TryRead("engine == infra", options, out reading, out _));
        Assert.Equal("inputs.engine == inputs.infra", reading.Condition.Text);
    }

    [Theory]
    [InlineData("", 0, "Unexpected end at position 0; expected a name or a value.")]
    [InlineData("IF", 2, "Unexpected end at position 2; expected a name or a value.")]
    [InlineData("a ==", 4, "Unexpected end at position 4; expected a name or a value.")]
    [InlineData("a == 1 AND", 10, "Unexpected end at position 10; expected a name or a value.")]
    [InlineData("(a == 1", 7, "Unexpected end at position 7; expected ')'.")]
    [InlineData("a in )", 5, "Unexpected ')' at position 5; expected '[' and a list behind 'in'.")]
    [InlineData("a in [1", 7, "Unexpected end at position 7; expected ',' or ']'.")]
    [InlineData("a == 'x", 5, "The string that begins at position 5 is not closed; expected '.")]
    [InlineData("a == \u201cx", 5, "The text that begins at position 5 is not closed; expected \u201d.")]
    [InlineData("a # b", 2, "Unexpected '#' at position 2.")]
    [InlineData("a == 1 b == 2", 7, "Unexpected 'b' at position 7; expected 'AND', 'OR' or the end.")]
    [InlineData("'x'", 0, "'x' at position 0 is no condition.")]
    public void What_is_no_condition_is_refused(string text, int position, string message)
    {
        Assert.False(LooseCondition.TryRead(text, Options, out var reading, out var error));
        Assert.Null(reading);
        Assert.Equal((position, message), (error.Position, error.Message));
    }

    [Fact]
    public void A_reading_means_what_was_assumed()
    {
        var scope = new JsonScope("""{ "inputs": { "infra": {"cloud": "SKY"}, "engine": null, "job": "b", "parking": "", "tier": 3 } }""");

        Assert.True(Read("IF cloud = Sky AND engine == none AND job in [A, B]").Condition.Evaluate(scope).IsTrue);
        Assert.True(Read("parking or lights").Condition.Evaluate(scope).IsFalse);
        Assert.True(Read("tier != sky AND engine != sky").Condition.Evaluate(scope).IsTrue);
        Assert.True(Read("cloud != none").Condition.Evaluate(scope).IsTrue);
    }

    [Fact]
    public void No_text_makes_it_throw()
    {
        var random = new Random(5);
        string[] pieces =
        [
            "IF ", "a", " b", ".c", "-d", "@e", "$f", " AND ", " or ", "NOT ", "!", "==", "=", "===", "!=", "<", ">=", " in ", "[", "]", ",", "(", ")", "'x'", "\"", "'", "1", "-2.5",
            " exists", ".length", " none", " null", "Always", "after_x_complete", ":", "\u201c", "[0]", " ", "\0", "\ud800", "\U0001F600", "?", "type", ".json", "/",
        ];
        var read = 0;
        for (var round = 0; round < 100_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 10)).Select(_ => pieces[random.Next(pieces.Length)]));
            var options = random.Next(3) switch { 0 => null, 1 => Options, _ => Options with { KnownPaths = ["inputs.a", "tasks.b"] } };
            if (LooseCondition.TryRead(text, options, out var reading, out var error))
            {
                read++;
                Assert.Equal(reading.Condition.Text, ConditionExpression.Parse(reading.Condition.Text).Canonical);
            }
            else
            {
                Assert.InRange(error.Position, 0, text.Length);
                Assert.NotEmpty(error.Message);
            }
        }

        Assert.InRange(read, 5_000, 95_000);
    }

    private static LooseReading Read(string text) =>
        LooseCondition.TryRead(text, Options, out var reading, out var error) ? reading : throw new InvalidOperationException(error.Message);
}
