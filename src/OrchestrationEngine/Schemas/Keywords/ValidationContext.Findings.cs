using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>What a check tells: violations and annotations, with where they are.</summary>
internal sealed partial class ValidationContext
{
    /// <summary>Where violations are noted. Only while collecting.</summary>
    public SchemaReport Findings => _report!;

    public int AnnotationCount => _report?.AnnotationCount ?? 0;

    /// <summary>Notes a violation of this value.</summary>
    public void Report(Keyword keyword, string message) => ReportAs(keyword, keyword.Name, message);

    /// <summary>Notes a violation of another keyword, which is compiled into this one.</summary>
    public void ReportAs(Keyword keyword, string name, string message) => EndIfFull(_report!.TryAdd(keyword.Node, name, "/" + name, message));

    /// <summary>Notes a violation before those that were noted after so many.</summary>
    public void ReportBefore(int count, Keyword keyword, string message)
        => EndIfFull(_report!.TryInsert(count, keyword.Node, keyword.Name, "/" + keyword.Name, message));

    /// <summary>Notes that there is a value where the schema is <c>false</c>.</summary>
    public void ReportNever(SchemaNode never, string message) => EndIfFull(_report!.TryAdd(never, string.Empty, string.Empty, message));

    /// <summary>Notes a violation by a member or an item of this value.</summary>
    /// <param name="keyword">Of the schema whose keyword is broken.</param>
    /// <param name="path">The way from that schema to what is broken; begins with the keyword.</param>
    /// <param name="token">The member's name or the item's index.</param>
    /// <param name="message">What was expected and found.</param>
    public void ReportAt(Keyword keyword, string path, string token, string message)
    {
        _report!.EnterInstance(JsonPointers.Escape(token));
        EndIfFull(_report.TryAdd(keyword.Node, path.Split('/')[1], path, message));
        _report.LeaveInstance();
    }

    public void DropAnnotations(int count) => _report?.DropAnnotations(count);

    public void Annotate(SchemaNode node, string keyword, JsonElement value) => _report!.Annotate(node, keyword, value);

    private void EndIfFull(bool added)
    {
        if (!added)
        {
            Stopped ??= "The list of violations is full.";
        }
    }
}
