using OrchestrationEngine.StateMachines;

namespace OrchestrationEngine.Tests.StateMachines;

public class TransitionTableTests
{
    private static readonly TransitionTable<Status, Verb> Table =
        TransitionTable.For<Status, Verb>("Task", initial: Status.Pending)
            .Permit(Verb.Start, Status.Running, from: [Status.Pending, Status.Retrying])
            .Permit(Verb.Succeed, Status.Succeeded, from: Status.Running)
            .Permit(Verb.RetryLater, Status.Retrying, Status.Running)
            .Permit(Verb.Skip, Status.Skipped, Status.Pending)
            .Permit(Verb.Cancel, Status.Canceled, Status.Pending, Status.Running, Status.Retrying)
            .Permit(Verb.Reopen, Status.Pending, Status.Succeeded)
            .Ignore(Verb.Cancel, "it has ended: nothing to stop", Status.Succeeded, Status.Skipped)
            .Terminal(Status.Succeeded)
            .Build();

    private enum Status
    {
        Pending,
        Running,
        Retrying,
        Succeeded,
        Skipped,
        Canceled,
    }

    private enum Verb : byte
    {
        Start,
        Succeed,
        RetryLater,
        Skip,
        Cancel,
        Reopen,
    }

    private enum Narrow : ushort
    {
        A,
        B,
    }

    private enum Wide : long
    {
        A,
        B,
    }

    private enum Signed : sbyte
    {
        A,
        B,
    }

    [Fact]
    public void A_permitted_trigger_leads_to_its_state()
    {
        Assert.Equal(Status.Running, Table.Fire("build", Status.Pending, Verb.Start));
        Assert.Equal(Status.Running, Table.Fire("build", Status.Retrying, Verb.Start));
        Assert.True(Table.TryFire(Status.Running, Verb.Succeed, out var next));
        Assert.Equal(Status.Succeeded, next);
    }

    [Fact]
    public void Every_cell_that_has_no_row_is_refused()
    {
        foreach (var (state, trigger) in from s in Enum.GetValues<Status>() from t in Enum.GetValues<Verb>() select (s, t))
        {
            var rows = Table.Transitions.Where(row => row.From == state && row.Trigger == trigger).ToArray();
            Assert.Equal(rows.Length == 1, Table.CanFire(state, trigger));
            Assert.Equal(rows.Length == 1, Table.TryFire(state, trigger, out var next));
            Assert.Equal(rows.Length == 1 ? rows[0].To : state, next);
            Assert.Equal(rows.Length == 1, Table.PermittedTriggers(state).Contains(trigger));
            Assert.Equal(rows.Length == 1 && rows[0].IgnoredBecause is not null, Table.IsIgnored(state, trigger));
        }
    }

    [Fact]
    public void A_refused_trigger_names_the_subject_the_state_and_what_would_be_permitted()
    {
        var table = TransitionTable.For<Status, Verb>("Task", Status.Pending)
            .Permit(Verb.Start, Status.Running, Status.Pending)
            .Permit(Verb.Skip, Status.Skipped, Status.Pending)
            .Permit(Verb.Cancel, Status.Canceled, Status.Pending)
            .Permit(Verb.Succeed, Status.Succeeded, Status.Running)
            .Permit(Verb.RetryLater, Status.Retrying, Status.Running)
            .Build();

        var e = Assert.Throws<IllegalTransitionException>(() => table.Fire("build", Status.Pending, Verb.Succeed));

        Assert.Equal("Task 'build' is Pending; it cannot take 'Succeed'. From Pending it can take: Start, Skip, Cancel.", e.Message);
        Assert.Equal(("Task", "build", "Pending", "Succeed"), (e.Table, e.Subject, e.State, e.Trigger));
        Assert.Equal(["Start", "Skip", "Cancel"], e.PermittedTriggers);
        Assert.IsAssignableFrom<OrchestrationException>(e);
    }

    [Fact]
    public void A_refusal_in_a_state_without_triggers_says_that_there_are_none()
    {
        var e = Assert.Throws<IllegalTransitionException>(() => Table.Fire("build", Status.Canceled, Verb.Start));

        Assert.Equal("Task 'build' is Canceled; it cannot take 'Start'. From Canceled it can take nothing.", e.Message);
    }

