namespace RepositoryReview.Sources;

/// <summary>What a kind of file is for, as far as a review cares.</summary>
internal enum LanguageKind
{
    Code,
    Markup,
    Data,
    Prose,
    Other,
}

/// <summary>Languages by the names of files. A guess that needs no reading.</summary>
internal static class Language
{
    public const string Unknown = "Other";

    private static readonly Dictionary<string, (string Name, LanguageKind Kind)> ByExtension = Build();

    private static readonly Dictionary<string, LanguageKind> KindByName = ByExtension.Values
        .GroupBy(language => language.Name, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.First().Kind, StringComparer.Ordinal);

    public static string Of(string path)
    {
        var name = Path.GetFileName(path);
        if (name.StartsWith("Dockerfile", StringComparison.OrdinalIgnoreCase) || name.Equals("Containerfile", StringComparison.OrdinalIgnoreCase))
        {
            return "Dockerfile";
        }

        return name is "Makefile" or "Jenkinsfile" or "Rakefile" or "Gemfile"
            ? name is "Makefile" ? "Make" : name is "Jenkinsfile" ? "Groovy" : "Ruby"
            : ByExtension.TryGetValue(Path.GetExtension(name), out var language) ? language.Name : Unknown;
    }

    /// <summary>The language of a script without an extension, by its first line.</summary>
    public static string OfFirstLine(string line)
    {
        if (!line.StartsWith("#!", StringComparison.Ordinal))
        {
            return Unknown;
        }

        var program = line.Split(['/', ' '], StringSplitOptions.RemoveEmptyEntries).Skip(1).LastOrDefault(part => part != "env" && part[0] != '-') ?? "";
        return program.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.') switch
        {
            "sh" or "bash" or "zsh" or "dash" or "ksh" or "bats" => "Shell",
            "python" => "Python",
            "node" => "JavaScript",
            "ruby" => "Ruby",
            "perl" => "Perl",
            "php" => "PHP",
            "pwsh" => "PowerShell",
            _ => Unknown,
        };
    }

    public static LanguageKind KindOf(string language) => KindByName.GetValueOrDefault(language, LanguageKind.Other);

    /// <summary>Whether people write it: lock files and bundles are as long as they like.</summary>
    public static bool IsWrittenByPeople(string path)
    {
        var name = Path.GetFileName(path);
        return !name.Contains(".min.", StringComparison.OrdinalIgnoreCase)
            && !name.Contains(".Designer.", StringComparison.Ordinal)
            && !name.EndsWith(".g.cs", StringComparison.OrdinalIgnoreCase)
            && !name.EndsWith("_pb2.py", StringComparison.Ordinal)
            && !name.EndsWith(".pb.go", StringComparison.Ordinal)
            && !Segments(path).Any(segment => segment is "node_modules" or "vendor" or "third_party" or "dist");
    }

    private static string[] Segments(string path) => path.Split('/')[..^1];

    private static Dictionary<string, (string Name, LanguageKind Kind)> Build()
    {
        var table = new Dictionary<string, (string, LanguageKind)>(StringComparer.OrdinalIgnoreCase);
        Add(LanguageKind.Code, "C#", ".cs", ".csx");
        Add(LanguageKind.Code, "F#", ".fs", ".fsx");
        Add(LanguageKind.Code, "Visual Basic", ".vb");
        Add(LanguageKind.Code, "Java", ".java");
        Add(LanguageKind.Code, "Kotlin", ".kt", ".kts");
        Add(LanguageKind.Code, "Scala", ".scala");
        Add(LanguageKind.Code, "Groovy", ".groovy", ".gradle");
        Add(LanguageKind.Code, "JavaScript", ".js", ".mjs", ".cjs", ".jsx");
        Add(LanguageKind.Code, "TypeScript", ".ts", ".mts", ".tsx");
        Add(LanguageKind.Code, "Vue", ".vue");
        Add(LanguageKind.Code, "Svelte", ".svelte");
        Add(LanguageKind.Code, "Python", ".py", ".pyi");
        Add(LanguageKind.Code, "Ruby", ".rb");
        Add(LanguageKind.Code, "PHP", ".php");
        Add(LanguageKind.Code, "Go", ".go");
        Add(LanguageKind.Code, "Rust", ".rs");
        Add(LanguageKind.Code, "C", ".c", ".h");
        Add(LanguageKind.Code, "C++", ".cpp", ".cc", ".cxx", ".hpp", ".hh");
        Add(LanguageKind.Code, "Objective-C", ".m", ".mm");
        Add(LanguageKind.Code, "Swift", ".swift");
        Add(LanguageKind.Code, "Dart", ".dart");
        Add(LanguageKind.Code, "Elixir", ".ex", ".exs");
        Add(LanguageKind.Code, "Erlang", ".erl");
        Add(LanguageKind.Code, "Haskell", ".hs");
        Add(LanguageKind.Code, "Lua", ".lua");
        Add(LanguageKind.Code, "Perl", ".pl", ".pm");
        Add(LanguageKind.Code, "R", ".r");
        Add(LanguageKind.Code, "Shell", ".sh", ".bash", ".zsh", ".bats");
        Add(LanguageKind.Code, "PowerShell", ".ps1", ".psm1");
        Add(LanguageKind.Code, "SQL", ".sql");
        Add(LanguageKind.Code, "Razor", ".razor", ".cshtml");
        Add(LanguageKind.Markup, "HTML", ".html", ".htm");
        Add(LanguageKind.Markup, "CSS", ".css", ".scss", ".less");
        Add(LanguageKind.Markup, "XML", ".xml", ".xaml", ".config", ".resx");
        Add(LanguageKind.Markup, "MSBuild", ".csproj", ".fsproj", ".vbproj", ".props", ".targets", ".sln", ".slnx");
        Add(LanguageKind.Markup, "Terraform", ".tf");
        Add(LanguageKind.Markup, "Protocol Buffers", ".proto");
        Add(LanguageKind.Data, "JSON", ".json", ".jsonc");
        Add(LanguageKind.Data, "YAML", ".yml", ".yaml");
        Add(LanguageKind.Data, "TOML", ".toml");
        Add(LanguageKind.Data, "CSV", ".csv", ".tsv");
        Add(LanguageKind.Prose, "Markdown", ".md", ".mdx");
        Add(LanguageKind.Prose, "Text", ".txt", ".rst", ".adoc");
        table["Dockerfile"] = ("Dockerfile", LanguageKind.Markup);
        table["Makefile"] = ("Make", LanguageKind.Markup);
        return table;

        void Add(LanguageKind kind, string name, params string[] extensions)
        {
            foreach (var extension in extensions)
            {
                table.Add(extension, (name, kind));
            }
        }
    }
}
