using Microsoft.Extensions.DependencyInjection.Extensions;
using OrchestrationEngine;
using OrchestrationEngine.Artifacts;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Says where contents and remembered results are kept.</summary>
public static class OrchestrationArtifactExtensions
{
    /// <summary>Keeps contents as files in a folder, whatever the store of runs is. Remembered results stay with the store of runs.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="folder">The folder; it is made when something is written. Nodes of several machines need one that all of them see.</param>
    public static IOrchestrationBuilder UseFileArtifacts(this IOrchestrationBuilder builder, string folder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        builder.Services.AddSingleton<IArtifactStore>(services => new FileArtifactStore(folder, services.GetRequiredService<OrchestrationClock>().TimeProvider));
        return builder;
    }

    /// <summary>
    /// Says where a store of runs keeps contents and remembered results unless the application chooses another place. For those who write a store; the
    /// library's own have done so. The last one counts.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="artifacts">Makes the store of contents, once.</param>
    /// <param name="memos">Makes the store of remembered results, once.</param>
    public static IOrchestrationBuilder UseDefaultArtifacts(
        this IOrchestrationBuilder builder,
        Func<IServiceProvider, IArtifactStore> artifacts,
        Func<IServiceProvider, IMemoStore> memos)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(artifacts);
        ArgumentNullException.ThrowIfNull(memos);
        builder.Services.AddSingleton(new DefaultArtifacts(artifacts, memos));
        return builder;
    }

    /// <summary>What the application has not registered itself comes from its store of runs; there is none where that has none.</summary>
    internal static void AddDefaultArtifacts(this IServiceCollection services)
    {
        services.TryAddSingleton<IArtifactStore>(provider => provider.GetService<DefaultArtifacts>()?.Artifacts(provider)!);
        services.TryAddSingleton<IMemoStore>(provider => provider.GetService<DefaultArtifacts>()?.Memos(provider)!);
    }

    private sealed record DefaultArtifacts(Func<IServiceProvider, IArtifactStore> Artifacts, Func<IServiceProvider, IMemoStore> Memos);
}
