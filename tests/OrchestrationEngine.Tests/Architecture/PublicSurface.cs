using System.Reflection;
using System.Runtime.CompilerServices;

namespace OrchestrationEngine.Tests.Architecture;

/// <summary>Prints what users of an assembly can see, a line for each type and member, sorted. What records synthesize is implied by the word.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string[] Of(Assembly assembly)
        => [.. assembly.GetExportedTypes().SelectMany(type => (string[])[TypeLine(type), .. Members(type)]).Order(StringComparer.Ordinal)];

    private static string TypeLine(Type type)
    {
        Type[] bases = [.. type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType ? [parent] : Type.EmptyTypes, .. OwnInterfaces(type)];
        var line = $"{TypeText.FullName(type)} : {Kind(type)}";
        return bases.Length == 0 ? line : $"{line} : {string.Join(", ", bases.Select(TypeText.Of))}";
    }

    private static string Kind(Type type)
    {
        var record = IsRecord(type) ? "record " : "";
        return type switch
        {
            { IsEnum: true } => $"enum ({TypeText.Of(Enum.GetUnderlyingType(type))})",
            { IsInterface: true } => "interface",
            _ when type.IsSubclassOf(typeof(Delegate)) => "delegate",
            { IsValueType: true } => $"{(type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "")}{record}struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => $"abstract {record}class",
            { IsSealed: true } => $"sealed {record}class",
            _ => $"{record}class",
        };
    }

    private static IEnumerable<Type> OwnInterfaces(Type type)
        => type.IsEnum
            ? []
            : type.GetInterfaces()
                .Where(own => own.IsVisible && type.BaseType?.GetInterfaces().Contains(own) != true)
                .Where(own => !(IsRecord(type) && own.IsGenericType && own.GetGenericTypeDefinition() == typeof(IEquatable<>)))
                .OrderBy(own => own.FullName, StringComparer.Ordinal);

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            var invoke = type.GetMethod("Invoke")!;
            return [$"{TypeText.FullName(type)}{TypeText.Parameters(invoke)} : {TypeText.Result(invoke)}"];
        }

        return type.GetMembers(Declared).Select(member => (Member: member, Line: Describe(member))).Where(found => found.Line is not null)
            .Select(found => $"{TypeText.FullName(type)}.{found.Line}");
    }

    private static string? Describe(MemberInfo member) => member switch
    {
        FieldInfo { IsSpecialName: true } => null,
        FieldInfo { DeclaringType.IsEnum: true } value => $"{value.Name} = {TypeText.Value(value.GetRawConstantValue())}",
        FieldInfo field when field.IsPublic || IsProtected(field.IsFamily, field.IsFamilyOrAssembly, field) => Field(field),
        ConstructorInfo constructor when IsSeen(constructor) && !IsCopy(constructor) => $"new{TypeText.Parameters(constructor)}{(constructor.IsPublic ? "" : " : protected")}",
        PropertyInfo property when Accessors(property) is { Length: > 0 } accessors && property.Name != "EqualityContract"
            => $"{property.Name}{TypeText.Indexes(property)} : {Modifiers(property.GetMethod ?? property.SetMethod!)}{Required(property)}{TypeText.OfMember(property)} {{ {accessors} }}",
        EventInfo added when IsSeen(added.AddMethod!) => $"{added.Name} : event {TypeText.Of(added.EventHandlerType!)}",
        MethodInfo method when IsSeen(method) && !IsSynthesized(method)
            => $"{method.Name}{TypeText.Generics(method)}{TypeText.Parameters(method)} : {Modifiers(method)}{TypeText.Result(method)}",
        _ => null,
    };

    private static string Field(FieldInfo field)
    {
        var access = field.IsPublic ? "" : "protected ";
        return field.IsLiteral
            ? $"{field.Name} : {access}const {TypeText.OfMember(field)} = {TypeText.Value(field.GetRawConstantValue())}"
            : $"{field.Name} : {access}{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{TypeText.OfMember(field)}";
    }

    private static string Accessors(PropertyInfo property)
    {
        var accessors = new List<string>();
        if (property.GetMethod is { } getter && IsSeen(getter))
        {
            accessors.Add("get;");
        }

        if (property.SetMethod is { } setter && IsSeen(setter))
        {
            accessors.Add(setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;");
        }

        return string.Join(' ', accessors);
    }

    private static string Modifiers(MethodInfo method)
    {
        var access = method.IsPublic ? "" : "protected ";
        var kind = method switch
        {
            { IsStatic: true } => "static ",
            { DeclaringType.IsInterface: true } => method.IsAbstract ? "" : "default ",
            { IsAbstract: true } => "abstract ",
            { IsVirtual: true } when method.GetBaseDefinition() != method => "override ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => "",
        };
        return access + kind;
    }

    private static string Required(PropertyInfo property) => property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";

    // What the compiler adds to a record goes without saying; accessors belong to their property. Operators and Deconstruct are calls that users make.
    private static bool IsSynthesized(MethodInfo method)
        => (method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal))
            || method.Name is "<Clone>$" or "PrintMembers"
            || (method.IsDefined(typeof(CompilerGeneratedAttribute)) && method.Name != "Deconstruct");

    private static bool IsCopy(ConstructorInfo constructor)
        => IsRecord(constructor.DeclaringType!) && constructor.GetParameters() is [var only] && only.ParameterType == constructor.DeclaringType;

    private static bool IsSeen(MethodBase method) => method.IsPublic || IsProtected(method.IsFamily, method.IsFamilyOrAssembly, method);

    private static bool IsProtected(bool isFamily, bool isFamilyOrAssembly, MemberInfo member)
        => (isFamily || isFamilyOrAssembly) && !member.DeclaringType!.IsSealed;

    private static bool IsRecord(Type type)
        => type.GetMethod("<Clone>$") is not null || (type.IsValueType && type.GetMethod("PrintMembers", Declared) is { } print && print.IsDefined(typeof(CompilerGeneratedAttribute)));
}
