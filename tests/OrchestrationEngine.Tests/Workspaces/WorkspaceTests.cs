using Microsoft.Extensions.DependencyInjection;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Tests.Execution;
using OrchestrationEngine.Workspaces;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Workspaces;

/// <summary>Documents of a run, written by its attempts and by people.</summary>
public sealed class WorkspaceTests
{
    [Fact]
    public async Task An_agent_reads_and_writes_and_the_history_says_who_when_and_why()
    {
        await using var engine = new TestEngine();
        engine.Agent.On("a").Does(async (_, context, token) =>
        {
            var workspace = context.Workspace;
            Assert.Null(await workspace.ReadAsync("spec.md", null, token));
            Assert.Equal(new WriteResult { Outcome = WriteOutcome.Written, Version = 1 }, await workspace.WriteAsync("spec.md", "first\n", 0, new WriteOptions { Reason = "to begin" }, token));
            Assert.Equal(2, (await workspace.WriteAsync("spec.md", "second\n", 1, null, token)).Version);
            Assert.Equal(3, (await workspace.AppendAsync("spec.md", "third\n", null, token)).Version);
            Assert.Equal(new DocumentText("spec.md", 3, "second\nthird\n"), await workspace.ReadAsync("spec.md", null, token));
            return AgentResult.Succeeded();
        });
        var run = await engine.StartAsync(Single());
        await EndOf(run);

        var outside = engine.Orchestrator.OpenWorkspace(run.Id, "ann");
        Assert.Equal("first\n", (await outside.ReadAsync("spec.md", 1, Ending))!.Text);
        Assert.Equal("second\n", (await outside.ReadAsync("spec.md", 2, Ending))!.Text);
        Assert.Null(await outside.ReadAsync("spec.md", 4, Ending));
        var history = await outside.ReadHistoryAsync("spec.md", 0, Ending).ToListAsync(Ending);
        Assert.Equal([1, 2, 3], history.Select(version => version.Version));
        Assert.Equal([DocumentChange.Write, DocumentChange.Write, DocumentChange.Append], history.Select(version => version.How));
        Assert.All(history, version => Assert.Equal("task a, attempt 1 (x)", version.Author.ToString()));
        Assert.Equal(("to begin", ContentDigest.Of("first\n"u8), engine.Time.GetUtcNow()), (history[0].Reason, history[0].Digest, history[0].At));
        Assert.Equal([3], (await outside.ReadHistoryAsync("spec.md", 2, Ending).ToListAsync(Ending)).Select(version => version.Version));
        Assert.Equal("--- spec.md@1\n+++ spec.md@3\n@@ -1,1 +1,2 @@\n-first\n+second\n+third\n", await outside.CompareAsync("spec.md", 1, null, Ending));

        var snapshot = (await engine.Orchestrator.GetAsync(run.Id, Ending))!;
        Assert.Equal([new DocumentSummary { Name = "spec.md", Version = 3, Size = 13, Writer = "a" }], snapshot.Documents);
        Assert.Equal(WriteRefusal.RunEnded, (await outside.WriteAsync("spec.md", "late", 3, null, Ending)).Refusal);
    }

    [Fact]
    public async Task A_write_against_an_old_version_gets_the_current_text_and_changes_nothing()
    {
        await using var lab = await WorkspaceLab.StartAsync();
        await lab.Outside.WriteAsync("spec.md", "one", 0, null, Ending);
        await lab.Outside.WriteAsync("spec.md", "two", 1, null, Ending);
        var conflict = await lab.Outside.WriteAsync("spec.md", "mine", 1, null, Ending);
        Assert.Equal((WriteOutcome.Conflict, 2, "two"), (conflict.Outcome, conflict.Version, conflict.Text));
        Assert.Equal(WriteOutcome.Conflict, (await lab.Outside.WriteAsync("spec.md", "mine", 0, null, Ending)).Outcome);
        Assert.Equal(WriteOutcome.Conflict, (await lab.Outside.WriteAsync("spec.md", "mine", 7, null, Ending)).Outcome);
        var missing = await lab.Outside.WriteAsync("new.md", "mine", 1, null, Ending);
        Assert.Equal((WriteOutcome.Conflict, 0, null), (missing.Outcome, missing.Version, missing.Text));
        Assert.Equal("two", (await lab.Outside.ReadAsync("spec.md", null, Ending))!.Text);
        var updated = await lab.Outside.UpdateAsync("spec.md", text => text + "!", "louder", Ending);
        Assert.Equal((WriteOutcome.Written, 3), (updated.Outcome, updated.Version));
    }

