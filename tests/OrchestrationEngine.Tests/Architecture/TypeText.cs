using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace OrchestrationEngine.Tests.Architecture;

/// <summary>Writes types, parameters and values as C# has them, with nullability.</summary>
internal static class TypeText
{
    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
        [typeof(ulong)] = "ulong",
    };

    /// <summary>The name under which a type is declared.</summary>
    public static string FullName(Type type)
    {
        var name = type.IsNested ? $"{FullName(type.DeclaringType!)}.{Bare(type)}" : $"{type.Namespace}.{Bare(type)}";
        var own = type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0).ToArray();
        return own.Length == 0 ? name : $"{name}<{string.Join(", ", own.Select(parameter => parameter.Name))}>";
    }

    public static string Of(Type type) => Write(type, null);

    public static string OfMember(FieldInfo field) => Write(field.FieldType, Create(() => Nullability.Create(field)));

    public static string OfMember(PropertyInfo property) => Write(property.PropertyType, Create(() => Nullability.Create(property)));

    public static string Indexes(PropertyInfo property)
        => property.GetIndexParameters() is { Length: > 0 } indexes ? $"[{string.Join(", ", indexes.Select(Parameter))}]" : "";

    public static string Generics(MethodInfo method)
        => method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name + Constraints(argument)))}>" : "";

    public static string Parameters(MethodBase method)
    {
        var extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return $"({extension}{string.Join(", ", method.GetParameters().Select(Parameter))})";
    }

    public static string Result(MethodInfo method) => Write(method.ReturnType, Create(() => Nullability.Create(method.ReturnParameter)));

    public static string Value(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Parameter(ParameterInfo parameter)
    {
        var word = parameter switch
        {
            { IsOut: true } => "out ",
            { IsIn: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ when parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) => "params ",
            _ => "",
        };
        var type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        var fallback = parameter.HasDefaultValue ? $" = {Value(parameter.RawDefaultValue)}" : "";
        return $"{word}{Write(type, Create(() => Nullability.Create(parameter)))} {parameter.Name}{fallback}";
    }

    private static string Constraints(Type argument)
    {
        var flags = argument.GenericParameterAttributes;
        List<string> words = [];
        if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            words.Add("class");
        }

        words.AddRange(argument.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).Select(Of));
        if (flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
        {
            words.Insert(0, "struct");
        }

        return words.Count == 0 ? "" : $" : {string.Join(" & ", words)}";
    }

    private static string Write(Type type, NullabilityInfo? nullability)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying) + "?";
        }

        // Reflection takes every unconstrained type parameter for nullable.
        var mark = !type.IsValueType && !type.IsGenericParameter && nullability?.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray)
        {
            return $"{Write(type.GetElementType()!, nullability?.ElementType)}[]{mark}";
        }

        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword + mark;
        }

        if (type.IsGenericParameter || !type.IsGenericType)
        {
            return (type.IsNested && !type.IsGenericParameter ? Of(type.DeclaringType!) + "." : "") + type.Name + mark;
        }

        var arguments = type.GetGenericArguments();
        var parts = arguments.Select((argument, index) => Write(argument, nullability?.GenericTypeArguments.ElementAtOrDefault(index)));
        return $"{Bare(type)}<{string.Join(", ", parts)}>{mark}";
    }

    private static string Bare(Type type) => type.Name.Split('`')[0];

    // By-ref-like generics have no nullability that reflection could tell.
    private static NullabilityInfo? Create(Func<NullabilityInfo> create)
    {
        try
        {
            return create();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
