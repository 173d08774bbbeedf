using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrchestrationEngine;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Bundles;
using OrchestrationEngine.Execution;
using OrchestrationEngine.Registry;
using OrchestrationEngine.Retention;
using OrchestrationEngine.State;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the orchestration engine to an application.</summary>
public static class OrchestrationServiceCollectionExtensions
{
    /// <summary>Registers the engine. Nothing starts by this: the node starts on first use, or with the host where OrchestrationEngine.Hosting is used.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the options; null keeps the defaults.</param>
    /// <returns>A builder, to which a store and agents are added.</returns>
    public static IOrchestrationBuilder AddOrchestration(this IServiceCollection services, Action<OrchestrationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton(_ =>
        {
            var options = new OrchestrationOptions();
            configure?.Invoke(options);
            return new ConfiguredOptions(options);
        });
        services.AddSingleton(provider => new OrchestrationClock(
            provider.GetRequiredService<ConfiguredOptions>().Options.TimeProvider ?? provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddPlanRegistry();
        services.AddDefaultArtifacts();
        services.AddSingleton(CreateNode);
        services.AddSingleton<IOrchestrator>(provider =>
        {
            var built = provider.GetRequiredService<BuiltNode>();
            return new Orchestrator(built.Node, built.NewId, provider.GetRequiredService<IPlanSource>);
        });
        services.AddSingleton<IRunRetention>(provider => provider.GetRequiredService<BuiltNode>().Retention);
        services.AddSingleton<IRunBundles>(provider => provider.GetRequiredService<BuiltNode>().Bundles);
        services.AddSingleton<IArtifactCollection>(provider => provider.GetRequiredService<BuiltNode>().Collection
            ?? throw new OrchestrationConfigurationException(["There is no store of contents to collect from. The library's stores of runs bring one; with another, add UseFileArtifacts(folder) to AddOrchestration()."]));
        return new OrchestrationBuilder(services);
    }

    /// <summary>Keeps journals and artifacts in the memory of the process: for tests, and for work that may be lost.</summary>
    /// <param name="builder">The builder.</param>
    public static IOrchestrationBuilder UseInMemoryStore(this IOrchestrationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IStateStore>(services => new InMemoryStateStore(services.GetRequiredService<OrchestrationClock>().TimeProvider));
        return builder.UseDefaultArtifacts(
            services => new InMemoryArtifactStore(services.GetRequiredService<OrchestrationClock>().TimeProvider),
            _ => new InMemoryMemoStore());
    }

    private static BuiltNode CreateNode(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<ConfiguredOptions>().Options;
        var agents = provider.GetServices<AgentRegistration>().ToList();
        var settings = options.Validate(agents);
        var store = provider.GetService<IStateStore>()
            ?? throw new OrchestrationConfigurationException(["No store is registered. Add one to AddOrchestration(): UseSqlite(file) keeps runs in a file, UseInMemoryStore() keeps them as long as the process lives."]);
        var context = new NodeContext(
            settings,
            store,
            new AgentRegistry(agents),
            provider.GetRequiredService<OrchestrationClock>().TimeProvider,
            options.Randomizer,
            provider,
            provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance)
        {
            Handoffs = provider.HandoffRegistryOf(options.ForHandoffs()),
        };
        var artifacts = provider.GetService<IArtifactStore>();
        var retention = new RunRetention(store, context.Time, artifacts);
        var collection = artifacts is null
            ? null
            : new ArtifactCollector(artifacts, store, provider.GetService<IMemoStore>(), context.Time, options.ArtifactGracePeriod, options.MemoRetention);
        var sweeps = new[] { SweepOf(options, retention, context), SweepOf(options, collection, context) }.OfType<Func<CancellationToken, Task>>().ToList();
        return new BuiltNode(
            new OrchestrationNode(context) { Alongside = stopping => Task.WhenAll(sweeps.Select(sweep => sweep(stopping))) },
            options.RunIdGenerator,
            retention,
            new RunBundles(store, artifacts),
            collection);
    }

    private static Func<CancellationToken, Task>? SweepOf(OrchestrationOptions options, ArtifactCollector? collection, NodeContext context)
        => collection is not null && options.ArtifactCollectionInterval is { } interval
            ? new ArtifactSweep(collection, interval, context.Time, context.Random, context.Loggers.CreateLogger("OrchestrationEngine.Artifacts")).RunAsync
            : null;

    private static Func<CancellationToken, Task>? SweepOf(OrchestrationOptions options, RunRetention retention, NodeContext context)
    {
        if (options.Retention.Count == 0)
        {
            return null;
        }

        if (context.Store is not IRetentionStore)
        {
            throw RunRetention.NotAble(context.Store);
        }

        var log = context.Loggers.CreateLogger("OrchestrationEngine.Retention");
        return new RetentionSweep(retention, [.. options.Retention], options.RetentionInterval, context.Time, context.Random, log).RunAsync;
    }

    private sealed record ConfiguredOptions(OrchestrationOptions Options);

    private sealed record OrchestrationBuilder(IServiceCollection Services) : IOrchestrationBuilder;

    /// <summary>Has the container drain the node when the application ends, even without a host.</summary>
    private sealed record BuiltNode(OrchestrationNode Node, Func<DateTimeOffset, string> NewId, RunRetention Retention, RunBundles Bundles, ArtifactCollector? Collection) : IAsyncDisposable, IDisposable
    {
        public ValueTask DisposeAsync() => Node.DisposeAsync();

        // A container that is disposed of synchronously can't wait for a drain: the runs are left as after a kill, which loses nothing.
        public void Dispose() => Node.Kill();
    }
}
