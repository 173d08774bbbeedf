using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Tests.Plans;

public sealed partial class PlanFormatDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "docs", "plan-format.md"));

    [Fact]
    public void The_example_can_run_and_writes_as_it_is_read()
    {
        var example = JsonBlock().Match(Document).Groups[1].Value;

        var plan = PlanJson.Read(example);

        Assert.Empty(PlanVerifier.Verify(plan, null, ["git-reader", "notes-writer"]));
        using var before = JsonDocument.Parse(example);
        using var after = JsonDocument.Parse(PlanJson.Write(plan));
        Assert.True(JsonElement.DeepEquals(before.RootElement, after.RootElement));
    }

    [Fact]
    public void Every_property_that_a_file_can_have_is_explained()
    {
        // The error for an unknown property lists those that are known.
        const string Wrong = """
            {
              "id": "p", "x": 0, "inputs": { "i": { "x": 0 } }, "agents": [ { "id": "a", "x": 0 } ], "tiers": [ { "id": "t", "x": 0 } ], "onFailure": { "x": 0 },
              "contracts": { "c": { "maxBytes": 1, "x": 0, "judge": { "agent": "a", "x": 0 } } }, "workspace": { "d": { "x": 0 } },
              "handoffs": [ { "id": "h", "from": "k", "to": "t", "x": 0, "sends": { "p": { "x": 0 } }, "transforms": [ { "text": "", "x": 0 } ] } ],
              "phases": [ { "id": "f", "mode": "parallel", "x": 0, "tasks": [
                { "id": "t", "agent": "a", "dependsOn": [ "w" ], "x": 0, "retry": { "x": 0 }, "join": { "atLeast": 1, "x": 0 }, "repeat": { "until": "true", "max": 1, "x": 0 },
                  "forEach": { "items": "inputs.i", "x": 0 }, "skipWhen": { "condition": "true", "x": 0 }, "memo": { "x": 0 } },
                { "id": "k", "agent": "a" }, { "id": "w", "wait": { "after": "1s", "x": 0 } }, { "id": "v", "wait": { "firstOf": { "b": { "after": "1s", "x": 0 } } } },
                { "id": "s", "plan": { "id": "q", "x": 0 } }, { "id": "e", "end": { "status": "failed", "x": 0 } } ] } ]
            }
            """;
        var problems = PlanJson.Inspect(Wrong).Problems;

        Assert.True(problems.Count == 23, string.Join("\n", problems));
        var properties = problems.SelectMany(problem => problem.Message[(problem.Message.LastIndexOf(": ", StringComparison.Ordinal) + 2)..].TrimEnd('.').Split(", "));
        Assert.All(properties.Distinct(), property => Assert.Contains($"`{property}`", Document, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_word_and_limit_is_explained()
    {
        var names = typeof(PlanLimits).GetProperties().Where(property => property.PropertyType != typeof(Type) && property.CanWrite).Select(property => property.Name);
        var words = new[] { typeof(FailureMode), typeof(PhaseMode), typeof(OnSkipped), typeof(OnUnknown), typeof(RetryJitter), typeof(FailureClass), typeof(JoinKind), typeof(ExhaustedLoop), typeof(SignalMode), typeof(EndStatus), typeof(TaskCriticality), typeof(OnViolation), typeof(OnMissing), typeof(DocumentMerge) }.SelectMany(Enum.GetNames).Select(JsonNamingPolicy.CamelCase.ConvertName);

        Assert.All(names.Concat(words), name => Assert.Contains($"`{name}`", Document, StringComparison.Ordinal));
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
