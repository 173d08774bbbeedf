using OrchestrationEngine.Plans;
using OrchestrationEngine.Workspaces;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Workspaces;

/// <summary>Tools write into the files while the mirror replaces them, and mirrors end and start again.</summary>
public sealed class MirrorLossTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mirror-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_is_written_into_a_file_that_was_replaced_meanwhile_is_kept_beside()
    {
        var workspace = new InMemoryWorkspace([new DocumentDefinition { Name = "d", Initial = "one\n" }]);
        var problems = new List<string>();
        await using var mirror = await WorkspaceMirror.StartAsync(workspace, _folder.FullName, new WorkspaceMirrorOptions { IsContinuous = false, OnProblem = problems.Add }, Ending);
        await using (var open = new FileStream(Path.Combine(_folder.FullName, "d"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            await workspace.WriteAsync("d", "two\n", 1, null, Ending);
            await mirror.SyncAsync(Ending);
            open.Write("late\n"u8);
        }

        await mirror.SyncAsync(Ending);
        Assert.Equal(("two\n", "one\nlate\n"), (File.ReadAllText(Path.Combine(_folder.FullName, "d")), File.ReadAllText(Path.Combine(_folder.FullName, "d.conflict-1"))));
        Assert.Contains("kept beside", Assert.Single(problems), StringComparison.Ordinal);
        await mirror.SyncAsync(Ending);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, ".d.before")));
    }

    [Fact]
    public async Task Whatever_happens_on_both_sides_no_text_is_lost()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var workspace = new InMemoryWorkspace(
            [
                new DocumentDefinition { Name = "merged", Merge = DocumentMerge.ThreeWay, Initial = "a\nb\nc\nd\ne\n" },
                new DocumentDefinition { Name = "last", Merge = DocumentMerge.LastWriter, Initial = "a\n" },
                new DocumentDefinition { Name = "refused", Initial = "a\n" },
            ]);
            var folder = Path.Combine(_folder.FullName, $"{seed}");
            var options = new WorkspaceMirrorOptions { IsContinuous = seed % 2 == 0, SettleTime = TimeSpan.FromMilliseconds(1), ScanInterval = TimeSpan.FromMilliseconds(5) };
            var mirror = await WorkspaceMirror.StartAsync(workspace, folder, options, Ending);
            var marks = new List<string>();
            for (var i = 0; i < 30; i++)
            {
                var name = new[] { "merged", "last", "refused" }[random.Next(3)];
                var mark = $"mark {seed} {i}\n";
                switch (random.Next(4))
                {
                    case 0:
                        File.AppendAllText(Path.Combine(folder, name), mark);
                        marks.Add(mark);
                        break;
                    case 1:
                        await workspace.UpdateAsync(name, text => mark + text, null, Ending);
                        marks.Add(mark);
                        break;
                    case 2:
                        await mirror.SyncAsync(Ending);
                        break;
                    default:
                        await mirror.DisposeAsync();
                        mirror = await WorkspaceMirror.StartAsync(workspace, folder, options, Ending);
                        break;
                }
            }

            await mirror.SyncAsync(Ending);
            await mirror.SyncAsync(Ending);
            await mirror.DisposeAsync();
            var texts = new List<string>(Directory.EnumerateFiles(folder, "*.conflict-*").Select(File.ReadAllText));
            foreach (var document in await workspace.ListAsync(Ending))
            {
                Assert.Equal((await workspace.ReadAsync(document.Name, null, Ending))!.Text, File.ReadAllText(Path.Combine(folder, document.Name)));
                for (var version = 1; version <= document.Version; version++)
                {
                    texts.Add((await workspace.ReadAsync(document.Name, version, Ending))!.Text);
                }
            }

            Assert.All(marks, mark => Assert.Contains(texts, text => text.Contains(mark, StringComparison.Ordinal)));
        }
    }
}
