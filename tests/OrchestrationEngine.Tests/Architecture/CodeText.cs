using System.Text.RegularExpressions;

namespace OrchestrationEngine.Tests.Architecture;

/// <summary>C# without what the compiler does not act on: comments, and the contents of strings.</summary>
internal static partial class CodeText
{
    public static string Of(SourceFile file) => CommentOrLiteral().Replace(file.Text, found => found.Value[0] == '/' ? " " : "\"\"");

    [GeneratedRegex(
        """"
        //[^\n]*
        | /\*[\s\S]*?\*/
        | \$*"""[\s\S]*?"""
        | (?:@|\$@|@\$)"(?:""|[^"])*"
        | \$?"(?:\\.|[^"\\\n])*"
        | '(?:\\[^']+|\\'|[^'\\])'
        """",
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex CommentOrLiteral();
}
