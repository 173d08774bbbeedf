using System.Text;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Bundles;
using OrchestrationEngine.Plans;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Agents;
using OrchestrationEngine.Tests.Bundles;
using OrchestrationEngine.Tests.Execution;
using static OrchestrationEngine.Tests.Agents.FolderAgentHarness;
using static OrchestrationEngine.Tests.Agents.ProcessAgentHarness;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Handoffs;

/// <summary>
/// What comes from outside through folders and bundles, and is refused with a clear error, with nothing changed: tampered, cut off, too large, too deep, or
/// a way out of the folder. All that may happen to a bundle is in <see cref="BundleTamperTests"/>.
/// </summary>
public sealed class RefusalTests : IDisposable
{
    private readonly FolderAgentHarness _handoffs = new();

    public static TheoryData<string, string> BrokenAnswers => new()
    {
        { """{"handoff_id": "another", "output": 1}""", "is for handoff 'another'; expected 'compile-" },
        { """{"output": 1}""", "is for handoff ''; expected" },
        { """{"handoff_id": "ID"}""", "has no 'output'" },
        { """{"handoff_id": "ID", "output": 1, "validation": {"valid": false, "problems": 3}}""", "says of itself that its output is not valid" },
        { "[1, 2]", "is of kind Array; expected an object" },
        { """{"handoff_id": "ID", "output": 1} trailing""", "is not one JSON value" },
        { """{"handoff_id": "ID", "outp""", "is not one JSON value" },
        { "", "is empty" },
        { new string('[', 10_000) + new string(']', 10_000), "is not one JSON value: The maximum configured depth of 64 has been exceeded" },
        { """{"handoff_id": "ID", "output": """ + string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_001), "The maximum configured depth of 64 has been exceeded" },
    };

    public void Dispose() => _handoffs.Dispose();

    [Theory]
    [MemberData(nameof(BrokenAnswers))]
    public async Task A_broken_answer_fails_the_attempt_when_it_stays_as_it_is(string content, string message)
    {
        var (running, context, time, id) = await AskAsync();
        _handoffs.Leave("completed", id, content.Replace("\"ID\"", $"\"{id}\"", StringComparison.Ordinal));
        await time.AdvanceUntilAsync(running);
        Assert.Contains(message, AssertFailed(await running, FailureClass.InvalidOutput).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(context.Logged, line => line.Exception is not null);
    }

    [Fact]
    public async Task An_answer_that_is_still_written_is_waited_for()
    {
        var (running, _, time, id) = await AskAsync();
        var whole = $$"""{"handoff_id": "{{id}}", "output": "{{new string('x', 100_000)}}"}""";
        var file = _handoffs.PathOf("completed", id);
        await File.WriteAllTextAsync(file, whole[..50_000], Ending);
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(running.IsCompleted);
        await File.WriteAllTextAsync(file, whole, Ending);
        await time.AdvanceUntilAsync(running);
        Assert.Equal(100_002, AssertSucceeded(await running).ToString().Length);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_not_read_to_its_end()
    {
        var (running, _, time, id) = await AskAsync(options => options.MaxOutputBytes = 1000);
        _handoffs.Answer(id, $"\"{new string('x', 1000)}\"");
        await time.AdvanceUntilAsync(running);
        var result = AssertFailed(await running, FailureClass.InvalidOutput);
        Assert.False(result.Retryable);
        Assert.Contains("has more than 1,000 bytes, which its MaxOutputBytes allows", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_a_link_out_of_the_folder_is_not_followed()
    {
        NeedsUnix();
        var (running, _, time, id) = await AskAsync();
        var secret = Path.Combine(Path.GetDirectoryName(_handoffs.Folder)!, "secret.json");
        await File.WriteAllTextAsync(secret, $$"""{"handoff_id": "{{id}}", "output": "a secret"}""", Ending);
        File.CreateSymbolicLink(_handoffs.PathOf("completed", id), secret);
        await time.AdvanceUntilAsync(running);
        var result = AssertFailed(await running, FailureClass.Permanent);
        Assert.Contains("leaves the folder", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("completed")]
    [InlineData(".writing")]
    public async Task A_folder_that_is_a_link_to_elsewhere_is_not_used(string name)
    {
        NeedsUnix();
        var elsewhere = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(_handoffs.Folder)!, "elsewhere")).FullName;
        Directory.CreateDirectory(_handoffs.Folder);
        Directory.CreateSymbolicLink(Path.Combine(_handoffs.Folder, name), elsewhere);
        var result = AssertFailed(await FolderAgentHarness.RunAsync(_handoffs.Agent()), FailureClass.Permanent);
        Assert.Contains("leaves the folder", result.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere));
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\..\\evil")]
    [InlineData("CON")]
    [InlineData("@plan")]
    [InlineData("🎉")]
    public async Task A_task_may_be_called_what_it_likes_and_its_request_stays_in_the_folder(string task)
    {
        var request = new AgentRequest { Run = new("../run"), Plan = "p", Phase = "../phase", Task = task, Agent = "x", Attempt = 1 };
        var context = new TestAgentContext();
        var running = FolderAgentHarness.RunAsync(_handoffs.Agent(), context, request);
        var id = await OfferedAsync(context, request);
        Assert.Matches("^[A-Za-z0-9_][A-Za-z0-9_-]*-[0-9a-f]{32}-a1$", id);
        Assert.Equal([$"{id}.json"], _handoffs.Files("pending"));
        _handoffs.Answer(id);
        AssertSucceeded(await running);
    }

    [Fact]
    public async Task A_bundle_with_a_10000_level_deep_manifest_or_signature_is_refused()
    {
        var parts = await BundledRun.PartsAsync(await (await BundledRun.CreateAsync()).ExportAsync());
        var deep = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"format\":", 10_000)) + "2" + new string('}', 10_000));
        foreach (var name in new[] { "manifest.json", "signature.json" })
        {
            using var bundle = await BundledRun.ZipAsync(parts.Select(part => part.Name == name ? (name, deep) : part));
            var error = await Assert.ThrowsAsync<RunArchiveException>(() => new RunBundles(new InMemoryStateStore(), null).VerifyAsync(bundle, BundledRun.Believed, Ending));
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }
    }

    private async Task<(Task<AgentResult> Running, TestAgentContext Context, ManualTimeProvider Time, string Id)> AskAsync(Action<FolderAgentOptions>? configure = null)
    {
        var time = new ManualTimeProvider();
        var context = new TestAgentContext { TimeProvider = time };
        var running = FolderAgentHarness.RunAsync(
            _handoffs.Agent(options =>
            {
                options.PollInterval = TimeSpan.FromSeconds(1);
                configure?.Invoke(options);
            }),
            context);
        return (running, context, time, await OfferedAsync(context));
    }
}
