using System.Globalization;

namespace OrchestrationEngine.Sqlite.Tests;

/// <summary>Files for the stores of one test, deleted with it.</summary>
internal sealed class StoreFiles : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _count;

    public string Next() => _folder.File($"{(++_count).ToString(CultureInfo.InvariantCulture)}.db");

    public void Dispose() => _folder.Dispose();
}
