using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>Compiles references and definitions, and looks at the values of what is read elsewhere or only said.</summary>
internal static class CoreCompiler
{
    private static readonly string[] Texts = ["$comment", "$anchor", "$dynamicAnchor", "title", "description", "contentEncoding", "contentMediaType"];
    private static readonly string[] Flags = ["deprecated", "readOnly", "writeOnly"];

    public static void Compile(NodeCompiler node)
    {
        CompileReference(node, "$ref");
        CompileReference(node, "$dynamicRef");
        CompileDefinitions(node, "$defs");
        CompileDefinitions(node, "definitions");
        if (node.HasText("$schema", out _) && node.Node.Pointer != node.Node.Resource.Pointer)
        {
            node.Warn("/$schema", "'$schema' does nothing here: it belongs to a whole document, or to a schema with an '$id'.");
        }

        if (node.HasText("$id", out var id))
        {
            CheckUri(node, "$id", id);
        }

        if (node.Has("$vocabulary", out var vocabularies)
            && (vocabularies.ValueKind != JsonValueKind.Object || vocabularies.EnumerateObject().Any(vocabulary => vocabulary.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))))
        {
            node.Problem("/$vocabulary", "'$vocabulary' must be an object of true and false by the identifiers of vocabularies.");
        }

        foreach (var name in Texts)
        {
            node.HasText(name, out _);
        }

        foreach (var name in Flags)
        {
            if (node.Has(name, out var value) && value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                node.Problem("/" + name, $"'{name}' must be true or false; found {Shown.Value(value)}.");
            }
        }

        if (node.Has("examples", out var examples) && examples.ValueKind != JsonValueKind.Array)
        {
            node.Problem("/examples", $"'examples' must be a list; found {Shown.Value(examples)}.");
        }

        node.HasSchema("contentSchema", out _);
    }

    private static void CompileReference(NodeCompiler node, string name)
    {
        if (node.HasText(name, out var reference) && CheckUri(node, name, reference) && node.Reference(name, reference) is { } keyword)
        {
            node.Add(keyword);
        }
    }

    // What no reference leads to is compiled as well, so that what is wrong with it is said.
    private static void CompileDefinitions(NodeCompiler node, string name)
    {
        if (node.HasMap(name, out var definitions))
        {
            foreach (var definition in definitions)
            {
                node.Child(definition.Path, definition.Value);
            }
        }
    }

    // References with spaces, braces and letters beyond ASCII are in use and do no harm.
    private static bool CheckUri(NodeCompiler node, string name, string text)
    {
        if (!text.Any(char.IsControl) && text.IndexOf('#', StringComparison.Ordinal) == text.LastIndexOf('#'))
        {
            return true;
        }

        node.Problem("/" + name, $"'{name}' must be a URI reference; found {Shown.Name(text)}.");
        return false;
    }
}
