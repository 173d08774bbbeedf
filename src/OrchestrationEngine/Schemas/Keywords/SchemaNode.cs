using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>A schema, compiled. Schemas refer to each other, so they are made first and filled afterwards; then they don't change any more.</summary>
internal sealed class SchemaNode(SchemaResource resource, string pointer)
{
    private Keyword[] _keywords = [];
    private KeyValuePair<string, JsonElement>[] _annotations = [];
    private bool _marks;

    /// <summary>The schema with an identifier that this one is part of.</summary>
    public SchemaResource Resource { get; } = resource;

    /// <summary>Where it is in its document.</summary>
    public string Pointer { get; } = pointer;

    /// <summary>Where it is: the identifier of the resource and the way from there.</summary>
    public string Location { get; } = $"{resource.ShownUri}#{(pointer.StartsWith(resource.Pointer, StringComparison.Ordinal) ? pointer[resource.Pointer.Length..] : pointer)}";

    /// <summary>Whether the schema is <c>false</c>.</summary>
    public bool IsNever { get; private set; }

    public IReadOnlyList<Keyword> Keywords => _keywords;

    public void Fill(bool verdict) => IsNever = !verdict;

    public void Fill(IEnumerable<Keyword> keywords, IEnumerable<KeyValuePair<string, JsonElement>> annotations)
    {
        _keywords = [.. keywords.OrderBy(keyword => keyword.Order)];
        _annotations = [.. annotations];
        _marks = _keywords.Any(keyword => keyword is UnevaluatedKeyword);
    }

    public bool Evaluate(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        var scopeCount = context.ScopeCount;
        if (!context.TryEnter(this))
        {
            return false;
        }

        var isValid = IsNever ? Refuse(context, instance) : context.TryStep(Cost(instance)) && EvaluateKeywords(context, instance, evaluated);
        context.Leave(scopeCount);
        return isValid;
    }

    private bool EvaluateKeywords(ValidationContext context, in Instance instance, EvaluatedSet evaluated)
    {
        var marks = context.Marks;
        var own = _marks ? RentFor(context, instance) : evaluated;
        var annotations = context.AnnotationCount;
        var isValid = true;
        foreach (var keyword in _keywords)
        {
            if (!keyword.Evaluate(context, instance, own))
            {
                isValid = false;
                if (!context.IsCollecting)
                {
                    break;
                }
            }
        }

        if (_marks)
        {
            context.Merge(own, evaluated);
            context.Return(marks);
        }

        if (context.Mode == CheckMode.Annotations)
        {
            Annotate(context, isValid, annotations);
        }

        return isValid;
    }

    // Keywords go through the members, items or characters of a value; that is much cheaper than a step for each, but not free.
    private long Cost(in Instance instance) => instance.Kind switch
    {
        JsonValueKind.Object => (long)_keywords.Length * (instance.Element.GetPropertyCount() >> 4),
        JsonValueKind.Array => (long)_keywords.Length * (instance.Element.GetArrayLength() >> 4),
        JsonValueKind.String => (long)_keywords.Length * (instance.RawText.Length >> 6),
        _ => 0,
    };

    private static EvaluatedSet RentFor(ValidationContext context, in Instance instance) => instance.Kind switch
    {
        JsonValueKind.Object => context.Rent(instance.Element.GetPropertyCount()),
        JsonValueKind.Array => context.Rent(instance.Element.GetArrayLength()),
        _ => default,
    };

    private bool Refuse(ValidationContext context, in Instance instance)
    {
        if (context.IsCollecting)
        {
            context.ReportNever(this, $"No value is allowed here; found {instance.Described}.");
        }

        return false;
    }

    private void Annotate(ValidationContext context, bool isValid, int before)
    {
        if (!isValid)
        {
            context.DropAnnotations(before);
            return;
        }

        foreach (var (name, value) in _annotations)
        {
            context.Annotate(this, name, value);
        }
    }
}
