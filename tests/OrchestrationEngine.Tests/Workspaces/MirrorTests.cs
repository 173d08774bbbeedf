using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Testing;
using OrchestrationEngine.Tests.Execution;
using OrchestrationEngine.Workspaces;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Workspaces;

/// <summary>A workspace and a folder of real files, in both directions.</summary>
public sealed class MirrorTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mirror-");
    private readonly List<string> _problems = [];
    private readonly ManualTimeProvider _time = new();

    private string Shared => Path.Combine(_folder.FullName, "shared-intelligence");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Documents_become_files_and_changes_of_files_become_versions()
    {
        var workspace = new InMemoryWorkspace();
        await workspace.WriteAsync("spec.md", "“spec” 🎉\n", 0, null, Ending);
        await workspace.WriteAsync("api/spec.json", "{}", 0, null, Ending);
        await using var mirror = await MirrorAsync(workspace);
        Assert.Equal("“spec” 🎉\n", Read("spec.md"));
        Assert.Equal("{}", Read("api/spec.json"));

        Write("spec.md", "changed\n");
        Write("new/notes.txt", "new\n");
        await mirror.SyncAsync(Ending);
        Assert.Equal(new DocumentText("spec.md", 2, "changed\n"), await workspace.ReadAsync("spec.md", null, Ending));
        Assert.Equal(new DocumentText("new/notes.txt", 1, "new\n"), await workspace.ReadAsync("new/notes.txt", null, Ending));

        await workspace.WriteAsync("spec.md", "changed again\n", 2, null, Ending);
        File.Delete(At("api/spec.json"));
        await mirror.SyncAsync(Ending);
        await mirror.SyncAsync(Ending);
        Assert.Equal("changed again\n", Read("spec.md"));
        Assert.Equal("{}", Read("api/spec.json"));
        Assert.Equal(3, (await workspace.ReadAsync("spec.md", null, Ending))!.Version);
        Assert.Empty(_problems);
        Assert.Equal(["api/spec.json", "new/notes.txt", "spec.md"], Visible());
    }

    [Fact]
    public async Task A_change_of_a_file_whose_document_has_moved_on_goes_by_the_policy_and_is_never_lost()
    {
        var workspace = new InMemoryWorkspace(
        [
            new DocumentDefinition { Name = "merged", Merge = DocumentMerge.ThreeWay, Initial = "a\nb\nc\n" },
            new DocumentDefinition { Name = "refused", Initial = "one" },
            new DocumentDefinition { Name = "asked", Merge = DocumentMerge.Ask, Initial = "one" },
            new DocumentDefinition { Name = "last", Merge = DocumentMerge.LastWriter, Initial = "one" },
        ]);
        await using var mirror = await MirrorAsync(workspace);
        await workspace.WriteAsync("merged", "A\nb\nc\n", 1, null, Ending);
        Write("merged", "a\nb\nC\n");
        foreach (var name in new[] { "refused", "asked", "last" })
        {
            await workspace.WriteAsync(name, "two", 1, null, Ending);
            Write(name, "mine");
        }

        await mirror.SyncAsync(Ending);
        Assert.Equal(["A\nb\nC\n", "two", "two", "mine"], new[] { "merged", "refused", "asked", "last" }.Select(Read));
        Assert.Equal(("mine", "mine"), (Read("refused.conflict-1"), Read("asked.conflict-1")));
        Assert.Equal("mine", await workspace.ReadConflictAsync("conflict-1", Ending));
        Assert.Equal(2, _problems.Count);
        await mirror.SyncAsync(Ending);
        Assert.Equal(2, _problems.Count);

        Write("refused", "other");
        await workspace.WriteAsync("refused", "three", 2, null, Ending);
        await mirror.SyncAsync(Ending);
        Assert.Equal(("three", "mine", "other"), (Read("refused"), Read("refused.conflict-1"), Read("refused.conflict-2")));
    }

    [Fact]
    public async Task Lines_that_are_added_to_the_file_of_a_log_are_added_to_the_log()
    {
        var workspace = new InMemoryWorkspace();
        await workspace.AppendAsync("decisions.md", "first\n", null, Ending);
        await using var mirror = await MirrorAsync(workspace);
        await workspace.AppendAsync("decisions.md", "second\n", null, Ending);
        File.AppendAllText(At("decisions.md"), "from a tool\n");
        await mirror.SyncAsync(Ending);
        Assert.Equal("first\nsecond\nfrom a tool\n", Read("decisions.md"));
        Assert.Equal("first\nsecond\nfrom a tool\n", (await workspace.ReadAsync("decisions.md", null, Ending))!.Text);
        Write("decisions.md", "rewritten\n");
        await mirror.SyncAsync(Ending);
        Assert.Equal(("first\nsecond\nfrom a tool\n", "rewritten\n"), (Read("decisions.md"), Read("decisions.md.conflict-1")));
    }

    [Fact]
    public async Task A_mirror_that_starts_again_knows_what_the_files_are_of()
    {
        var workspace = new InMemoryWorkspace([new DocumentDefinition { Name = "d", Merge = DocumentMerge.ThreeWay, Initial = "a\nb\nc\n" }]);
        await (await MirrorAsync(workspace)).DisposeAsync();
        await workspace.WriteAsync("d", "A\nb\nc\n", 1, null, Ending);
        Write("d", "a\nb\nC\n");
        await (await MirrorAsync(workspace)).DisposeAsync();
        Assert.Equal("A\nb\nC\n", Read("d"));

        // What was taken before the state was written is not taken twice.
        var state = File.ReadAllText(At(".mirror.json"));
        Write("d", "A\nb\nC\nd\n");
        await (await MirrorAsync(workspace)).DisposeAsync();
        File.WriteAllText(At(".mirror.json"), state);
        await workspace.WriteAsync("d", "A\nb\nC\nd\ne\n", 4, null, Ending);
        await (await MirrorAsync(workspace)).DisposeAsync();
        Assert.Equal(5, (await workspace.ReadAsync("d", null, Ending))!.Version);
        await (await MirrorAsync(workspace)).DisposeAsync();
        Assert.Equal("A\nb\nC\nd\ne\n", Read("d"));
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task What_a_mirror_left_that_died_is_cleared_and_a_text_that_is_nowhere_else_is_kept()
    {
        var workspace = new InMemoryWorkspace([new DocumentDefinition { Name = "sub/d", Initial = "one" }]);
        await (await MirrorAsync(workspace)).DisposeAsync();
        Write("sub/.x.unfinished", "half");
        Write("sub/.d.before", "a change of the last moment");
        Write(".mirror.json.unfinished", "half");
        await (await MirrorAsync(workspace)).DisposeAsync();
        Assert.Equal("a change of the last moment", Read("sub/d.conflict-1"));
        Write("sub/.d.before", "one");
        await (await MirrorAsync(workspace)).DisposeAsync();
        Assert.Equal(["sub/d", "sub/d.conflict-1"], Visible());
        Assert.Equal([".d.before", ".x.unfinished"], new[] { ".d.before", ".x.unfinished" }.Where(name => !File.Exists(At("sub/" + name))));
    }

    [Fact]
    public async Task Nothing_outside_of_the_folder_is_read_or_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        var outside = Path.Combine(_folder.FullName, "outside");
        Directory.CreateDirectory(outside);
        File.WriteAllText(Path.Combine(outside, "secret.txt"), "secret");
        Directory.CreateDirectory(Shared);
        File.CreateSymbolicLink(At("link.txt"), Path.Combine(outside, "secret.txt"));
        Directory.CreateSymbolicLink(At("out"), outside);
        var workspace = new InMemoryWorkspace();
        await workspace.WriteAsync("out/file.txt", "text", 0, null, Ending);
        await workspace.WriteAsync("fine.txt", "text", 0, null, Ending);
        await using var mirror = await MirrorAsync(workspace);
        Assert.Equal(["secret.txt"], Directory.EnumerateFiles(outside).Select(Path.GetFileName));
        Assert.Equal(["out/file.txt", "fine.txt"], (await workspace.ListAsync(Ending)).Select(document => document.Name));
        Assert.Equal("text", Read("fine.txt"));
        Assert.Contains("'out/file.txt' could not be mirrored", Assert.Single(_problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_document_is_left_alone_and_said()
    {
        var workspace = new InMemoryWorkspace([new DocumentDefinition { Name = "d", Initial = "one" }]);
        Directory.CreateDirectory(Shared);
        File.WriteAllBytes(At("binary.bin"), [0xFF, 0xFE, 0x00]);
        Write("large.txt", new string('x', 2000));
        Write("CON", "device");
        Write(".hidden", "hidden");
        await using var mirror = await MirrorAsync(workspace, options => options with { MaxFileBytes = 1000 });
        Assert.Equal(["d"], (await workspace.ListAsync(Ending)).Select(document => document.Name));
        Assert.Equal(3, _problems.Count);
        Assert.Equal(2000, Read("large.txt").Length);

        // A file that was changed into no text is not overwritten either.
        File.WriteAllBytes(At("d"), [0xFF, 0xFE]);
        await workspace.WriteAsync("d", "two", 1, null, Ending);
        await mirror.SyncAsync(Ending);
        Assert.Equal([0xFF, 0xFE], File.ReadAllBytes(At("d")));
    }

    [Fact]
    public async Task A_folder_is_the_mirror_of_one_run_and_of_one_mirror_at_a_time()
    {
        await using var lab = await WorkspaceLab.StartAsync(new DocumentDefinition { Name = "d", Initial = "one" });
        await using (await MirrorAsync(lab.Outside))
        {
            await Assert.ThrowsAnyAsync<IOException>(() => MirrorAsync(lab.Outside));
        }

        var exception = await Assert.ThrowsAsync<WorkspaceException>(() => MirrorAsync(new InMemoryWorkspace()));
        Assert.Contains("is the mirror of run", exception.Message, StringComparison.Ordinal);
        Assert.Equal("one", Read("d"));
    }

    [Fact]
    public async Task Changes_on_both_sides_are_seen_without_asking_and_the_mirror_ends_with_the_run()
    {
        await using var lab = await WorkspaceLab.StartAsync(new DocumentDefinition { Name = "d", Initial = "one" });
        await using var mirror = await MirrorAsync(lab.Outside, options => options with { IsContinuous = true, TimeProvider = TimeProvider.System, SettleTime = TimeSpan.FromMilliseconds(20), ScanInterval = TimeSpan.FromMinutes(5) });
        Write("d", "two");
        await lab.Engine.SeenAsync(lab.Run.Id, "workspace.written", times: 2);
        await lab.AsAsync("a", async (workspace, token) => Assert.True((await workspace.WriteAsync("d", "three", 2, null, token)).IsAccepted));
        await Bounded.Eventually(() => Read("d") == "three");
        foreach (var task in new[] { "a", "b", "c" })
        {
            lab.End(task);
        }

        await mirror.Completion.Soon();
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task A_file_that_is_being_written_is_not_taken_before_it_has_settled()
    {
        var workspace = new InMemoryWorkspace([new DocumentDefinition { Name = "d", Initial = "one" }]);
        await using var mirror = await MirrorAsync(workspace, options => options with { IsContinuous = true, SettleTime = TimeSpan.FromSeconds(1), ScanInterval = TimeSpan.FromSeconds(1) });
        Write("d", "half");
        await LooksAsync();
        Write("d", "half and the other half");
        await LooksAsync();
        Assert.Equal("one", (await workspace.ReadAsync("d", null, Ending))!.Text);
        var seen = Task.Run(async () => await workspace.WatchAsync(0, Ending).FirstAsync(fact => fact.Event is WorkspaceWritten { Version: 2 }, Ending), Ending);
        while (!seen.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }

        Assert.Equal("half and the other half", Assert.IsType<WorkspaceWritten>((await seen).Event).Text);

        // Less than the file must have been the same for.
        async Task LooksAsync()
        {
            await Bounded.Eventually(() => _time.Pending > 0);
            _time.Advance(TimeSpan.FromMilliseconds(400));
            await Bounded.Eventually(() => _time.Pending > 0);
        }
    }

    private Task<WorkspaceMirror> MirrorAsync(IWorkspace workspace, Func<WorkspaceMirrorOptions, WorkspaceMirrorOptions>? change = null)
    {
        var options = new WorkspaceMirrorOptions { TimeProvider = _time, OnProblem = _problems.Add, IsContinuous = false };
        return WorkspaceMirror.StartAsync(workspace, Shared, change is null ? options : change(options), Ending);
    }

    private string At(string name) => Path.Combine(Shared, name);

    private string Read(string name) => File.ReadAllText(At(name));

    private IEnumerable<string> Visible() => Directory.EnumerateFiles(Shared, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Shared, file).Replace('\\', '/'))
        .Where(name => !Path.GetFileName(name).StartsWith('.'))
        .Order(StringComparer.Ordinal);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
    }
}
