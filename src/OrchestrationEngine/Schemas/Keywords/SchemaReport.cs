using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>Collects what a check has to tell, and keeps the way to where it is: in the value and through the schema.</summary>
internal sealed class SchemaReport(int maxViolations)
{
    private readonly List<string> _keywords = [];
    private readonly List<string> _instance = [];
    private readonly List<SchemaViolation> _violations = [];
    private readonly List<SchemaAnnotation> _annotations = [];

    public IReadOnlyList<SchemaViolation> Violations => _violations;

    public IReadOnlyList<SchemaAnnotation> Annotations => _annotations;

    public int AnnotationCount => _annotations.Count;

    public void EnterKeyword(string path) => _keywords.Add(path);

    public void LeaveKeyword() => _keywords.RemoveAt(_keywords.Count - 1);

    public void EnterInstance(string token) => _instance.Add("/" + token);

    public void LeaveInstance() => _instance.RemoveAt(_instance.Count - 1);

    /// <summary>Notes a violation; false when the list is full.</summary>
    public bool TryAdd(SchemaNode node, string keyword, string path, string message) => TryInsert(_violations.Count, node, keyword, path, message);

    public bool TryInsert(int at, SchemaNode node, string keyword, string path, string message)
    {
        if (_violations.Count >= maxViolations)
        {
            return false;
        }

        _violations.Insert(at, Violation(keyword, string.Concat(string.Concat(_keywords), path), node.Location + path, message));
        return true;
    }

    /// <summary>Notes that the check ended early, in place of the last violation when the list is full.</summary>
    public void Stop(string reason)
    {
        if (_violations.Count >= maxViolations)
        {
            _violations.RemoveAt(_violations.Count - 1);
        }

        _violations.Add(Violation(string.Empty, string.Concat(_keywords), string.Empty, reason));
    }

    public void Annotate(SchemaNode node, string keyword, JsonElement value)
    {
        var path = "/" + JsonPointers.Escape(keyword);
        _annotations.Add(new SchemaAnnotation
        {
            InstanceLocation = string.Concat(_instance),
            KeywordLocation = string.Concat(string.Concat(_keywords), path),
            AbsoluteKeywordLocation = node.Location + path,
            Keyword = keyword,
            Annotation = value,
        });
    }

    public void DropAnnotations(int count) => _annotations.RemoveRange(count, _annotations.Count - count);

    private SchemaViolation Violation(string keyword, string path, string absolute, string message) => new()
    {
        InstanceLocation = string.Concat(_instance),
        KeywordLocation = path,
        AbsoluteKeywordLocation = absolute,
        Keyword = keyword,
        Message = message,
    };
}
