namespace OrchestrationEngine.Schemas;

/// <summary><c>allOf</c>.</summary>
internal sealed class AllOfKeyword(SchemaNode node, IReadOnlyList<SchemaNode> schemas) : Keyword(node, "allOf")
{
    private readonly SchemaNode[] _schemas = [.. schemas];
    private readonly string[] _paths = [.. schemas.Select((_, index) => JsonPointers.Append("/allOf", index))];

    public override int Order => 4;

    public override IEnumerable<SchemaNode> InPlace => _schemas;

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        var isValid = true;
        for (var i = 0; i < _schemas.Length; i++)
        {
            isValid &= context.InPlace(_schemas[i], instance, evaluated, _paths[i]);
            if (!isValid && !context.IsCollecting)
            {
                return false;
            }
        }

        return isValid;
    }
}

/// <summary><c>anyOf</c> and <c>oneOf</c>.</summary>
internal sealed class AlternativesKeyword(SchemaNode node, string name, IReadOnlyList<SchemaNode> schemas) : Keyword(node, name)
{
    private readonly SchemaNode[] _schemas = [.. schemas];
    private readonly string[] _paths = [.. schemas.Select((_, index) => JsonPointers.Append("/" + name, index))];
    private readonly bool _exactlyOne = name == "oneOf";

    public override int Order => 4;

    public override IEnumerable<SchemaNode> InPlace => _schemas;

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        var (first, matches) = (-1, 0);
        for (var i = 0; i < _schemas.Length; i++)
        {
            if (!context.Try(_schemas[i], instance, evaluated, _paths[i]))
            {
                continue;
            }

            first = matches++ == 0 ? i : first;
            if (_exactlyOne && matches == 2)
            {
                return Refuse(context, $"Expected to match exactly one of the {_schemas.Length} alternatives; matches number {first + 1} and number {i + 1}.");
            }

            if (!_exactlyOne && !context.MustVisitAll(evaluated))
            {
                return true;
            }
        }

        if (matches > 0)
        {
            return true;
        }

        if (context.IsCollecting && context.Stopped is null)
        {
            Explain(context, instance);
        }

        return false;
    }

    private bool Refuse(ValidationContext context, string message)
    {
        if (context.IsCollecting)
        {
            context.Report(this, message);
        }

        return false;
    }

    // What is wrong with each, after the alternative that was probably meant: the one in which the trouble begins deepest in the value, or is least.
    private void Explain(ValidationContext context, in Instance instance)
    {
        var violations = context.Findings.Violations;
        var start = violations.Count;
        var (closest, at, depth, count) = (-1, -1, -1, int.MaxValue);
        for (var i = 0; i < _schemas.Length; i++)
        {
            var before = violations.Count;
            context.InPlace(_schemas[i], instance, default, _paths[i]);
            var found = violations.Count - before;
            var shallowest = found > 0 ? violations.Skip(before).Min(violation => violation.InstanceLocation.Count(c => c == '/')) : -1;
            if (found > 0 && (shallowest > depth || (shallowest == depth && found < count)))
            {
                (closest, at, depth, count) = (i, before, shallowest, found);
            }
        }

        var number = _exactlyOne ? "exactly" : "at least";
        var hint = _schemas.Length == 1 || closest < 0 || at >= violations.Count ? string.Empty : $" The closest is number {closest + 1}: {violations[at]}";
        context.ReportBefore(Math.Min(start, violations.Count), this, $"Expected to match {number} one of {Shown.Count(_schemas.Length, "alternative")}; matches none.{hint}");
    }
}

/// <summary><c>not</c>.</summary>
internal sealed class NotKeyword(SchemaNode node, SchemaNode schema) : Keyword(node, "not")
{
    public override int Order => 4;

    public override IEnumerable<SchemaNode> InPlace => [schema];

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        // When the check ends early nothing counts as valid; least of all this.
        if (!context.Decide(schema, instance))
        {
            return context.Stopped is null;
        }

        if (context.IsCollecting)
        {
            context.Report(this, $"Expected a value that does not match the schema of 'not'; found {instance.Described}.");
        }

        return false;
    }
}

/// <summary><c>if</c>, <c>then</c> and <c>else</c>.</summary>
internal sealed class ConditionKeyword(SchemaNode node, SchemaNode condition, SchemaNode? then, SchemaNode? otherwise) : Keyword(node, "if")
{
    public override int Order => 4;

    public override IEnumerable<SchemaNode> InPlace => new[] { condition, then, otherwise }.OfType<SchemaNode>();

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        if ((then is null && otherwise is null && !context.MustVisitAll(evaluated)) || context.Stopped is not null)
        {
            return context.Stopped is null;
        }

        var holds = context.Try(condition, instance, evaluated, "/if");
        if (context.Stopped is not null)
        {
            return false;
        }

        var branch = holds ? then : otherwise;
        return branch is null || context.InPlace(branch, instance, evaluated, holds ? "/then" : "/else");
    }
}

/// <summary><c>dependentSchemas</c>, and the schemas in <c>dependencies</c>.</summary>
internal sealed class DependentSchemasKeyword(SchemaNode node, string name, IReadOnlyList<(string Trigger, byte[] Bytes, SchemaNode Schema)> rules) : Keyword(node, name)
{
    private readonly NameTable _triggers = new([.. rules.Select(rule => rule.Bytes)]);
    private readonly SchemaNode[] _schemas = [.. rules.Select(rule => rule.Schema)];
    private readonly string[] _paths = [.. rules.Select(rule => JsonPointers.Append("/" + name, rule.Trigger))];

    public override int Order => 4;

    public override IEnumerable<SchemaNode> InPlace => _schemas;

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        if (instance.Kind != System.Text.Json.JsonValueKind.Object)
        {
            return true;
        }

        var isValid = true;
        foreach (var member in instance.Element.EnumerateObject())
        {
            var rule = _triggers.Find(JsonText.Raw(member));
            isValid &= rule < 0 || context.InPlace(_schemas[rule], instance, evaluated, _paths[rule]);
            if (!isValid && !context.IsCollecting)
            {
                return false;
            }
        }

        return isValid;
    }
}
