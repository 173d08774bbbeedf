using System.Text;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed class PlanJsonProblemTests
{
    [Theory]
    [InlineData("", "empty", "", 1, 1)]
    [InlineData(" \n\t", "empty", "", 1, 1)]
    [InlineData("5", "Expected an object (a plan), found the number 5.", "", 1, 1)]
    [InlineData("null", "found null", "", 1, 1)]
    [InlineData("[]", "found a list", "", 1, 1)]
    [InlineData("{", "not closed", "", 1, 2)]
    [InlineData("{\"id\":\"p\",\n  \"phases\":[{\"id\":\"a\"", "not closed", "/phases/0/id", 2, 22)]
    [InlineData("{\"id\":\"p\",\n // no\n\"phases\":[]}", "can't have comments", "/id", 2, 2)]
    [InlineData("{\"id\":\"p\",\"phases\":[{\"id\":\"a\"},]}", "comma after the last entry", "/phases/0", 1, 32)]
    [InlineData("{\"id\":\"p\",}", "comma after the last entry", "/id", 1, 11)]
    [InlineData("{'id':1}", "double quotes", "", 1, 2)]
    [InlineData("{\"id\":nul}", "not JSON", "/id", 1, 10)]
    [InlineData("{\"id\":\"p\"} {}", "not JSON", "", 1, 12)]
    [InlineData("{\"id\":\"a\0b\"}", "control character (U+0000)", "/id", 1, 9)]
    [InlineData("{\"id\":\"a\nb\"}", "control character (U+000A)", "/id", 1, 9)]
    public void A_text_that_is_not_JSON_is_refused_with_its_place(string json, string message, string place, int line, int column)
    {
        var problem = PlanJson.Inspect(json).Problems[^1];

        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal((place, line, column), (problem.Pointer, problem.Line, problem.Column));
    }

    [Theory]
    [InlineData("\"id\":7", "/id", "Expected a string, found the number 7.")]
    [InlineData("\"id\":null", "/id", "Expected a string, found null.")]
    [InlineData("\"id\":\"a\\u0000b\"", "/id", "The plan's id holds the control character U+0000")]
    [InlineData("\"id\":\"a\\ud800\"", "/id", "half of a character")]
    [InlineData("\"id\":\"\"", "/id", "The plan's id is empty.")]
    [InlineData("\"version\":2", "/version", "Expected a string such as \"1\", found the number 2.")]
    [InlineData("\"name\":[]", "/name", "Expected a string, found a list.")]
    [InlineData("\"inputs\":[]", "/inputs", "Expected an object (the inputs of the plan, by name), found a list.")]
    [InlineData("\"inputs\":{\"a\":true}", "/inputs/a", "Expected an object (an input of the plan), found true.")]
    [InlineData("\"inputs\":{\"a/b~\":{\"required\":\"yes\"}}", "/inputs/a~1b~0/required", "Expected true or false, found a string.")]
    [InlineData("\"agents\":{}", "/agents", "Expected a list (the agents of the plan), found an object.")]
    [InlineData("\"agents\":[{\"uses\":\"x\"}]", "/agents/0/id", "The required property 'id' is missing from an agent.")]
    [InlineData("\"tiers\":[5]", "/tiers/0", "Expected an object (a tier), found the number 5.")]
    [InlineData("\"maxParallelTasks\":1.5", "/maxParallelTasks", "Expected a whole number, found the number 1.5.")]
    [InlineData("\"maxParallelTasks\":99999999999", "/maxParallelTasks", "Expected a whole number")]
    [InlineData("\"maxParallelTasks\":0", "/maxParallelTasks", "it must be 1 or more")]
    [InlineData("\"onFailure\":\"failFast\"", "/onFailure", "Expected an object (a failure policy), found a string.")]
    [InlineData("\"onFailure\":{\"mode\":\"failfast\"}", "/onFailure/mode", "'failfast' is not one of failFast, finishWhatCan.")]
    [InlineData("\"onFailure\":{\"failuresAllowed\":-1}", "/onFailure/failuresAllowed", "it must be 0 or more")]
    [InlineData("\"name\":\"a\",\"name\":\"b\"", "/name", "'name' is given twice.")]
    [InlineData("\"inputs\":{\"a\":{},\"a\":{}}", "/inputs/a", "'a' is given twice.")]
    public void A_wrong_value_of_the_plan_is_named_with_its_place(string member, string place, string message)
        => AssertProblem($$"""{{{member}},"phases":[{"id":"a"}]{{(member.Contains("\"id\":", StringComparison.Ordinal) && !member.StartsWith("\"agents", StringComparison.Ordinal) ? "" : ",\"id\":\"p\"")}}}""", place, message);

    [Theory]
    [InlineData("\"mode\":\"paralel\"", "/phases/0/mode", "'paralel' is not one of sequential, parallel, smart, oneAtATime.", "parallel")]
    [InlineData("\"mode\":1", "/phases/0/mode", "Expected one of sequential, parallel, smart, oneAtATime, found the number 1.", null)]
    [InlineData("\"timeout\":30", "/phases/0/timeout", "Expected a duration such as \"30s\" or \"1h30m\", found the number 30.", null)]
    [InlineData("\"timeout\":\"30\"", "/phases/0/timeout", "'30' is not a duration.", null)]
    [InlineData("\"timeout\":\"-1s\"", "/phases/0/timeout", "The timeout is -1s; it must be longer than zero.", null)]
    [InlineData("\"when\":\"inputs.x ==\"", "/phases/0/when", "The condition 'inputs.x ==' can't be read.", null)]
    [InlineData("\"when\":true", "/phases/0/when", "Expected a condition", null)]
    [InlineData("\"dependsOn\":\"b\"", "/phases/0/dependsOn", "Expected a list (the ids of phases), found a string.", null)]
    [InlineData("\"dependsOn\":[1]", "/phases/0/dependsOn/0", "Expected a string, found the number 1.", null)]
    [InlineData("\"dependson\":[]", "/phases/0/dependson", "'dependson' is not a property of a phase.", "dependsOn")]
    [InlineData("\"tasks\":[null]", "/phases/0/tasks/0", "Expected an object (a task), found null.", null)]
    public void A_wrong_value_of_a_phase_is_named_with_its_place(string member, string place, string message, string? nearest)
        => AssertProblem($$"""{"id":"p","phases":[{"id":"a",{{member}}}]}""", place, message, nearest);

    [Theory]
    [InlineData("\"priority\":\"1\"", "/priority", "Expected a whole number, found a string.", null)]
    [InlineData("\"onSkipped\":\"stop\"", "/onSkipped", "'stop' is not one of skip, run, fail.", null)]
    [InlineData("\"onUnknown\":\"probes\"", "/onUnknown", "'probes' is not one of retry, probe, fail.", "probe")]
    [InlineData("\"maxStarts\":0", "/maxStarts", "The number of starts is 0; it must be from 1 to 1,000.", null)]
    [InlineData("\"maxStarts\":1001", "/maxStarts", "The number of starts is 1001; it must be from 1 to 1,000.", null)]
    [InlineData("\"onUnknown\":\"ask\"", "/onUnknown", "'ask' is not possible yet: tasks can't put questions to people in this version. Write one of retry, probe, fail.", null)]
    [InlineData("\"estimate\":\"soon\"", "/estimate", "'soon' is not a duration.", null)]
    [InlineData("\"inputs\":[]", "/inputs", "Expected an object (the inputs of the task, by name), found a list.", null)]
    [InlineData("\"inputs\":{\"a\":1,\"a\":2}", "/inputs/a", "'a' is given twice.", null)]
    [InlineData("\"inputs\":{\"a\":{\"b\":\"\\ud800\"}}", "/inputs/a", "half of a character", null)]
    [InlineData("\"outputs\":[\"a\",\"a\"]", "/outputs/1", "The output 'a' is there twice.", null)]
    [InlineData("\"retry\":3", "/retry", "Expected an object (a retry policy), found the number 3.", null)]
    [InlineData("\"retry\":{\"attempts\":3}", "/retry/attempts", "'attempts' is not a property of a retry policy.", null)]
    [InlineData("\"retry\":{\"maxAtempts\":3}", "/retry/maxAtempts", "'maxAtempts' is not a property of a retry policy.", "maxAttempts")]
    [InlineData("\"retry\":{\"maxAttempts\":0}", "/retry/maxAttempts", "it must be 1 or more", null)]
    [InlineData("\"retry\":{\"factor\":1e999}", "/retry/factor", "1 or more", null)]
    [InlineData("\"retry\":{\"nonRetryable\":[\"timeouts\"]}", "/retry/nonRetryable/0", "'timeouts' is not one of unknown, timeout,", "timeout")]
    public void A_wrong_value_of_a_task_is_named_with_its_place(string member, string place, string message, string? nearest)
        => AssertProblem($$"""{"id":"p","phases":[{"id":"a","tasks":[{"id":"t","agent":"g",{{member}}}]}]}""", "/phases/0/tasks/0" + place, message, nearest);

    [Fact]
    public void Every_problem_is_reported_in_the_order_of_the_file()
    {
        var result = PlanJson.Inspect("""
            {
              "id": "p", "verzion": "2", "maxParallelTasks": -1,
              "phases": [
                { "id": "a", "mode": "both", "tasks": [
                  { "id": "x", "agent": "g", "dependsOn": [ "y", "zz" ], "timeout": "never" },
                  { "id": "y", "agent": "g" }
                ] },
                { "id": "a", "dependsOn": [ "b" ], "when": "tasks.zz.output" }
              ]
            }
            """);

        Assert.Null(result.Plan);
        Assert.Equal("p", result.PlanId);
        Assert.Equal(
            [
                "/verzion 2", "/maxParallelTasks 2", "/phases/0/mode 4", "/phases/0/tasks/0 5", "/phases/0/tasks/0/dependsOn/1 5",
                "/phases/0/tasks/0/timeout 5", "/phases/1/id 8", "/phases/1/dependsOn/0 8", "/phases/1/when 8",
            ],
            result.Problems.Select(problem => $"{problem.Pointer} {problem.Line}"));
        Assert.All(result.Problems, problem => Assert.True(problem.Column > 0));
    }

    [Fact]
    public void Problems_before_a_syntax_error_are_reported_with_it()
    {
        var problems = PlanJson.Inspect("{\"id\":5,\"phasis\":[],\n\"phases\":[}").Problems;

        Assert.Equal(["/id", "/phasis", "/phases"], problems.Select(problem => problem.Pointer));
    }

    [Fact]
    public void A_part_that_can_not_be_read_does_not_make_references_to_it_wrong()
    {
        var problems = PlanJson.Inspect("""{"id":"p","phases":[{"id":"a","tasks":[{"id":7,"agent":"g"},{"id":"x","agent":"g","dependsOn":["7"]}]}]}""").Problems;

        Assert.Equal("/phases/0/tasks/0/id", Assert.Single(problems).Pointer);
    }

    [Fact]
    public void Unknown_properties_are_warnings_when_reading_leniently()
    {
        const string Text = """{"id":"p","color":{"deep":[1]},"phases":[{"id":"a","tasks":[{"id":"t","agent":"g","modell":"x"}]}]}""";

        var result = PlanJson.Inspect(Text, new PlanReadOptions { Strict = false });

        Assert.NotNull(result.Plan);
        Assert.Equal(["/color", "/phases/0/tasks/0/modell"], result.Warnings.Select(warning => warning.Pointer));
        Assert.All(result.Warnings, warning => Assert.NotNull(warning.Column));
        Assert.Equal(2, PlanJson.Inspect(Text).Problems.Count);
    }

    [Fact]
    public void Invalid_UTF8_is_refused_at_the_byte_where_it_begins()
    {
        byte[] text = [.. "{\"id\":7,\n\"name\":\"a"u8, 0xC3, 0x28, .. "\"}"u8];

        var problems = PlanJson.Inspect(text).Problems;

        Assert.Equal(["/id", "/name"], problems.Select(problem => problem.Pointer));
        Assert.Equal((2L, 10L), (problems[1].Line, problems[1].Column));
        Assert.Contains("not UTF-8: the byte 0xC3", problems[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_UTF8_far_into_a_text_or_behind_the_plan_is_found_too()
    {
        byte[] far = [.. "{\"id\":\""u8, .. Encoding.UTF8.GetBytes(new string('ä', 5_000)), 0xFF];
        byte[] behind = [.. """{"id":"p","phases":[{"id":"a"}]}"""u8, 0xFF];

        Assert.Equal(10_008, Assert.Single(PlanJson.Inspect(far).Problems).Column);
        Assert.Equal(33, Assert.Single(PlanJson.Inspect(behind).Problems).Column);
    }

    [Fact]
    public void A_text_in_UTF16_is_named_as_such()
    {
        byte[] text = [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("{}")];

        Assert.Contains("UTF-16", Assert.Single(PlanJson.Inspect(text).Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_of_a_surrogate_pair_in_a_string_is_refused()
    {
        var problem = Assert.Single(PlanJson.Inspect("{\n\"id\":\"ä\uD800\"}").Problems);

        Assert.Equal((2L, 9L), (problem.Line, problem.Column));
    }

    [Fact]
    public void Nesting_over_the_limit_is_refused_wherever_it_is()
    {
        var deep = new string('[', 100);
        foreach (var text in new[] { deep, $$"""{"id":{{deep}}""", $$"""{"id":"p","phases":[{"id":"a","tasks":[{"id":"t","agent":"g","inputs":{"v":{{deep}}""" })
        {
            Assert.Contains("deeper than the limit of 64 levels", PlanJson.Inspect(text).Problems[^1].Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_text_over_the_size_limit_is_refused_without_reading_it()
    {
        var options = new PlanReadOptions { Limits = new PlanLimits { MaxBytes = 100 } };
        var text = """{"id":"p","phases":[{"id":"a"}]}""".PadRight(101);
        var bytes = Encoding.UTF8.GetBytes(text);
        using var stream = new MemoryStream(bytes);

        foreach (var result in new[] { PlanJson.Inspect(text, options), PlanJson.Inspect(bytes, options), PlanJson.Inspect(stream, options) })
        {
            Assert.Contains("larger than the limit of 100 bytes (PlanLimits.MaxBytes)", Assert.Single(result.Problems).Message, StringComparison.Ordinal);
        }

        Assert.NotNull(PlanJson.Inspect(bytes.AsMemory(0, 100), options).Plan);
    }

    [Fact]
    public void Of_very_many_problems_the_first_are_listed_and_the_rest_counted()
    {
        var names = string.Join(",", Enumerable.Range(0, 5_000).Select(index => $"\"t{index}x\""));
        var options = new PlanReadOptions { Limits = new PlanLimits { MaxProblems = 3 } };

        var problems = PlanJson.Inspect($$"""{"id":"p","phases":[{"id":"a","tasks":[{"id":"t","agent":"g","dependsOn":[{{names}}]}]}]}""", options).Problems;

        Assert.Equal(4, problems.Count);
        Assert.Equal("There are 5,000 problems; 3 of them are listed.", problems[3].Message);
    }

    [Fact]
    public void The_exception_lists_every_problem_with_place_and_suggestion()
    {
        var error = Assert.Throws<PlanInvalidException>(() => PlanJson.Read("""{"id":"p","phases":[{"id":"build"},{"id":"test","dependsOn":["biuld"]}]}"""));

        Assert.Equal("p", error.PlanId);
        Assert.Contains("/phases/1/dependsOn/0 (line 1, column 62): The plan has no phase 'biuld'. Did you mean 'build'?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_damage_to_a_plan_makes_reading_fail_in_another_way()
    {
        var plan = PlanJson.Write(new RandomPlan(42).Make(), indented: true);
        var random = new Random(42);
        for (var round = 0; round < 5_000; round++)
        {
            var damaged = plan.AsSpan(0, random.Next(4) == 0 ? random.Next(plan.Length) : plan.Length).ToArray();
            for (var times = random.Next(1, 4); times > 0 && damaged.Length > 0; times--)
            {
                damaged[random.Next(damaged.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"{}[]\",:0\\$ud8"[random.Next(13)];
            }

            var result = PlanJson.Inspect(damaged);

            Assert.Equal(result.Plan is null, result.Problems.Count > 0);
            Assert.All(result.Problems, problem => Assert.True(problem.Line >= 1 && problem.Column >= 1, problem.ToString()));
        }
    }

    private static void AssertProblem(string json, string place, string message, string? nearest = null)
    {
        var problem = Assert.Single(PlanJson.Inspect(json).Problems);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal(place, problem.Pointer);
        Assert.True(problem.Line >= 1 && problem.Column >= 1);
        if (nearest is not null)
        {
            Assert.Equal(nearest, problem.Nearest);
        }
    }
}
