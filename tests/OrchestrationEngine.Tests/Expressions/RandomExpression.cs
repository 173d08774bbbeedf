using System.Globalization;

namespace OrchestrationEngine.Tests.Expressions;

/// <summary>Makes texts that are expressions, of all constructs of the language, and values for the names in them.</summary>
internal sealed class RandomExpression(Random random)
{
    private static readonly string[] Names = ["a", "b", "c", "x", "item"];
    private static readonly string[] Binary = ["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "in", "&&", "||"];
    private static readonly string[] Methods =
    [
        "size()", "contains('a')", "startsWith('a')", "endsWith('a')", "lowerAscii()", "upperAscii()", "trim()", "split('a')", "split('', 2)", "join()", "join('-')",
        "replace('a', 'bb')", "replace('', 'x', 1)", "substring(1)", "substring(0, 1)", "matches('^a|b+$')", "getHours()", "getFullYear('+02:00')", "getMilliseconds()",
    ];

    private static readonly string[] Functions = ["size", "int", "uint", "double", "string", "bool", "timestamp", "duration", "type", "dyn", "math.greatest", "math.least"];
    private static readonly string[] Macros = ["all", "exists", "exists_one", "filter", "map"];
    private static readonly string[] Literals =
    [
        "0", "1", "-1", "7", "9223372036854775807", "-9223372036854775808", "0x1F", "3u", "0.5", "-2.0", "1e300", "'a'", "''", "\"b\\n\"", "r'\\a'", "'''a'b'''", "'\\U0001F600'",
        "true", "false", "null", "[]", "{}", "'1h'", "'2026-01-01T00:00:00Z'", "int", "list", "[1, 2, 3]", "['a', 'b']", "{'a': 1, 2: [3]}",
    ];

    /// <summary>An expression of at most some levels; mostly one whose types fit.</summary>
    public string Text(int depth) => random.Next(4) switch
    {
        0 => Number(depth),
        1 => Truth(depth),
        2 => Word(depth),
        _ => Row(depth),
    };

    private string Any(int depth)
    {
        if (depth <= 0)
        {
            return random.Next(2) == 0 ? Pick(Literals) : Path();
        }

        string Inner() => Text(depth - 1 - random.Next(2));
        return random.Next(10) switch
        {
            0 => $"({Inner()}) {Pick(Binary)} ({Inner()})",
            1 => $"-({Inner()})",
            2 => $"({Inner()})[{Inner()}]",
            3 => $"({Inner()}).{Pick(Names)}",
            4 => $"({Inner()}).{Pick(Methods)}",
            5 => $"{Pick(Functions)}({Inner()})",
            6 => $"{{{Inner()}: {Inner()}, 'k': {Inner()}}}",
            7 => $"({Inner()}).map({Pick(Names)}, {Inner()}, {Inner()})",
            8 => $"({Inner()}).{Pick(Macros)}({Pick(Names)}, {Inner()})",
            _ => $"has({Path()}.{Pick(Names)})",
        };
    }

    private string Number(int depth) => Choose(depth) switch
    {
        < 0 => random.Next(-3, 20).ToString(CultureInfo.InvariantCulture),
        0 => Any(depth),
        < 4 => $"({Number(depth - 1)} {Pick(["+", "-", "*", "/", "%"])} {Number(depth - 1)})",
        4 => $"size({Row(depth - 1)})",
        5 => $"{Word(depth - 1)}.size()",
        6 => $"int({Number(depth - 1)})",
        7 => $"-{Number(depth - 1)}",
        8 => $"math.least({Number(depth - 1)}, {Number(depth - 1)})",
        _ => $"({Truth(depth - 1)} ? {Number(depth - 1)} : {Number(depth - 1)})",
    };

    private string Truth(int depth) => Choose(depth) switch
    {
        < 0 => Pick(["true", "false", "1 < 2", "has(a.b)"]),
        0 => Any(depth),
        1 => $"!({Truth(depth - 1)})",
        2 => $"({Truth(depth - 1)} && {Truth(depth - 1)})",
        3 => $"({Truth(depth - 1)} || {Truth(depth - 1)})",
        4 => $"{Number(depth - 1)} {Pick(["<", "<=", ">", ">=", "==", "!="])} {Number(depth - 1)}",
        5 => $"{Word(depth - 1)} == {Word(depth - 1)}",
        6 => $"{Number(depth - 1)} in {Row(depth - 1)}",
        7 => $"{Row(depth - 1)}.{Pick(["all", "exists", "exists_one"])}({Pick(Names)}, {Truth(depth - 1)})",
        8 => $"{Word(depth - 1)}.{Pick(["contains('a')", "startsWith('a')", "matches('^a|b+$')"])}",
        _ => $"{Row(depth - 1)} == {Row(depth - 1)}",
    };

    private string Word(int depth) => Choose(depth) switch
    {
        < 0 => Pick(["'a'", "'aab'", "''", "'\\U0001F600b'"]),
        0 => Any(depth),
        < 4 => $"({Word(depth - 1)} + {Word(depth - 1)})",
        4 => $"string({Number(depth - 1)})",
        5 => $"{Word(depth - 1)}.{Pick(["lowerAscii()", "upperAscii()", "trim()", "replace('a', 'bb')", "substring(0)"])}",
        6 => $"{Word(depth - 1)}.split('a').join('-')",
        7 => $"string({Truth(depth - 1)})",
        _ => $"string(duration('90s'))",
    };

    private string Row(int depth) => Choose(depth) switch
    {
        < 0 => Pick(["[]", "[1, 2, 3]", "['a', 'b']", "{'a': 1, 2: [3]}.a == 1 ? [1] : []"]) is var row && row.Length > 12 ? $"({row})" : row,
        0 => Any(depth),
        1 => $"[{Number(depth - 1)}, {Word(depth - 1)}]",
        2 => $"({Row(depth - 1)} + {Row(depth - 1)})",
        3 => $"{Row(depth - 1)}.filter({Pick(Names)}, {Truth(depth - 1)})",
        4 => $"{Word(depth - 1)}.split('')",
        5 => $"[{Row(depth - 1)}]",
        6 => $"{Row(depth - 1)}.map({Pick(Names)}, {Truth(depth - 1)}, {Number(depth - 1)})",
        _ => $"{Row(depth - 1)}.map({Pick(Names)}, {Text(depth - 1)})",
    };

    // Below zero: nothing deeper; rarely zero: whatever the types are.
    private int Choose(int depth) => depth <= 0 ? -1 : random.Next(12) == 0 ? 0 : random.Next(1, 10);

    /// <summary>A JSON object with values for the names.</summary>
    public string Data() => $"{{{string.Join(",", Names.Select(name => $"\"{name}\":{Value(3)}"))}}}";

    private string Value(int depth) => random.Next(depth > 0 ? 12 : 8) switch
    {
        0 => "null",
        1 => random.Next(2) == 0 ? "true" : "false",
        2 => random.Next(-5, 100).ToString(CultureInfo.InvariantCulture),
        3 => random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture),
        4 => (random.NextDouble() * 10).ToString("R", CultureInfo.InvariantCulture),
        5 => "1e999",
        6 => random.Next(20) == 0 ? "\"\\uD800\"" : "\"a\u00e9\U0001F600\"",
        7 => "\"aab\"",
        8 or 9 => $"[{string.Join(",", Enumerable.Range(0, random.Next(5)).Select(_ => Value(depth - 1)))}]",
        _ => $"{{{string.Join(",", Names.Take(random.Next(6)).Select(name => $"\"{name}\":{Value(depth - 1)}"))}}}",
    };

    private string Path() => Pick(Names) + random.Next(5) switch
    {
        0 => "." + Pick(Names),
        1 => "['x'][0]",
        2 => $"[{Pick(Names)}]",
        _ => "",
    };

    private string Pick(string[] choices) => choices[random.Next(choices.Length)];
}
