using System.Text;

namespace OrchestrationEngine.StateMachines;

/// <summary>Writes a table as text for two drawing tools. The order of the lines is the order of the rows, so that a drawing can be compared.</summary>
internal static class TransitionTableDrawing
{
    public static string ToMermaid<TState, TTrigger>(TransitionTable<TState, TTrigger> table)
        where TState : struct, Enum
        where TTrigger : struct, Enum
    {
        var text = new StringBuilder("stateDiagram-v2\n");
        text.Append($"    [*] --> {table.Initial}\n");
        foreach (var row in table.Transitions)
        {
            text.Append($"    {row.From} --> {row.To} : {MermaidLabel(Label(row))}\n");
        }

        foreach (var state in TerminalStates(table))
        {
            text.Append($"    {state} --> [*]\n");
        }

        return text.ToString();
    }

    public static string ToDot<TState, TTrigger>(TransitionTable<TState, TTrigger> table)
        where TState : struct, Enum
        where TTrigger : struct, Enum
    {
        var text = new StringBuilder($"digraph \"{DotText(table.Name)}\" {{\n    rankdir=LR;\n    node [shape=box, style=rounded];\n");
        text.Append("    \"\" [shape=point];\n");
        foreach (var state in TerminalStates(table))
        {
            text.Append($"    \"{state}\" [peripheries=2];\n");
        }

        text.Append($"    \"\" -> \"{table.Initial}\";\n");
        foreach (var row in table.Transitions)
        {
            var style = row.IgnoredBecause is null ? "" : ", style=dashed";
            text.Append($"    \"{row.From}\" -> \"{row.To}\" [label=\"{DotText(Label(row))}\"{style}];\n");
        }

        return text.Append("}\n").ToString();
    }

    private static IEnumerable<TState> TerminalStates<TState, TTrigger>(TransitionTable<TState, TTrigger> table)
        where TState : struct, Enum
        where TTrigger : struct, Enum =>
        DenseEnum<TState>.DistinctValues().Where(table.IsTerminal);

    private static string Label<TState, TTrigger>(Transition<TState, TTrigger> row)
        where TState : struct, Enum
        where TTrigger : struct, Enum =>
        row.IgnoredBecause is null ? $"{row.Trigger}" : $"{row.Trigger} (ignored, {row.IgnoredBecause})";

    // A colon, a semicolon or a line end closes a label in Mermaid's grammar, and it has no escape for them.
    private static string MermaidLabel(string text) => text.Replace(':', ',').Replace(';', ',').ReplaceLineEndings(" ");

    private static string DotText(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
