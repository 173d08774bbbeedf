using OrchestrationEngine.Drawing;
using OrchestrationEngine.Expressions;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Tests.Drawing;

public sealed class PlanDrawingTests
{
    private static readonly OrchestrationPlan Plan = new()
    {
        Id = "review",
        Phases =
        [
            new PhaseDefinition
            {
                Id = "read",
                Mode = PhaseMode.Parallel,
                Tasks =
                [
                    new TaskDefinition { Id = "code", Agent = "reader", Estimate = TimeSpan.FromMinutes(9) },
                    new TaskDefinition { Id = "docs", Agent = "reader", Estimate = TimeSpan.FromMinutes(1) },
                    new TaskDefinition { Id = "sum", Agent = "writer", DependsOn = ["code", "docs"], Join = new JoinDefinition { Kind = JoinKind.Any } },
                ],
            },
            new PhaseDefinition
            {
                Id = "decide",
                When = ConditionExpression.Parse("inputs.ask == true"),
                Tasks =
                [
                    new TaskDefinition { Id = "wait", Wait = new WaitDefinition { Branches = [new WaitBranch { After = TimeSpan.FromHours(1) }] } },
                    new TaskDefinition { Id = "stop", End = new EndDefinition { Status = EndStatus.Failed } },
                ],
            },
        ],
    };

    [Fact]
    public void Phases_are_clusters_and_the_longest_path_is_marked()
    {
        var dot = PlanDrawing.ToDot(Plan);

        Assert.Contains("subgraph cluster_0 {\n    label=\"read\"", dot, StringComparison.Ordinal);
        Assert.Contains("label=\"decide\\nwhen inputs.ask == true\"", dot, StringComparison.Ordinal);
        Assert.Contains("t0 [label=\"code\\nreader\", penwidth=3];", dot, StringComparison.Ordinal);
        Assert.Contains("t1 [label=\"docs\\nreader\"];", dot, StringComparison.Ordinal);
        Assert.Contains("t2 [label=\"sum\\nwriter\\njoin any\", penwidth=3];", dot, StringComparison.Ordinal);
        Assert.Contains("t0 -> t2 [penwidth=3, color=firebrick];", dot, StringComparison.Ordinal);
        Assert.Contains("t1 -> t2;", dot, StringComparison.Ordinal);
        Assert.Contains("t3 -> t4 [style=dashed, penwidth=3, color=firebrick];", dot, StringComparison.Ordinal);
        Assert.Contains("t2 -> t3 [ltail=cluster_0, lhead=cluster_1, color=gray60, penwidth=2];", dot, StringComparison.Ordinal);
    }