    [Fact]
    public async Task The_last_writer_wins_where_the_plan_says_so_and_the_history_has_what_it_replaced()
    {
        await using var lab = await WorkspaceLab.StartAsync(new DocumentDefinition { Name = "d", Merge = DocumentMerge.LastWriter });
        await lab.Outside.WriteAsync("d", "one", 0, null, Ending);
        await lab.Outside.WriteAsync("d", "two", 1, null, Ending);
        Assert.Equal((WriteOutcome.Written, 3), await lab.Outside.WriteAsync("d", "three", 1, null, Ending) is var last ? (last.Outcome, last.Version) : default);
        var history = await lab.Outside.ReadHistoryAsync("d", 2, Ending).ToListAsync(Ending);
        Assert.Equal((DocumentChange.Overwrite, 1L), (history[0].How, history[0].Seen));
        Assert.Equal("two", (await lab.Outside.ReadAsync("d", 2, Ending))!.Text);
    }

    [Fact]
    public async Task Changes_in_different_places_are_merged_where_the_plan_says_so()
    {
        await using var lab = await WorkspaceLab.StartAsync(
            new DocumentDefinition { Name = "d.md", Merge = DocumentMerge.ThreeWay, Initial = "a\nb\nc\n" },
            new DocumentDefinition { Name = "d.json", Merge = DocumentMerge.ThreeWay });
        await lab.Outside.WriteAsync("d.md", "A\nb\nc\n", 1, null, Ending);
        var merged = await lab.Outside.WriteAsync("d.md", "a\nb\nC\n", 1, null, Ending);
        Assert.Equal((WriteOutcome.Merged, 3, "A\nb\nC\n"), (merged.Outcome, merged.Version, merged.Text));
        var same = await lab.Outside.WriteAsync("d.md", "A\nb\nc\n", 1, null, Ending);
        Assert.Equal((WriteOutcome.Merged, 3), (same.Outcome, same.Version));
        var conflict = await lab.Outside.WriteAsync("d.md", "mine\nb\nc\n", 1, null, Ending);
        Assert.Equal((WriteOutcome.Conflict, 3, "A\nb\nC\n"), (conflict.Outcome, conflict.Version, conflict.Text));
        var history = await lab.Outside.ReadHistoryAsync("d.md", 0, Ending).ToListAsync(Ending);
        Assert.Equal([(DocumentChange.Initial, null), (DocumentChange.Write, null), (DocumentChange.Merge, 1L)], history.Select(version => (version.How, version.Seen)));

        await lab.Outside.WriteAsync("d.json", """{"a":1}""", 0, null, Ending);
        await lab.Outside.WriteAsync("d.json", """{"a":1,"b":2}""", 1, null, Ending);
        Assert.Equal("""{"a":3,"b":2}""", (await lab.Outside.WriteAsync("d.json", """{"a":3}""", 1, null, Ending)).Text);
    }

