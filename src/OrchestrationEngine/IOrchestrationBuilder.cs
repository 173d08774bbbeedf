using Microsoft.Extensions.DependencyInjection;

namespace OrchestrationEngine;

/// <summary>What <c>AddOrchestration</c> returns; stores, agents and satellites are added to it.</summary>
public interface IOrchestrationBuilder
{
    /// <summary>The application's services.</summary>
    IServiceCollection Services { get; }
}
