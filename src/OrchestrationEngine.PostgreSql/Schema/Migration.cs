using System.Globalization;

namespace OrchestrationEngine.PostgreSql.Schema;

/// <summary>One step from a schema version to the next. Released steps are never changed: databases made by them exist.</summary>
/// <param name="Version">The version that the schema has after it.</param>
/// <param name="Sql">Its statements.</param>
internal sealed record Migration(int Version, string Sql)
{
    /// <summary>All steps in order: the resources <c>001_name.sql</c>, <c>002_name.sql</c> and so on.</summary>
    public static readonly IReadOnlyList<Migration> All = Load();

    private static Migration[] Load()
    {
        var assembly = typeof(Migration).Assembly;
        return
        [
            .. from name in assembly.GetManifestResourceNames()
               where name.EndsWith(".sql", StringComparison.Ordinal)
               let version = int.Parse(name.AsSpan(0, name.IndexOf('_', StringComparison.Ordinal)), NumberStyles.None, CultureInfo.InvariantCulture)
               orderby version
               select new Migration(version, Read(name)),
        ];

        string Read(string name)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        }
    }
}