    [Theory]
    [InlineData(ConflictChoice.Current, "two", 2)]
    [InlineData(ConflictChoice.SetAside, "mine", 3)]
    [InlineData(ConflictChoice.Text, "both", 3)]
    public async Task A_conflict_that_is_set_aside_waits_for_a_person(ConflictChoice choice, string text, long version)
    {
        await using var lab = await WorkspaceLab.StartAsync(new DocumentDefinition { Name = "d", Merge = DocumentMerge.Escalate, EscalateTo = "the lead" });
        await lab.Outside.WriteAsync("d", "one", 0, null, Ending);
        await lab.Outside.WriteAsync("d", "two", 1, null, Ending);
        var aside = await lab.Outside.WriteAsync("d", "mine", 1, new WriteOptions { Reason = "better" }, Ending);
        Assert.Equal((WriteOutcome.SetAside, "conflict-1", 2), (aside.Outcome, aside.Conflict, aside.Version));

        Assert.Equal(new DocumentConflict("conflict-1", "d", 1, "ann", "the lead", lab.Engine.Time.GetUtcNow()), Assert.Single(await lab.Outside.ListConflictsAsync(Ending)));
        Assert.Equal("conflict-1", Assert.Single((await lab.Engine.Orchestrator.GetAsync(lab.Run.Id, Ending))!.Conflicts).Id);
        Assert.Contains(await lab.Engine.Orchestrator.ExplainAsync(lab.Run.Id, Ending), reason => reason.Reason.Contains("'conflict-1'", StringComparison.Ordinal) && reason.Reason.Contains("waits for the lead", StringComparison.Ordinal));
        Assert.Equal("mine", await lab.Outside.ReadConflictAsync("conflict-1", Ending));
        Assert.Equal("two", (await lab.Outside.ReadAsync("d", null, Ending))!.Text);

        var resolution = choice switch
        {
            ConflictChoice.Current => ConflictResolution.TakeCurrent,
            ConflictChoice.SetAside => ConflictResolution.TakeSetAside,
            _ => ConflictResolution.Take("both"),
        };
        Assert.Equal((WriteOutcome.Conflict, 2), await lab.Outside.ResolveConflictAsync("conflict-1", ConflictResolution.TakeSetAside with { BaseVersion = 1 }, "why", Ending) is var old ? (old.Outcome, old.Version) : default);
        var resolved = await lab.Outside.ResolveConflictAsync("conflict-1", resolution, "because", Ending);
        Assert.Equal((WriteOutcome.Written, version), (resolved.Outcome, resolved.Version));
        Assert.Equal(text, (await lab.Outside.ReadAsync("d", null, Ending))!.Text);
        Assert.Empty(await lab.Outside.ListConflictsAsync(Ending));
        Assert.Equal(WriteRefusal.NoConflict, (await lab.Outside.ResolveConflictAsync("conflict-1", resolution, "because", Ending)).Refusal);
    }

    [Fact]
    public async Task A_log_is_only_added_to_and_an_addition_with_an_id_counts_once()
    {
        await using var lab = await WorkspaceLab.StartAsync(new DocumentDefinition { Name = "log", AppendOnly = true });
        Assert.Equal(1, (await lab.Outside.AppendAsync("log", "a\n", new WriteOptions { Id = "1" }, Ending)).Version);
        Assert.Equal(2, (await lab.Outside.AppendAsync("log", "b\n", null, Ending)).Version);
        Assert.Equal(new WriteResult { Outcome = WriteOutcome.Written, Version = 1 }, await lab.Outside.AppendAsync("log", "a\n", new WriteOptions { Id = "1" }, Ending));
        Assert.Equal(WriteRefusal.AppendOnly, (await lab.Outside.WriteAsync("log", "c\n", 2, null, Ending)).Refusal);
        Assert.Equal(WriteRefusal.AppendOnly, (await lab.Outside.WriteAsync("decisions.md", "c\n", 0, null, Ending)).Refusal);
        Assert.Equal("a\nb\n", (await lab.Outside.ReadAsync("log", null, Ending))!.Text);
        await Assert.ThrowsAsync<ArgumentException>(() => lab.Outside.AppendAsync("log", "a\n", new WriteOptions { Id = "~1" }, Ending));
    }

    [Fact]
    public async Task Notes_and_decisions_land_with_their_source()
    {
        await using var lab = await WorkspaceLab.StartAsync();
        await lab.AsAsync("a", async (workspace, token) =>
        {
            Assert.True((await workspace.DecideAsync("Use SQLite.\nNow.", "it is there", "once", token)).IsAccepted);
            Assert.True((await workspace.NoteAsync("Looked at it.", null, token)).IsAccepted);
            Assert.True((await workspace.LogCostAsync("0.12 USD", "review", null, token)).IsAccepted);
        });
        await lab.AsAsync("b", async (workspace, token) => Assert.True((await workspace.DecideAsync("Use it.", "so it is", null, token)).IsAccepted));
        var now = lab.Engine.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(
            $"- {now} task a, attempt 1 (x): Use SQLite. Now. (because it is there)\n- {now} task b, attempt 1 (x): Use it. (because so it is)\n",
            (await lab.Outside.ReadAsync("decisions.md", null, Ending))!.Text);
        Assert.Equal("it is there", (await lab.Outside.ReadHistoryAsync("decisions.md", 0, Ending).FirstAsync(Ending)).Reason);
        Assert.Equal(["decisions.md", "notes.md", "cost-log.md"], (await lab.Outside.ListAsync(Ending)).Select(document => document.Name));
    }

