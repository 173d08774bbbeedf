using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Execution;
using static OrchestrationEngine.Tests.Agents.FolderAgentHarness;
using static OrchestrationEngine.Tests.Agents.ProcessAgentHarness;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Agents;

public sealed class FolderAgentTests : IDisposable
{
    private readonly FolderAgentHarness _handoffs = new();

    public void Dispose() => _handoffs.Dispose();

    [Fact]
    public async Task A_program_that_knows_only_folders_does_the_task()
    {
        _handoffs.Play("""printf '{"handoff_id": "%s", "status": "completed", "output": {"saw": %s}}' "$id" "$(cat "$request")" """);
        var output = AssertSucceeded(await FolderAgentHarness.RunAsync(_handoffs.Agent(options => options.PollInterval = TimeSpan.FromSeconds(1)))).ToElement().GetProperty("saw");
        Assert.Equal("linux", output.GetProperty("input").GetProperty("data").GetProperty("target").GetString());
        Assert.Empty(_handoffs.Files("pending"));
        Assert.Single(_handoffs.Files("completed"));
    }

    [Fact]
    public async Task A_request_has_the_shape_of_the_protocol()
    {
        var context = new TestAgentContext { TimeProvider = new ManualTimeProvider() };
        var request = Asked(2, new ContractViolation { Contract = "tested", Rule = "expression", Location = "/coverage", Message = "too low", Expected = ">= 0.8", Found = "0.5" });
        using var cancel = new CancellationTokenSource();
        var running = FolderAgentHarness.RunAsync(
            _handoffs.Agent(options =>
            {
                options.AgentType = "coder";
                options.InputSchema = "in.json";
                options.OutputSchema = "out.json";
                options.Timeout = TimeSpan.FromSeconds(300);
                options.Context["tech_stack"] = JsonData.Parse("""["dotnet"]""");
                options.Context["run"] = JsonData.String("not the engine's");
            }),
            context,
            request,
            cancel);
        var id = await OfferedAsync(context, request);
        Assert.Matches("^compile-[0-9a-f]{32}-a2$", id);
        Assert.Equal(
            JsonSerializer.Serialize(JsonDocument.Parse(
                $$"""
                {
                  "handoff_id": "{{id}}",
                  "timestamp": "2026-01-01T00:00:00.000Z",
                  "status": "pending",
                  "source": { "agent_id": "OrchestrationEngine", "phase": "build", "agent_type": "orchestrator" },
                  "target": { "agent_id": "compiler", "phase": "build", "agent_type": "coder" },
                  "context": { "run": "run-1", "plan": "release", "task": "compile", "attempt": 2, "generation": 1, "turn": 1, "idempotency_key": "run-1/compile#1", "tech_stack": ["dotnet"] },
                  "input": { "schema": "in.json", "data": { "target": "linux" } },
                  "feedback": [ { "contract": "tested", "rule": "expression", "location": "/coverage", "message": "too low", "expected": ">= 0.8", "found": "0.5" } ],
                  "expected_output": { "artifact_type": "json", "schema": "out.json", "destination": "completed/{{id}}.json" },
                  "timeout_seconds": 300,
                  "priority": "normal",
                  "retry_policy": { "max_retries": 0, "retry_delay_seconds": 0 }
                }
                """)),
            JsonSerializer.Serialize(JsonDocument.Parse(await File.ReadAllTextAsync(_handoffs.PathOf("pending", id), TestContext.Current.CancellationToken))));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Theory]
    [InlineData("""{"code": "RATE_LIMIT", "message": "slow down", "severity": "low"}""", "", FailureClass.RateLimited, true, "(RATE_LIMIT, low): slow down")]
    [InlineData("""{"code": "invalid-input", "message": "no"}""", """, "retry_available": false""", FailureClass.InvalidInput, false, "(invalid-input): no")]
    [InlineData("""{"code": "E42", "message": "odd \u001b[31m"}""", """, "retry_available": true, "retry_count": 2""", FailureClass.Unknown, true, "(E42): odd \uFFFD[31m")]
    [InlineData("\"just a text\"", "", FailureClass.Unknown, true, ": just a text")]
    [InlineData("null", "", FailureClass.Unknown, true, "It gives no message.")]
    public async Task What_lies_in_failed_fails_the_attempt(string error, string more, FailureClass kind, bool retryable, string message)
    {
        var context = new TestAgentContext();
        var running = FolderAgentHarness.RunAsync(_handoffs.Agent(), context);
        var id = await OfferedAsync(context);
        _handoffs.Leave("failed", id, $$$"""{"handoff_id": "{{{id}}}", "error": {{{error}}}{{{more}}}}""");
        var result = AssertFailed(await running, kind);
        Assert.Equal(retryable, result.Retryable);
        Assert.Contains(message, result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_answer_warns_of_is_logged()
    {
        var context = new TestAgentContext();
        var running = FolderAgentHarness.RunAsync(_handoffs.Agent(), context);
        var id = await OfferedAsync(context);
        _handoffs.Leave("completed", id, $$"""{"handoff_id": "{{id}}", "output": null, "warnings": ["beware", {"code": 7}], "errors": []}""");
        Assert.Equal("null", AssertSucceeded(await running).ToString());
        Assert.Equal(2, context.Logged.Count(line => line.Level == LogLevel.Warning && (line.Message.EndsWith("says: beware", StringComparison.Ordinal) || line.Message.EndsWith("""says: {"code": 7}""", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Many_tasks_wait_at_once_and_each_gets_its_own_answer()
    {
        _handoffs.Play("""printf '{"handoff_id": "%s", "output": "%s"}' "$id" "$(sed -n 's/.*"n": *"\([0-9]*\)".*/\1/p' "$request")" """);
        var agent = _handoffs.Agent(options => options.PollInterval = TimeSpan.FromSeconds(1));
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => FolderAgentHarness.RunAsync(agent, request: new AgentRequest
        {
            Run = new RunId("run-1"),
            Plan = "release",
            Phase = "build",
            Task = $"t{n}",
            Agent = "compiler",
            Attempt = 1,
            Inputs = TaskInputs.From(KeyValuePair.Create("n", JsonData.String($"{n}"))),
        })));
        Assert.Equal(Enumerable.Range(0, 40).Select(n => $"\"{n}\""), results.Select(result => AssertSucceeded(result).ToString()));
    }

    [Fact]
    public async Task An_answer_is_found_by_looking_where_nothing_tells_of_it()
    {
        var time = new ManualTimeProvider();
        var context = new TestAgentContext { TimeProvider = time };
        var running = FolderAgentHarness.RunAsync(_handoffs.Agent(options => options.PollInterval = TimeSpan.FromSeconds(1)), context);
        var id = await OfferedAsync(context);

        // The folder that is watched is another one now.
        Directory.Move(Path.Combine(_handoffs.Folder, "completed"), Path.Combine(_handoffs.Folder, "before"));
        _handoffs.Answer(id);
        await time.AdvanceUntilAsync(running);
        AssertSucceeded(await running);
    }

    [Fact]
    public async Task A_canceled_attempt_takes_back_what_nobody_has_taken_and_marks_what_somebody_has()
    {
        foreach (var isTaken in new[] { false, true })
        {
            var request = Asked(isTaken ? 2 : 1);
            var context = new TestAgentContext();
            using var cancel = new CancellationTokenSource();
            var running = FolderAgentHarness.RunAsync(_handoffs.Agent(), context, request, cancel);
            var id = await OfferedAsync(context, request);
            if (isTaken)
            {
                _handoffs.Take(id);
            }

            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            Assert.Empty(_handoffs.Files("pending"));
            Assert.Equal(isTaken ? [$"{id}.cancel", $"{id}.json"] : [], _handoffs.Files("in-progress"));
        }
    }

    [Fact]
    public async Task An_answer_that_takes_too_long_fails_the_attempt_and_a_further_one_asks_anew()
    {
        var time = new ManualTimeProvider();
        var context = new TestAgentContext { TimeProvider = time };
        var agent = _handoffs.Agent(options => options.Timeout = TimeSpan.FromMinutes(5));
        var running = FolderAgentHarness.RunAsync(agent, context);
        _handoffs.Take(await OfferedAsync(context));
        await time.AdvanceUntilAsync(running);
        Assert.Contains("has not answered within its Timeout of 00:05:00", AssertFailed(await running, FailureClass.Timeout).Message, StringComparison.Ordinal);

        var again = FolderAgentHarness.RunAsync(agent, context, Asked(2));
        var id = await OfferedAsync(context, Asked(2));
        _handoffs.Answer(IdOf(Asked(), 1), "\"late\"");
        _handoffs.Answer(id, "\"asked anew\"");
        Assert.Equal("\"asked anew\"", AssertSucceeded(await again).ToString());
    }

    [Fact]
    public async Task Files_that_are_done_with_go_to_the_archive_and_what_is_under_way_stays()
    {
        var agent = _handoffs.Agent(options =>
        {
            options.ArchiveFolder = Path.Combine(_handoffs.Folder, "archive");
            options.KeepFilesFor = TimeSpan.FromDays(1);
        });
        var (answered, working, canceled, waiting) = (IdOf(Asked(), 11), IdOf(Asked(), 12), IdOf(Asked(), 13), IdOf(Asked(), 14));
        _handoffs.Answer(answered);
        _handoffs.Leave("in-progress", working, "{}");
        _handoffs.Leave("in-progress", canceled, "{}");
        await File.WriteAllTextAsync(Path.Combine(_handoffs.Folder, "in-progress", canceled + ".cancel"), "canceled", Ending);
        _handoffs.Leave("pending", waiting, "{}");
        _handoffs.Leave("completed", "somebody-elses", "{}");
        foreach (var file in Directory.GetFiles(_handoffs.Folder, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        }

        var context = new TestAgentContext();
        var running = FolderAgentHarness.RunAsync(agent, context);
        var id = await OfferedAsync(context);
        _handoffs.Answer(id);
        AssertSucceeded(await running);
        Assert.Equal([$"{id}.json", "somebody-elses.json"], _handoffs.Files("completed"));
        Assert.Equal([$"{working}.json", $"{canceled}.cancel"], _handoffs.Files("in-progress"));
        Assert.Contains($"{waiting}.json", _handoffs.Files("pending"));
        Assert.Equal([$"{answered}.json"], _handoffs.Files("archive/completed"));
        Assert.Equal([$"{canceled}.json"], _handoffs.Files("archive/in-progress"));
    }

    [Fact]
    public void All_that_is_wrong_with_the_options_is_said_at_once()
    {
        var services = new ServiceCollection();
        var error = Assert.Throws<OrchestrationConfigurationException>(() => services.AddOrchestration().AddFolderAgent("coder", " ", options =>
        {
            options.ArchiveFolder = "";
            options.Timeout = TimeSpan.Zero;
            options.PollInterval = TimeSpan.Zero;
            options.SettleTime = TimeSpan.FromTicks(-1);
            options.KeepFilesFor = TimeSpan.FromTicks(-1);
            options.MaxOutputBytes = 0;
            options.Priority = null!;
        }));
        Assert.Equal(8, error.Problems.Count);
        Assert.All(error.Problems, problem => Assert.StartsWith("Folder agent 'coder': ", problem, StringComparison.Ordinal));
    }
}
