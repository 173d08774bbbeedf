using System.Diagnostics.CodeAnalysis;
using OrchestrationEngine;
using OrchestrationEngine.Handoffs;
using OrchestrationEngine.Schemas;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers contracts, transformations and schemas under the names that plans use.</summary>
public static class OrchestrationHandoffExtensions
{
    /// <summary>Registers a contract, which plans name with <c>uses</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="contract">The contract; called from many threads at once.</param>
    public static IOrchestrationBuilder AddContract(this IOrchestrationBuilder builder, IHandoffContract contract)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(contract);
        builder.Services.AddSingleton(contract);
        return builder;
    }

    /// <summary>Registers a contract by its class, of which one instance serves all.</summary>
    /// <typeparam name="TContract">The class.</typeparam>
    /// <param name="builder">The builder.</param>
    public static IOrchestrationBuilder AddContract<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TContract>(this IOrchestrationBuilder builder)
        where TContract : class, IHandoffContract
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IHandoffContract, TContract>();
        return builder;
    }

    /// <summary>Registers a transformation, which plans name with <c>uses</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="transform">The transformation; called from many threads at once.</param>
    public static IOrchestrationBuilder AddTransform(this IOrchestrationBuilder builder, IHandoffTransform transform)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(transform);
        builder.Services.AddSingleton(transform);
        return builder;
    }

    /// <summary>Registers a transformation by its class, of which one instance serves all.</summary>
    /// <typeparam name="TTransform">The class.</typeparam>
    /// <param name="builder">The builder.</param>
    public static IOrchestrationBuilder AddTransform<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TTransform>(this IOrchestrationBuilder builder)
        where TTransform : class, IHandoffTransform
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IHandoffTransform, TTransform>();
        return builder;
    }

    /// <summary>
    /// Adds schemas that the contracts of plans name by their URI and refer to: from texts, files or embedded resources. Nothing else is ever looked up.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="add">Adds them to the engine's registry: the application's own <see cref="SchemaRegistry"/> where its services have one. Called when the engine is made.</param>
    public static IOrchestrationBuilder AddSchemas(this IOrchestrationBuilder builder, Action<SchemaRegistry> add)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(add);
        builder.Services.AddSingleton(new AddedSchemas(add));
        return builder;
    }

    /// <summary>Adds the schemas in the files of a folder. A schema is found by its <c>$id</c>, or by the name of its file where it has none.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="pattern">Which files; the default is <c>*.json</c>. Folders within are not looked into.</param>
    public static IOrchestrationBuilder AddSchemaFiles(this IOrchestrationBuilder builder, string folder, string pattern = "*.json")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentException.ThrowIfNullOrWhiteSpace(pattern);
        return builder.AddSchemas(schemas =>
        {
            foreach (var file in Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal))
            {
                AddFile(schemas, file);
            }
        });
    }

    /// <summary>What contracts and transformations of plans are compiled with.</summary>
    /// <exception cref="OrchestrationConfigurationException">Something is registered twice or can't be used; the exception has all of it.</exception>
    internal static HandoffRegistry HandoffRegistryOf(this IServiceProvider provider, HandoffSettings settings)
    {
        var problems = new List<string>();
        var contracts = provider.GetServices<IHandoffContract>().ToList();
        var transforms = provider.GetServices<IHandoffTransform>().ToList();
        problems.AddRange(Twice("Contract", contracts.Select(contract => contract.Name)));
        problems.AddRange(Twice("Transformation", transforms.Select(transform => transform.Name)));
        var schemas = provider.GetService<SchemaRegistry>() ?? new SchemaRegistry();
        foreach (var added in provider.GetServices<AddedSchemas>())
        {
            try
            {
                added.Add(schemas);
            }
            catch (Exception e) when (e is SchemaException or ArgumentException or IOException or UnauthorizedAccessException)
            {
                problems.Add(e.Message);
            }
        }

        return problems.Count == 0 ? new HandoffRegistry(settings, contracts, transforms, schemas) : throw new OrchestrationConfigurationException(problems);
    }

    private static IEnumerable<string> Twice(string what, IEnumerable<string?> names)
    {
        foreach (var same in names.GroupBy(name => name, StringComparer.Ordinal))
        {
            if (string.IsNullOrWhiteSpace(same.Key))
            {
                yield return $"{what} without a name: its Name is empty. Plans use it by its name.";
            }
            else if (same.Count() > 1)
            {
                yield return $"{what} '{same.Key}' is registered {(same.Count() == 2 ? "twice" : $"{same.Count()} times")}; give each a name of its own.";
            }
        }
    }

    private static void AddFile(SchemaRegistry schemas, string file)
    {
        try
        {
            var text = File.ReadAllBytes(file);
            schemas.Add(text, SchemaFiles.HasId(text) ? null : new Uri(Path.GetFileName(file), UriKind.Relative));
        }
        catch (SchemaException e)
        {
            throw new ArgumentException($"The schema file '{file}' can't be used: {e.Message}", e);
        }
    }

    private sealed record AddedSchemas(Action<SchemaRegistry> Add);
}