    [Fact]
    public void An_ignored_trigger_leaves_the_state_as_it_is()
    {
        Assert.Equal(Status.Skipped, Table.Fire("build", Status.Skipped, Verb.Cancel));
        Assert.True(Table.IsIgnored(Status.Skipped, Verb.Cancel));
    }

    [Fact]
    public void Ends_are_declared_or_have_no_way_out()
    {
        var ends = Enum.GetValues<Status>().Where(Table.IsTerminal);

        Assert.Equal([Status.Succeeded, Status.Skipped, Status.Canceled], ends);
    }

    [Fact]
    public void A_value_outside_of_its_enum_is_the_callers_mistake()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Table.Fire("build", (Status)99, Verb.Start));
        Assert.Throws<ArgumentOutOfRangeException>(() => Table.TryFire((Status)(-1), Verb.Start, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => Table.CanFire(Status.Pending, (Verb)200));
        Assert.Throws<ArgumentOutOfRangeException>(() => Table.PermittedTriggers((Status)6));
        Assert.Throws<ArgumentOutOfRangeException>(() => Table.IsTerminal((Status)6));
    }

    [Fact]
    public void Enums_of_every_size_can_be_used()
    {
        Assert.Equal(Narrow.B, TwoStates<Narrow, Wide>(Narrow.A, Narrow.B, Wide.A, Wide.B));
        Assert.Equal(Wide.B, TwoStates<Wide, Signed>(Wide.A, Wide.B, Signed.A, Signed.B));
        Assert.Equal(Signed.B, TwoStates<Signed, Narrow>(Signed.A, Signed.B, Narrow.A, Narrow.B));

        static TState TwoStates<TState, TTrigger>(TState a, TState b, TTrigger go, TTrigger stay)
            where TState : struct, Enum
            where TTrigger : struct, Enum =>
            TransitionTable.For<TState, TTrigger>("Thing", a).Permit(go, b, a).Ignore(stay, "it stays", b).Build().Fire("x", a, go);
    }

    [Fact]
    public void Firing_allocates_nothing()
    {
        var fired = FireManyTimes(10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        fired += FireManyTimes(10_000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.Equal(3 * 10_010, fired);

        static int FireManyTimes(int times)
        {
            var count = 0;
            for (var i = 0; i < times; i++)
            {
                count += Table.Fire("build", Status.Pending, Verb.Start) == Status.Running ? 1 : 0;
                count += Table.TryFire(Status.Running, Verb.Succeed, out _) ? 1 : 0;
                count += Table.CanFire(Status.Running, Verb.Reopen) || Table.PermittedTriggers(Status.Running).Count != 3 ? 0 : 1;
            }

            return count;
        }
    }

    [Fact]
    public void The_drawing_for_Mermaid_follows_the_rows()
    {
        const string expected = """
            stateDiagram-v2
                [*] --> Pending
                Pending --> Running : Start
                Retrying --> Running : Start
                Running --> Succeeded : Succeed
                Running --> Retrying : RetryLater
                Pending --> Skipped : Skip
                Pending --> Canceled : Cancel
                Running --> Canceled : Cancel
                Retrying --> Canceled : Cancel
                Succeeded --> Pending : Reopen
                Succeeded --> Succeeded : Cancel (ignored, it has ended, nothing to stop)
                Skipped --> Skipped : Cancel (ignored, it has ended, nothing to stop)
                Succeeded --> [*]
                Skipped --> [*]
                Canceled --> [*]

            """;

        Assert.Equal(expected, Table.ToMermaid());
    }

    [Fact]
    public void The_drawing_for_Graphviz_marks_ends_and_ignored_triggers()
    {
        var dot = Table.ToDot();

        Assert.StartsWith("digraph \"Task\" {\n", dot, StringComparison.Ordinal);
        Assert.Contains("    \"Canceled\" [peripheries=2];\n", dot, StringComparison.Ordinal);
        Assert.Contains("    \"Pending\" -> \"Running\" [label=\"Start\"];\n", dot, StringComparison.Ordinal);
        Assert.Contains("\"Skipped\" -> \"Skipped\" [label=\"Cancel (ignored, it has ended: nothing to stop)\", style=dashed];\n", dot, StringComparison.Ordinal);
        Assert.EndsWith("}\n", dot, StringComparison.Ordinal);
    }
}