    [Fact]
    public async Task A_large_text_is_kept_beside_the_journal_and_reads_back_as_it_was()
    {
        var artifacts = new InMemoryArtifactStore();
        await using var lab = await WorkspaceLab.StartAsync(artifacts, new DocumentDefinition { Name = "log", AppendOnly = true });
        var large = string.Concat(Enumerable.Repeat("“naïve” 漢字 🎉\n", 4_000));
        await lab.Outside.WriteAsync("large.md", large, 0, null, Ending);
        await lab.Outside.AppendAsync("large.md", "small\n", null, Ending);
        Assert.Equal(large, (await lab.Outside.ReadAsync("large.md", 1, Ending))!.Text);
        Assert.Equal(large + "small\n", (await lab.Outside.ReadAsync("large.md", null, Ending))!.Text);
        var written = (await lab.Engine.FactsOf(lab.Run.Id)).Select(fact => fact.Event).OfType<WorkspaceWritten>().First();
        Assert.Null(written.Text);
        Assert.Equal(written.Content, Assert.Single(await artifacts.ListLinksAsync(null, 10, Ending), link => link.Run == lab.Run.Id).Digest);

        // Each addition costs the journal what is added, and the log is put together from them.
        for (var i = 0; i < 100; i++)
        {
            await lab.Outside.AppendAsync("log", new string('x', 500) + "\n", null, Ending);
        }

        Assert.Equal(string.Concat(Enumerable.Repeat(new string('x', 500) + "\n", 100)), (await lab.Outside.ReadAsync("log", null, Ending))!.Text);
        Assert.Equal(string.Concat(Enumerable.Repeat(new string('x', 500) + "\n", 40)), (await lab.Outside.ReadAsync("log", 40, Ending))!.Text);
    }

    [Fact]
    public async Task What_can_not_be_a_document_is_refused_with_the_reason()
    {
        await using var lab = await WorkspaceLab.StartAsync();
        foreach (var name in new[] { "../x", "/x", "a\\b", "NUL", "a/../b", "", "x:y", "a//b", "dot." })
        {
            Assert.Equal(WriteRefusal.BadName, (await lab.Outside.WriteAsync(name, "x", 0, null, Ending)).Refusal);
            Assert.Equal(WriteRefusal.BadName, (await lab.Outside.AppendAsync(name, "x", null, Ending)).Refusal);
        }

        await lab.Outside.WriteAsync("Docs/Spec.md", "x", 0, null, Ending);
        Assert.Equal(WriteRefusal.BadName, (await lab.Outside.WriteAsync("docs/spec.md", "x", 0, null, Ending)).Refusal);
        Assert.Equal(WriteRefusal.BadName, (await lab.Outside.WriteAsync("docs", "x", 0, null, Ending)).Refusal);
        Assert.Equal(WriteRefusal.BadName, (await lab.Outside.WriteAsync("Docs/Spec.md/more", "x", 0, null, Ending)).Refusal);
        Assert.Equal(WriteRefusal.TooLarge, (await lab.Outside.WriteAsync("big", new string('x', 5_000_000), 0, null, Ending)).Refusal);
        Assert.Equal(WriteRefusal.NotText, (await lab.Outside.WriteAsync("half", "\ud83c", 0, null, Ending)).Refusal);
        await lab.Outside.AppendAsync("log", new string('x', 4_000_000), null, Ending);
        Assert.Equal(WriteRefusal.TooLarge, (await lab.Outside.AppendAsync("log", new string('x', 1_000_000), null, Ending)).Refusal);
        Assert.Equal(["Docs/Spec.md", "log"], (await lab.Outside.ListAsync(Ending)).Select(document => document.Name));
    }

    [Fact]
    public async Task Watching_gives_history_and_then_what_comes_once_each()
    {
        await using var lab = await WorkspaceLab.StartAsync();
        await lab.Outside.WriteAsync("a", "1", 0, null, Ending);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Ending);
        var seen = new List<RecordedEvent>();
        var watching = Task.Run(
            async () =>
            {
                await foreach (var fact in lab.Outside.WatchAsync(0, enough.Token))
                {
                    seen.Add(fact);
                    if (seen.Count == 101)
                    {
                        return;
                    }
                }
            },
            Ending);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => lab.Outside.AppendAsync("log", $"{i}\n", null, Ending))).Soon();
        await watching.Soon();
        Assert.Equal(101, seen.Select(fact => fact.Sequence).Distinct().Count());
        Assert.Equal(seen.Select(fact => fact.Sequence).Order(), seen.Select(fact => fact.Sequence));
        var rest = await lab.Outside.WatchAsync(seen[50].Sequence, Ending).Take(50).ToListAsync(Ending).AsTask().Soon();
        Assert.Equal(seen.Skip(51), rest);
    }
}
