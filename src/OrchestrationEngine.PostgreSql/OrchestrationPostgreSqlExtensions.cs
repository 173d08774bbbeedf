using Microsoft.Extensions.Logging;
using OrchestrationEngine;
using OrchestrationEngine.PostgreSql;
using OrchestrationEngine.State;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps runs in PostgreSQL.</summary>
public static class OrchestrationPostgreSqlExtensions
{
    /// <summary>Keeps runs in PostgreSQL with the default options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">Where the database is: <c>Host=db;Database=app;Username=app;Password=...</c>.</param>
    public static IOrchestrationBuilder UsePostgreSql(this IOrchestrationBuilder builder, string connectionString)
        => builder.UsePostgreSql(options => options.ConnectionString = connectionString);

    /// <summary>Keeps runs, their artifacts and remembered results in PostgreSQL. The database is reached when the store is first used. The last store that is chosen counts.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets <see cref="PostgreSqlStateStoreOptions.ConnectionString"/> and whatever else differs from the defaults.</param>
    public static IOrchestrationBuilder UsePostgreSql(this IOrchestrationBuilder builder, Action<PostgreSqlStateStoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.UsePostgreSql((options, _) => configure(options));
    }

    /// <summary>Keeps runs in PostgreSQL, with options that need the application's services, such as its <c>NpgsqlDataSource</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options.</param>
    public static IOrchestrationBuilder UsePostgreSql(this IOrchestrationBuilder builder, Action<PostgreSqlStateStoreOptions, IServiceProvider> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddSingleton(services =>
        {
            var options = new PostgreSqlStateStoreOptions();
            configure(options, services);
            return new PostgreSqlStateStore(options, services.GetService<ILogger<PostgreSqlStateStore>>());
        });
        builder.Services.AddSingleton<IStateStore>(services => services.GetRequiredService<PostgreSqlStateStore>());
        return builder.UseDefaultArtifacts(
            services => new PostgreSqlArtifactStore(services.GetRequiredService<PostgreSqlStateStore>()),
            services => new PostgreSqlMemoStore(services.GetRequiredService<PostgreSqlStateStore>()));
    }
}
