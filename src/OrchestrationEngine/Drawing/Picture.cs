using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Drawing;

/// <summary>What is to be drawn, before it is known for which tool.</summary>
internal sealed record Picture(string Title, IReadOnlyList<PictureCluster> Clusters, IReadOnlyList<PictureEdge> Edges)
{
    public static Picture Of(OrchestrationPlan plan, RunSnapshot? run, DrawingOptions options) => new PictureMaker(plan, run, options).Make();
}

/// <summary>A phase.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Label">The lines of its label.</param>
/// <param name="Nodes">Its tasks, or the one box that stands for them; at least one, since tools can't lead an edge to an empty cluster.</param>
/// <param name="Paint">Its state.</param>
internal sealed record PictureCluster(int Index, IReadOnlyList<string> Label, IReadOnlyList<PictureNode> Nodes, Paint Paint);

/// <summary>A task.</summary>
/// <param name="Name">The name by which edges find it; letters and digits.</param>
/// <param name="Label">The lines of its label.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Paint">Its state.</param>
/// <param name="IsCritical">Whether it is on the longest path.</param>
internal sealed record PictureNode(string Name, IReadOnlyList<string> Label, NodeKind Kind, Paint Paint, bool IsCritical);

/// <summary>That something waits for something.</summary>
/// <param name="From">A node.</param>
/// <param name="To">A node.</param>
/// <param name="Kind">Why.</param>
/// <param name="IsCritical">Whether it is on the longest path.</param>
/// <param name="FromCluster">For edges between phases: the number of the earlier one; otherwise null.</param>
/// <param name="ToCluster">For edges between phases: the number of the later one; otherwise null.</param>
internal sealed record PictureEdge(string From, string To, EdgeKind Kind, bool IsCritical, int? FromCluster = null, int? ToCluster = null)
{
    /// <summary>Why it is there, where nobody wrote it down: smart mode derived it. Null otherwise.</summary>
    public string? Reason { get; init; }
}

/// <summary>What a node is.</summary>
internal enum NodeKind
{
    /// <summary>An agent's task.</summary>
    Agent,

    /// <summary>A wait.</summary>
    Wait,

    /// <summary>A run of another plan.</summary>
    SubPlan,

    /// <summary>The end of the run.</summary>
    End,

    /// <summary>Nothing to do: a phase without tasks, or one with more of them than are drawn.</summary>
    Placeholder,
}

/// <summary>What an edge says.</summary>
internal enum EdgeKind
{
    /// <summary>A join counts it.</summary>
    Join,

    /// <summary>It must have ended, whatever became of it.</summary>
    Order,

    /// <summary>A phase waits for a phase.</summary>
    Phase,
}

/// <summary>The state of what is drawn.</summary>
internal enum Paint
{
    /// <summary>Of a plan, or pending.</summary>
    Plain,

    /// <summary>Under way: running, waiting, retrying.</summary>
    Active,

    /// <summary>Done.</summary>
    Done,

    /// <summary>Failed or set aside.</summary>
    Failed,

    /// <summary>Skipped or canceled.</summary>
    LeftOut,
}