    [Fact]
    public void Mermaid_says_the_same()
    {
        var mermaid = PlanDrawing.ToMermaid(Plan);

        Assert.StartsWith("---\ntitle: \"review 1\"\n---\nflowchart LR\n  subgraph c0[\"read\"]\n    t0(\"code<br/>reader\")\n", mermaid, StringComparison.Ordinal);
        Assert.Contains("    t3{{\"wait<br/>waits for 1h\"}}\n    t4(((\"stop<br/>ends the run: failed\")))\n", mermaid, StringComparison.Ordinal);
        Assert.Contains("  t0 --> t2\n  t1 --> t2\n  t3 -.-> t4\n  c0 ==> c1\n", mermaid, StringComparison.Ordinal);
        Assert.Contains("  class t0,t2,t3,t4 critical\n  linkStyle 0,2 stroke:#b22222", mermaid, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_run_skipped_is_grey_and_what_it_did_has_the_colour_of_its_state()
    {
        var run = new RunSnapshot
        {
            Id = new RunId("r1"),
            Plan = Plan,
            Inputs = JsonData.Parse("{}"),
            Status = RunStatus.Running,
            Version = 9,
            CreatedAt = default,
            UpdatedAt = default,
            Phases = [new RunPhase("read", RunPhaseStatus.Running, 1, null), new RunPhase("decide", RunPhaseStatus.Skipped, 1, "Its condition is false.")],
            Tasks = [Task("code", RunTaskStatus.Succeeded), Task("docs", RunTaskStatus.Failed), Task("sum", RunTaskStatus.Running), Task("wait", RunTaskStatus.Skipped), Task("stop", RunTaskStatus.Skipped)],
        };

        var (dot, mermaid) = (PlanDrawing.ToDot(run), PlanDrawing.ToMermaid(run));

        Assert.Contains("label=\"r1: review 1, running\"", dot, StringComparison.Ordinal);
        Assert.Contains("t0 [label=\"code\\nreader\\nsucceeded\", fillcolor=palegreen, penwidth=3];", dot, StringComparison.Ordinal);
        Assert.Contains("t1 [label=\"docs\\nreader\\nfailed\", fillcolor=lightcoral];", dot, StringComparison.Ordinal);
        Assert.Contains("t3 [label=\"wait\\nwaits for 1h\\nskipped\", shape=hexagon, fillcolor=gray92, fontcolor=gray50", dot, StringComparison.Ordinal);
        Assert.Contains("  class t2,c0 active\n  class t0 done\n  class t1 failed\n  class t3,t4,c1 leftOut\n", mermaid, StringComparison.Ordinal);

        static RunTask Task(string id, RunTaskStatus status) => new(id, "read", status, 1, 1, JsonData.Null, null);
    }

    [Theory]
    [InlineData("a\"];x->y;[\"", "label=\"a\\\"];x->y;[\\\"\\ng\"", "(\"a#34;#93;#59;x-#62;y#59;#91;#34;<br/>g\")")]
    [InlineData("<script>\n\\", "label=\"<script> \\\\\\ng\"", "(\"#60;script#62; #92;<br/>g\")")]
    public void A_name_never_becomes_a_part_of_the_drawing(string id, string dot, string mermaid)
    {
        var plan = new OrchestrationPlan { Id = "p", Phases = [new PhaseDefinition { Id = "a", Tasks = [new TaskDefinition { Id = id, Agent = "g" }] }] };

        Assert.Contains(dot, PlanDrawing.ToDot(plan), StringComparison.Ordinal);
        Assert.Contains(mermaid, PlanDrawing.ToMermaid(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void An_edge_that_smart_mode_derived_says_why_it_is_there()
    {
        var plan = new OrchestrationPlan
        {
            Id = "p",
            Phases =
            [
                new PhaseDefinition
                {
                    Id = "one",
                    Mode = PhaseMode.Smart,
                    Tasks = [new TaskDefinition { Id = "w", Agent = "g", Writes = ["report"] }, new TaskDefinition { Id = "r", Agent = "g", Reads = ["report"] }],
                },
            ],
        };

        Assert.Contains("t0 -> t1 [style=dashed, label=\"writes 'report' before 'r' reads it\", fontsize=10", PlanDrawing.ToDot(plan), StringComparison.Ordinal);
        Assert.Contains("t0 -. \"writes 'report' before 'r' reads it\" .-> t1", PlanDrawing.ToMermaid(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void A_phase_with_very_many_tasks_is_one_box()
    {
        var plan = new OrchestrationPlan
        {
            Id = "p",
            Phases =
            [
                new PhaseDefinition { Id = "many", Tasks = [.. Enumerable.Range(0, 201).Select(task => new TaskDefinition { Id = $"t{task}", Agent = "g" })] },
                new PhaseDefinition { Id = "none" },
                new PhaseDefinition { Id = "one", Tasks = [new TaskDefinition { Id = "last", Agent = "g", DependsOn = ["t7"] }] },
            ],
        };

        Assert.Equal(
            "  subgraph cluster_0 {\n    label=\"many\"; color=gray40;\n    p0 [label=\"201 tasks\", shape=plaintext, penwidth=3];\n  }\n"
            + "  subgraph cluster_1 {\n    label=\"none\"; color=gray40;\n    p1 [label=\"no tasks\", shape=plaintext];\n  }\n"
            + "  subgraph cluster_2 {\n    label=\"one\"; color=gray40;\n    t201 [label=\"last\\ng\", penwidth=3];\n  }\n"
            + "  p0 -> p1 [ltail=cluster_0, lhead=cluster_1, color=gray60, penwidth=2];\n  p1 -> t201 [ltail=cluster_1, lhead=cluster_2, color=gray60, penwidth=2];\n}\n",
            PlanDrawing.ToDot(plan)[PlanDrawing.ToDot(plan).IndexOf("  subgraph", StringComparison.Ordinal)..]);
    }
}
