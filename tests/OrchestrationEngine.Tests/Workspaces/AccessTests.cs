using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.Workspaces;
using static OrchestrationEngine.Tests.Execution.TestEngine;

namespace OrchestrationEngine.Tests.Workspaces;

/// <summary>Who may read and write what.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task A_document_without_writers_belongs_to_the_first_task_that_writes_it()
    {
        await using var lab = await WorkspaceLab.StartAsync();
        await lab.AsAsync("a", async (workspace, token) => Assert.True((await workspace.WriteAsync("spec.md", "a", 0, null, token)).IsAccepted));
        await lab.AsAsync("b", async (workspace, token) =>
        {
            var refused = await workspace.WriteAsync("spec.md", "b", 1, null, token);
            Assert.Equal(WriteRefusal.NotAWriter, refused.Refusal);
            Assert.Contains("task 'a' is the only one", refused.Message, StringComparison.Ordinal);
            Assert.Equal(WriteRefusal.NotAWriter, (await workspace.AppendAsync("spec.md", "b", null, token)).Refusal);
            Assert.Equal("a", (await workspace.ReadAsync("spec.md", null, token))!.Text);
        });
        Assert.True((await lab.Outside.WriteAsync("spec.md", "ann", 1, null, Ending)).IsAccepted);
        await lab.AsAsync("a", async (workspace, token) => Assert.True((await workspace.WriteAsync("spec.md", "a again", 2, null, token)).IsAccepted));
    }

    [Fact]
    public async Task Writers_and_readers_are_those_that_the_plan_names()
    {
        await using var lab = await WorkspaceLab.StartAsync(
            new DocumentDefinition { Name = "by-task", Writers = ["a"], Readers = ["b"] },
            new DocumentDefinition { Name = "by-agent", Writers = ["agent:x"], Readers = ["b"] },
            new DocumentDefinition { Name = "by-all", Writers = ["*"] });
        await lab.AsAsync("a", async (workspace, token) =>
        {
            Assert.True((await workspace.WriteAsync("by-task", "a", 0, null, token)).IsAccepted);
            Assert.True((await workspace.WriteAsync("by-agent", "a", 0, null, token)).IsAccepted);
            Assert.True((await workspace.WriteAsync("by-all", "a", 0, null, token)).IsAccepted);
            Assert.Equal("a", (await workspace.ReadAsync("by-task", null, token))!.Text);
        });
        await lab.AsAsync("b", async (workspace, token) =>
        {
            Assert.Equal("a", (await workspace.ReadAsync("by-task", null, token))!.Text);
            Assert.Equal(WriteRefusal.NotAWriter, (await workspace.WriteAsync("by-task", "b", 1, null, token)).Refusal);
            Assert.True((await workspace.WriteAsync("by-agent", "b", 1, null, token)).IsAccepted);
            Assert.True((await workspace.WriteAsync("by-all", "b", 1, null, token)).IsAccepted);
        });
        await lab.AsAsync("c", async (workspace, token) =>
        {
            var exception = await Assert.ThrowsAsync<WorkspaceException>(() => workspace.ReadAsync("by-task", null, token));
            Assert.Contains("not for this task", exception.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<WorkspaceException>(async () => await workspace.ReadHistoryAsync("by-task", 0, token).FirstAsync(token));
            Assert.Equal(["by-agent", "by-all"], (await workspace.ListAsync(token)).Select(document => document.Name));
            var watched = await workspace.WatchAsync(0, token).Take(4).ToListAsync(token);
            Assert.DoesNotContain(watched, fact => fact.Event is WorkspaceWritten { Document: "by-task" });
        });
        Assert.Equal("a", (await lab.Outside.ReadAsync("by-task", null, Ending))!.Text);
    }

    [Fact]
    public async Task In_a_smart_phase_a_task_writes_what_it_declares()
    {
        await using var lab = await WorkspaceLab.StartAsync(
            null,
            plan => plan with
            {
                Phases = [plan.Phases[0] with
                {
                    Mode = PhaseMode.Smart,
                    Tasks = [.. plan.Phases[0].Tasks.Select(task => task.Id == "a" ? task with { Writes = ["spec.md"] } : task)],
                }],
            });
        await lab.AsAsync("a", async (workspace, token) =>
        {
            Assert.True((await workspace.WriteAsync("spec.md", "a", 0, null, token)).IsAccepted);
            var refused = await workspace.WriteAsync("other.md", "a", 0, null, token);
            Assert.Equal(WriteRefusal.NotDeclared, refused.Refusal);
            Assert.Contains("Add it to the task's 'writes'", refused.Message, StringComparison.Ordinal);
            Assert.True((await workspace.NoteAsync("A log has no order.", null, token)).IsAccepted);
        });
        await lab.AsAsync("b", async (workspace, token) => Assert.True((await workspace.WriteAsync("third.md", "b", 0, null, token)).IsAccepted));
    }

    [Fact]
    public async Task An_attempt_that_has_ended_writes_no_more()
    {
        await using var lab = await WorkspaceLab.StartAsync();
        var late = await lab.WorkspaceOf("a");
        await lab.EndAsync("a");
        Assert.Equal(WriteRefusal.AttemptEnded, (await late.WriteAsync("spec.md", "late", 0, null, Ending)).Refusal);
        Assert.Equal(WriteRefusal.AttemptEnded, (await late.NoteAsync("late", null, Ending)).Refusal);
        Assert.Empty(await lab.Outside.ListAsync(Ending));
    }
}
