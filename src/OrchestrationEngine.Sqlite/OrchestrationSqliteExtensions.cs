using OrchestrationEngine;
using OrchestrationEngine.Sqlite;
using OrchestrationEngine.State;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps runs in an SQLite file.</summary>
public static class OrchestrationSqliteExtensions
{
    /// <summary>Keeps runs in an SQLite file with the default options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="filePath">The database file; created when it does not exist, its folder must exist.</param>
    public static IOrchestrationBuilder UseSqlite(this IOrchestrationBuilder builder, string filePath)
        => builder.UseSqlite(options => options.FilePath = filePath);

    /// <summary>Keeps runs, their artifacts and remembered results in an SQLite file. The file is opened when the store is first needed, and closed with the application's services. The last store that is chosen counts.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets <see cref="SqliteStateStoreOptions.FilePath"/> and whatever else differs from the defaults.</param>
    public static IOrchestrationBuilder UseSqlite(this IOrchestrationBuilder builder, Action<SqliteStateStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddSingleton(services =>
        {
            var options = new SqliteStateStoreOptions();
            options.TimeProvider = services.GetRequiredService<OrchestrationClock>().TimeProvider;
            configure(options);
            return new SqliteStateStore(options);
        });
        builder.Services.AddSingleton<IStateStore>(services => services.GetRequiredService<SqliteStateStore>());
        return builder.UseDefaultArtifacts(
            services => new SqliteArtifactStore(services.GetRequiredService<SqliteStateStore>()),
            services => new SqliteMemoStore(services.GetRequiredService<SqliteStateStore>()));
    }
}
