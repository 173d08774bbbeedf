using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Drawing;

/// <summary>
/// Draws a plan, or a run of it, as text for Graphviz (DOT) or Mermaid: phases as clusters, tasks in them, what each waits for, the longest path by the
/// estimates marked. In the drawing of a run the tasks have the colours of their states, and what was skipped is grey.
/// </summary>
/// <remarks>The same plan always gives the same text. Ids and names may hold any characters: they are escaped for the tool, and never become markup.</remarks>
public static class PlanDrawing
{
    /// <summary>Draws a plan for Graphviz: <c>dot -Tsvg</c>.</summary>
    /// <param name="plan">The plan; one in which <see cref="PlanVerifier.Verify"/> finds nothing.</param>
    /// <param name="options">What is left out of a large drawing; null for the defaults.</param>
    /// <exception cref="Graphs.CyclicGraphException">The plan was not verified and has a cycle.</exception>
    public static string ToDot(OrchestrationPlan plan, DrawingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return DotText.Of(Picture.Of(plan, null, options ?? DrawingOptions.Default));
    }

    /// <summary>Draws a run for Graphviz: <c>dot -Tsvg</c>.</summary>
    /// <param name="run">Where the run stood.</param>
    /// <param name="options">What is left out of a large drawing; null for the defaults.</param>
    public static string ToDot(RunSnapshot run, DrawingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        return DotText.Of(Picture.Of(run.Plan, run, options ?? DrawingOptions.Default));
    }

    /// <summary>Draws a plan as a Mermaid flowchart.</summary>
    /// <param name="plan">The plan; one in which <see cref="PlanVerifier.Verify"/> finds nothing.</param>
    /// <param name="options">What is left out of a large drawing; null for the defaults.</param>
    /// <exception cref="Graphs.CyclicGraphException">The plan was not verified and has a cycle.</exception>
    public static string ToMermaid(OrchestrationPlan plan, DrawingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return MermaidText.Of(Picture.Of(plan, null, options ?? DrawingOptions.Default));
    }

    /// <summary>Draws a run as a Mermaid flowchart.</summary>
    /// <param name="run">Where the run stood.</param>
    /// <param name="options">What is left out of a large drawing; null for the defaults.</param>
    public static string ToMermaid(RunSnapshot run, DrawingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        return MermaidText.Of(Picture.Of(run.Plan, run, options ?? DrawingOptions.Default));
    }
}
