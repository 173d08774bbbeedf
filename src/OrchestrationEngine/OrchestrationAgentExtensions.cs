using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrchestrationEngine;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers agents under the names that plans use.</summary>
public static class OrchestrationAgentExtensions
{
    /// <summary>Registers an agent that is a function.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name that plans use.</param>
    /// <param name="execute">Carries out one attempt; called from many threads at once. See <see cref="IAgentAdapter.ExecuteAsync"/>.</param>
    /// <param name="configure">Sets how the engine uses the agent; null keeps the defaults.</param>
    public static IOrchestrationBuilder AddAgent(
        this IOrchestrationBuilder builder,
        string name,
        Func<AgentRequest, IAgentContext, CancellationToken, Task<AgentResult>> execute,
        Action<AgentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(execute);
        return builder.AddAgent(name, new DelegateAgent(execute), configure);
    }

    /// <summary>Registers an instance that serves all attempts.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name that plans use.</param>
    /// <param name="adapter">The agent; called from many threads at once.</param>
    /// <param name="configure">Sets how the engine uses the agent; null keeps the defaults.</param>
    public static IOrchestrationBuilder AddAgent(this IOrchestrationBuilder builder, string name, IAgentAdapter adapter, Action<AgentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        return Add(builder, new AgentRegistration(name, adapter, null), configure);
    }

