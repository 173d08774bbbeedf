using System.Globalization;
using System.Text;

namespace OrchestrationEngine.Drawing;

/// <summary>A picture as a Mermaid flowchart (mermaid.js.org/syntax/flowchart.html).</summary>
internal static class MermaidText
{
    public static string Of(Picture picture)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"---\ntitle: \"{Title(picture.Title)}\"\n---\nflowchart LR\n");
        foreach (var cluster in picture.Clusters)
        {
            text.Append(CultureInfo.InvariantCulture, $"  subgraph c{cluster.Index}[\"{Lines(cluster.Label)}\"]\n");
            foreach (var node in cluster.Nodes)
            {
                var (open, close) = Shape(node.Kind);
                text.Append(CultureInfo.InvariantCulture, $"    {node.Name}{open}\"{Lines(node.Label)}\"{close}\n");
            }

            text.Append("  end\n");
        }

        foreach (var edge in picture.Edges)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {Edge(edge)}\n");
        }

        AppendClasses(picture, text);
        return text.ToString();
    }

    private static void AppendClasses(Picture picture, StringBuilder text)
    {
        text.Append("  classDef active fill:#add8e6\n  classDef done fill:#98fb98\n  classDef failed fill:#f08080\n");
        text.Append("  classDef leftOut fill:#ebebeb,color:#7f7f7f,stroke:#999999,stroke-dasharray:4 3\n  classDef critical stroke:#b22222,stroke-width:3px\n");
        var nodes = picture.Clusters.SelectMany(cluster => cluster.Nodes).ToList();
        var painted = nodes.Select(node => (node.Name, node.Paint)).Concat(picture.Clusters.Select(cluster => (Name: $"c{cluster.Index}", cluster.Paint))).ToLookup(item => item.Paint, item => item.Name);
        Append("active", painted[Paint.Active]);
        Append("done", painted[Paint.Done]);
        Append("failed", painted[Paint.Failed]);
        Append("leftOut", painted[Paint.LeftOut]);
        Append("critical", nodes.Where(node => node.IsCritical).Select(node => node.Name));
        var critical = picture.Edges.Index().Where(edge => edge.Item.IsCritical).Select(edge => edge.Index.ToString(CultureInfo.InvariantCulture)).ToList();
        if (critical.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"  linkStyle {string.Join(',', critical)} stroke:#b22222,stroke-width:3px\n");
        }

        void Append(string name, IEnumerable<string> members)
        {
            var all = string.Join(',', members);
            if (all.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"  class {all} {name}\n");
            }
        }
    }

    private static string Edge(PictureEdge edge) => edge switch
    {
        { FromCluster: { } from, ToCluster: { } to } => string.Create(CultureInfo.InvariantCulture, $"c{from} ==> c{to}"),
        { Reason: { } reason } => $"{edge.From} -. \"{Escape(reason)}\" .-> {edge.To}",
        { Kind: EdgeKind.Order } => $"{edge.From} -.-> {edge.To}",
        _ => $"{edge.From} --> {edge.To}",
    };

    private static (string Open, string Close) Shape(NodeKind kind) => kind switch
    {
        NodeKind.Wait => ("{{", "}}"),
        NodeKind.SubPlan => ("[[", "]]"),
        NodeKind.End => ("(((", ")))"),
        NodeKind.Placeholder => ("[", "]"),
        _ => ("(", ")"),
    };

    private static string Lines(IEnumerable<string> lines) => string.Join("<br/>", lines.Select(Escape));

    // Mermaid takes HTML in labels, and '#' begins its own escapes: whatever is not plainly text becomes a character reference.
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings(" ").EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '-' or '_' or '.' or ',' or '\'' or '/' or '(' or ')' or '=' or ':' or '!' or '+' or '*' or '?')
            {
                escaped.Append(rune);
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"#{rune.Value};");
            }
        }

        return escaped.ToString();
    }

    // The title is YAML, where a quoted text has escapes of its own.
    private static string Title(string text)
        => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
