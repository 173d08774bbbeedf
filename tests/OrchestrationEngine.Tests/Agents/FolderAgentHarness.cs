using System.Diagnostics;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Agents;

/// <summary>A folder between the engine and an agent, where the test or a shell plays the agent.</summary>
internal sealed class FolderAgentHarness : IDisposable
{
    /// <summary>Takes whatever is pending, one after the other, and answers with what <c>$1</c> prints for the request in <c>$request</c>.</summary>
    private const string Loop = """
        cd "$HANDOFFS" || exit 1
        while :; do
          for request in pending/*.json; do
            [ -e "$request" ] || continue
            name=$(basename "$request"); id=${name%.json}
            mv "$request" in-progress/ 2>/dev/null || continue
            request=in-progress/$name
            . "$HANDOFFS/answer.sh" > ".writing/$id.answer"
            mv ".writing/$id.answer" "completed/$name"
            rm -f "$request"
          done
          sleep 0.02
        done
        """;

    private readonly TemporaryDirectory _directory = new();
    private readonly List<Process> _processes = [];

    public string Folder => _directory.Combine("handoffs");

    public static AgentRequest Asked(int attempt = 1, params IReadOnlyList<ContractViolation> feedback) => new()
    {
        Run = new RunId("run-1"),
        Plan = "release",
        Phase = "build",
        Task = "compile",
        Agent = "compiler",
        Attempt = attempt,
        Inputs = TaskInputs.From(KeyValuePair.Create("target", JsonData.String("linux"))),
        Feedback = feedback,
    };

    public static string IdOf(AgentRequest request, int attempt) => FolderRequest.IdOf(FolderRequest.WorkOf(request), attempt);

    public FolderAgent Agent(Action<FolderAgentOptions>? configure = null)
    {
        // Long: a test that passes has heard of its answer, and not found it by chance.
        var options = new FolderAgentOptions { Folder = Folder, PollInterval = TimeSpan.FromHours(1) };
        configure?.Invoke(options);
        return new FolderAgent(options);
    }

    public static Task<AgentResult> RunAsync(FolderAgent agent, TestAgentContext? context = null, AgentRequest? request = null, CancellationTokenSource? cancel = null)
        => agent.ExecuteAsync(request ?? Asked(), context ?? new TestAgentContext(), cancel?.Token ?? CancellationToken.None).WaitAsync(ProcessAgentHarness.Patience, TestContext.Current.CancellationToken);

    /// <summary>Waits until an attempt has left its request, and gives its id.</summary>
    public static async Task<string> OfferedAsync(TestAgentContext context, AgentRequest? request = null)
    {
        var id = IdOf(request ?? Asked(), (request ?? Asked()).Attempt);
        await context.WaitForLogAsync(entry => entry.Event.Id == 3020 && entry.Message.Contains(id, StringComparison.Ordinal), TestContext.Current.CancellationToken).WaitAsync(ProcessAgentHarness.Patience, TestContext.Current.CancellationToken);
        return id;
    }

    public string PathOf(string folder, string id) => Path.Combine(Folder, folder, id + ".json");

    public string[] Files(string folder) => [.. Directory.GetFiles(Path.Combine(Folder, folder)).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    /// <summary>Leaves a file as an agent should: under its name when it is whole.</summary>
    public void Leave(string folder, string id, string content)
    {
        foreach (var name in new[] { "pending", "in-progress", "completed", "failed", ".writing" })
        {
            Directory.CreateDirectory(Path.Combine(Folder, name));
        }

        var whole = Path.Combine(Folder, ".writing", Path.GetRandomFileName());
        File.WriteAllText(whole, content);
        File.Move(whole, PathOf(folder, id), overwrite: true);
    }

    public void Take(string id) => File.Move(PathOf("pending", id), PathOf("in-progress", id));

    public void Answer(string id, string output = "1") => Leave("completed", id, $$"""{"handoff_id": "{{id}}", "status": "completed", "output": {{output}}}""");

    /// <summary>Starts a process that plays the agent until the test ends.</summary>
    /// <param name="answer">A shell script that prints the answer to the request in <c>$request</c>, whose id is <c>$id</c>.</param>
    public void Play(string answer)
    {
        ProcessAgentHarness.NeedsUnix();
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "answer.sh"), answer);
        var start = new ProcessStartInfo("/bin/sh", ["-c", Loop]) { UseShellExecute = false };
        start.Environment["HANDOFFS"] = Folder;
        _processes.Add(Process.Start(start)!);
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        _directory.Dispose();
    }
}