    /// <summary>Registers an agent by its class: each attempt resolves its own from a scope of its own.</summary>
    /// <typeparam name="TAgent">The class. It is added to the services as transient unless it is there already.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name that plans use.</param>
    /// <param name="configure">Sets how the engine uses the agent; null keeps the defaults.</param>
    public static IOrchestrationBuilder AddAgent<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TAgent>(
        this IOrchestrationBuilder builder,
        string name,
        Action<AgentOptions>? configure = null)
        where TAgent : class, IAgentAdapter
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddTransient<TAgent>();
        return Add(builder, new AgentRegistration(name, null, typeof(TAgent)), configure);
    }

    /// <summary>Registers an agent that is a function from a type of the application to another.</summary>
    /// <typeparam name="TRequest">What the inputs are read as: one JSON object with a member for each input.</typeparam>
    /// <typeparam name="TResult">What is made; it is written as JSON.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name that plans use.</param>
    /// <param name="execute">Carries out one attempt; called from many threads at once. An exception means a bug and is not tried again.</param>
    /// <param name="requestInfo">How <typeparamref name="TRequest"/> is read, from the application's <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>.</param>
    /// <param name="resultInfo">How <typeparamref name="TResult"/> is written.</param>
    /// <param name="configure">Sets how the engine uses the agent; null keeps the defaults.</param>
    /// <remarks>Inputs that can't be read fail the attempt as <see cref="FailureClass.InvalidInput"/>, and the function is not called.</remarks>
    public static IOrchestrationBuilder AddAgent<TRequest, TResult>(
        this IOrchestrationBuilder builder,
        string name,
        Func<TRequest, IAgentContext, CancellationToken, Task<TResult>> execute,
        JsonTypeInfo<TRequest> requestInfo,
        JsonTypeInfo<TResult> resultInfo,
        Action<AgentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(execute);
        ArgumentNullException.ThrowIfNull(requestInfo);
        ArgumentNullException.ThrowIfNull(resultInfo);
        return builder.AddAgent(
            name,
            new TypedAgent<TRequest, TResult>(execute, requestInfo, result => AgentResult.Succeeded(JsonData.From(result, resultInfo))),
            configure);
    }

    /// <summary>Registers an agent that is a function from a type of the application to another, read and written by reflection.</summary>
    /// <typeparam name="TRequest">What the inputs are read as: one JSON object with a member for each input.</typeparam>
    /// <typeparam name="TResult">What is made; it is written as JSON.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name that plans use.</param>
    /// <param name="execute">Carries out one attempt; called from many threads at once. An exception means a bug and is not tried again.</param>
    /// <param name="configure">Sets how the engine uses the agent; null keeps the defaults.</param>
    /// <remarks>
    /// Names are written in camel case and read in any case. Inputs that can't be read fail the attempt as
    /// <see cref="FailureClass.InvalidInput"/>, and the function is not called.
    /// </remarks>
    [RequiresUnreferencedCode("Reads and writes by reflection; pass JsonTypeInfos where the application is trimmed.")]
    [RequiresDynamicCode("Reads and writes by reflection; pass JsonTypeInfos where the application is compiled ahead of time.")]
    public static IOrchestrationBuilder AddAgent<TRequest, TResult>(
        this IOrchestrationBuilder builder,
        string name,
        Func<TRequest, IAgentContext, CancellationToken, Task<TResult>> execute,
        Action<AgentOptions>? configure = null)
        => builder.AddAgent(name, execute, Reflected<TRequest>(), Reflected<TResult>(), configure);

    /// <summary>Registers an agent that is a function from a type of the application to an outcome, so that it can fail in its own words.</summary>
    /// <typeparam name="TRequest">What the inputs are read as: one JSON object with a member for each input.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name that plans use.</param>
    /// <param name="execute">Carries out one attempt; called from many threads at once. See <see cref="IAgentAdapter.ExecuteAsync"/>.</param>
    /// <param name="requestInfo">How <typeparamref name="TRequest"/> is read, from the application's <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>.</param>
    /// <param name="configure">Sets how the engine uses the agent; null keeps the defaults.</param>
    /// <remarks>Inputs that can't be read fail the attempt as <see cref="FailureClass.InvalidInput"/>, and the function is not called.</remarks>
    public static IOrchestrationBuilder AddAgent<TRequest>(
        this IOrchestrationBuilder builder,
        string name,
        Func<TRequest, IAgentContext, CancellationToken, Task<AgentResult>> execute,
        JsonTypeInfo<TRequest> requestInfo,
        Action<AgentOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(execute);
        ArgumentNullException.ThrowIfNull(requestInfo);
        return builder.AddAgent(name, new TypedAgent<TRequest, AgentResult>(execute, requestInfo, static result => result), configure);
    }

    /// <summary>
    /// Registers an agent that is a function from a type of the application, read by reflection, to an outcome, so that it can fail in its own words.
    /// </summary>
    /// <typeparam name="TRequest">What the inputs are read as: one JSON object with a member for each input.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name that plans use.</param>
    /// <param name="execute">Carries out one attempt; called from many threads at once. See <see cref="IAgentAdapter.ExecuteAsync"/>.</param>
    /// <param name="configure">Sets how the engine uses the agent; null keeps the defaults.</param>
    /// <remarks>
    /// Names are read in any case. Inputs that can't be read fail the attempt as <see cref="FailureClass.InvalidInput"/>, and the function is not called.
    /// </remarks>
    [RequiresUnreferencedCode("Reads by reflection; pass a JsonTypeInfo where the application is trimmed.")]
    [RequiresDynamicCode("Reads by reflection; pass a JsonTypeInfo where the application is compiled ahead of time.")]
    public static IOrchestrationBuilder AddAgent<TRequest>(
        this IOrchestrationBuilder builder,
        string name,
        Func<TRequest, IAgentContext, CancellationToken, Task<AgentResult>> execute,
        Action<AgentOptions>? configure = null)
        => builder.AddAgent(name, execute, Reflected<TRequest>(), configure);

    /// <summary>Registers an agent that is a program: each attempt starts it. See <see cref="ProcessAgent"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name that plans use.</param>
    /// <param name="configure">Says which program, and how; called once, now.</param>
    /// <param name="configureAgent">Sets how the engine uses the agent; null keeps the defaults.</param>
    /// <exception cref="OrchestrationConfigurationException">The options are wrong; it lists everything that is.</exception>
    public static IOrchestrationBuilder AddProcessAgent(
        this IOrchestrationBuilder builder,
        string name,
        Action<ProcessAgentOptions> configure,
        Action<AgentOptions>? configureAgent = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new ProcessAgentOptions();
        configure(options);
        return builder.AddAgent(name, new ProcessAgent(ProcessAgentSettings.From(options, $"Process agent '{name}'")), configureAgent);
    }

    /// <summary>Registers an agent that is a program, with the defaults of <see cref="ProcessAgentOptions"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name that plans use.</param>
    /// <param name="fileName">The program; see <see cref="ProcessAgentOptions.FileName"/>.</param>
    /// <param name="arguments">Its arguments, each passed as it is; see <see cref="ProcessAgentOptions.Arguments"/>.</param>
    /// <exception cref="OrchestrationConfigurationException">The program or an argument can't be one.</exception>
    public static IOrchestrationBuilder AddProcessAgent(this IOrchestrationBuilder builder, string name, string fileName, params IReadOnlyList<string> arguments)
        => builder.AddProcessAgent(name, options =>
        {
            options.FileName = fileName;
            options.Arguments = [.. arguments];
        });

    /// <summary>Registers an agent that knows nothing but folders: requests and answers are files. See <see cref="FolderAgent"/>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name that plans use.</param>
    /// <param name="folder">The folder; see <see cref="FolderAgentOptions.Folder"/>.</param>
    /// <param name="configure">Says how; called once, now. Null keeps the defaults.</param>
    /// <param name="configureAgent">Sets how the engine uses the agent; null keeps the defaults.</param>
    /// <exception cref="OrchestrationConfigurationException">The options are wrong; it lists everything that is.</exception>
    public static IOrchestrationBuilder AddFolderAgent(
        this IOrchestrationBuilder builder,
        string name,
        string folder,
        Action<FolderAgentOptions>? configure = null,
        Action<AgentOptions>? configureAgent = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var options = new FolderAgentOptions { Folder = folder };
        configure?.Invoke(options);
        return builder.AddAgent(name, new FolderAgent(FolderAgentSettings.From(options, $"Folder agent '{name}'")), configureAgent);
    }

    [RequiresUnreferencedCode("Reads and writes by reflection.")]
    [RequiresDynamicCode("Reads and writes by reflection.")]
    private static JsonTypeInfo<T> Reflected<T>() => (JsonTypeInfo<T>)JsonSerializerOptions.Web.GetTypeInfo(typeof(T));

    private static IOrchestrationBuilder Add(IOrchestrationBuilder builder, AgentRegistration registration, Action<AgentOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(registration.Name);
        var options = new AgentOptions();
        configure?.Invoke(options);
        builder.Services.AddSingleton(registration with { MaxConcurrent = options.MaxConcurrent, Version = options.Version });
        return builder;
    }
}
