namespace OrchestrationEngine.Schemas;

/// <summary><c>$ref</c>, and a <c>$dynamicRef</c> that can only lead to one place.</summary>
internal sealed class ReferenceKeyword(SchemaNode node, string name, SchemaNode target) : Keyword(node, name)
{
    private readonly string _path = "/" + name;

    public override int Order => 4;

    public override IEnumerable<SchemaNode> InPlace => [target];

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated) => context.InPlace(target, instance, evaluated, _path);
}

/// <summary>A <c>$dynamicRef</c> that leads to the outermost schema on the way with the dynamic anchor.</summary>
internal sealed class DynamicReferenceKeyword(SchemaNode node, string anchor, SchemaNode initial) : Keyword(node, "$dynamicRef")
{
    public override int Order => 4;

    public override bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
        => context.InPlace(context.FindDynamic(anchor) ?? initial, instance, evaluated, "/$dynamicRef");
}
