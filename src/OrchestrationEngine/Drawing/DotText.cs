using System.Globalization;
using System.Text;

namespace OrchestrationEngine.Drawing;

/// <summary>A picture in the language of Graphviz (graphviz.org/doc/info/lang.html).</summary>
internal static class DotText
{
    public static string Of(Picture picture)
    {
        var text = new StringBuilder();
        text.Append("digraph plan {\n");
        text.Append(CultureInfo.InvariantCulture, $"  label=\"{Escape(picture.Title)}\"; labelloc=t; compound=true; rankdir=LR;\n");
        text.Append("  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"Helvetica\"];\n");
        foreach (var cluster in picture.Clusters)
        {
            text.Append(CultureInfo.InvariantCulture, $"  subgraph cluster_{cluster.Index} {{\n    label=\"{Lines(cluster.Label)}\"; {Border(cluster.Paint)}\n");
            foreach (var node in cluster.Nodes)
            {
                text.Append(CultureInfo.InvariantCulture, $"    {node.Name} [label=\"{Lines(node.Label)}\"{Shape(node.Kind)}{Fill(node.Paint)}{(node.IsCritical ? ", penwidth=3" : "")}];\n");
            }

            text.Append("  }\n");
        }

        foreach (var edge in picture.Edges)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {edge.From} -> {edge.To}{Attributes(edge)};\n");
        }

        return text.Append("}\n").ToString();
    }

    private static string Attributes(PictureEdge edge)
    {
        var attributes = new List<string>();
        if (edge is { FromCluster: { } from, ToCluster: { } to })
        {
            attributes.Add(string.Create(CultureInfo.InvariantCulture, $"ltail=cluster_{from}, lhead=cluster_{to}, color=gray60, penwidth=2"));
        }

        if (edge.Kind == EdgeKind.Order)
        {
            attributes.Add("style=dashed");
        }

        if (edge.Reason is { } reason)
        {
            attributes.Add($"label=\"{Escape(reason)}\", fontsize=10");
        }

        if (edge.IsCritical)
        {
            attributes.Add("penwidth=3, color=firebrick");
        }

        return attributes.Count == 0 ? "" : $" [{string.Join(", ", attributes)}]";
    }

    private static string Shape(NodeKind kind) => kind switch
    {
        NodeKind.Wait => ", shape=hexagon",
        NodeKind.SubPlan => ", shape=box3d",
        NodeKind.End => ", shape=doublecircle",
        NodeKind.Placeholder => ", shape=plaintext",
        _ => "",
    };

    private static string Fill(Paint paint) => paint switch
    {
        Paint.Active => ", fillcolor=lightblue",
        Paint.Done => ", fillcolor=palegreen",
        Paint.Failed => ", fillcolor=lightcoral",
        Paint.LeftOut => ", fillcolor=gray92, fontcolor=gray50, color=gray60, style=\"rounded,filled,dashed\"",
        _ => "",
    };

    private static string Border(Paint paint) => paint switch
    {
        Paint.LeftOut => "fontcolor=gray50; color=gray70; style=dashed;",
        Paint.Failed => "color=firebrick;",
        _ => "color=gray40;",
    };

    private static string Lines(IEnumerable<string> lines) => string.Join("\\n", lines.Select(Escape));

    private static string Escape(string text)
        => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
