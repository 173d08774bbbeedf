using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary><c>properties</c>, <c>patternProperties</c> and <c>additionalProperties</c>, in one pass over the members.</summary>
/// <param name="node">The schema that they are in.</param>
/// <param name="members">The schemas by name.</param>
/// <param name="patterns">The schemas by pattern.</param>
/// <param name="additional">The schema of all others, or null.</param>
internal sealed class PropertiesKeyword(
    SchemaNode node, IReadOnlyList<(string Name, byte[] Bytes, SchemaNode Schema)> members, IReadOnlyList<(SchemaPattern Pattern, SchemaNode Schema)> patterns, SchemaNode? additional)
    : Keyword(node, "properties")
{
    private const string AdditionalPath = "/additionalProperties";
    private readonly NameTable _names = new([.. members.Select(member => member.Bytes)]);
    private readonly SchemaNode[] _members = [.. members.Select(member => member.Schema)];
    private readonly string[] _memberPaths = [.. members.Select(member => JsonPointers.Append("/properties", member.Name))];
    private readonly (SchemaPattern Pattern, SchemaNode Schema, string Path)[] _patterns =
        [.. patterns.Select(pattern => (pattern.Pattern, pattern.Schema, JsonPointers.Append("/patternProperties", pattern.Pattern.Source)))];

    public override int Order => 3;

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        if (instance.Kind != JsonValueKind.Object)
        {
            return true;
        }

        var isValid = true;
        var index = 0;
        foreach (var member in instance.Element.EnumerateObject())
        {
            var found = _names.Find(JsonText.Raw(member));
            var isEvaluated = found >= 0;
            if (isEvaluated)
            {
                isValid &= EvaluateMember(context, _members[found], member, _memberPaths[found]);
            }

            foreach (var (pattern, schema, path) in _patterns)
            {
                if (pattern.IsMatch(context, JsonText.Raw(member)))
                {
                    isEvaluated = true;
                    isValid &= EvaluateMember(context, schema, member, path);
                }
            }

            if (!isEvaluated && additional is not null)
            {
                isEvaluated = true;
                isValid &= EvaluateMember(context, additional, member, AdditionalPath);
            }

            if (isEvaluated)
            {
                context.Mark(evaluated, index);
            }

            index++;
            if (!isValid && (!context.IsCollecting || context.Stopped is not null))
            {
                return false;
            }
        }

        return isValid && context.Stopped is null;
    }

    private bool EvaluateMember(ValidationContext context, SchemaNode schema, JsonProperty member, string path)
    {
        if (!schema.IsNever || !context.IsCollecting)
        {
            return context.Member(schema, member, path);
        }

        var name = JsonText.ToText(JsonText.Raw(member));
        var message = $"The property {Shown.Name(name)} is not allowed here.";
        if (ReferenceEquals(schema, additional))
        {
            var allowed = members.Where(known => !known.Schema.IsNever).Select(known => known.Name);
            var list = members.Count == 0 ? string.Empty : $" Allowed are {Shown.Names(allowed)}.";
            message += list + Shown.DidYouMean(NearName.Find(name, allowed));
        }

        context.ReportAt(this, path, name, message);
        return false;
    }
}

/// <summary><c>propertyNames</c>.</summary>
internal sealed class PropertyNamesKeyword(SchemaNode node, SchemaNode names) : Keyword(node, "propertyNames")
{
    public override int Order => 3;

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        if (instance.Kind != JsonValueKind.Object)
        {
            return true;
        }

        var isValid = true;
        foreach (var member in instance.Element.EnumerateObject())
        {
            isValid &= context.Name(names, member);
            if (!isValid && (!context.IsCollecting || context.Stopped is not null))
            {
                return false;
            }
        }

        return isValid;
    }
}
