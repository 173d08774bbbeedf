using Microsoft.Extensions.DependencyInjection.Extensions;
using OrchestrationEngine;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Registry;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds plans that are named by their ids.</summary>
public static class OrchestrationPlanExtensions
{
    /// <summary>Adds a plan to the registry of the application, from which runs and sub-plans are started by id.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="plan">The plan.</param>
    public static IOrchestrationBuilder AddPlan(this IOrchestrationBuilder builder, OrchestrationPlan plan)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(plan);
        builder.Services.AddSingleton(new AddedPlan(plan));
        return builder;
    }

    /// <summary>Adds plans to the registry of the application, from which runs and sub-plans are started by id.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="plans">The plans.</param>
    public static IOrchestrationBuilder AddPlans(this IOrchestrationBuilder builder, IEnumerable<OrchestrationPlan> plans)
    {
        ArgumentNullException.ThrowIfNull(plans);
        foreach (var plan in plans)
        {
            builder.AddPlan(plan);
        }

        return builder;
    }

    /// <summary>Registers where plans come from, unless the application has said so itself.</summary>
    internal static void AddPlanRegistry(this IServiceCollection services)
    {
        services.TryAddSingleton<IPlanRegistry>(provider => Filled(provider.GetServices<AddedPlan>()));
        services.TryAddSingleton<IPlanSource>(provider => provider.GetRequiredService<IPlanRegistry>());
    }

    private static InMemoryPlanRegistry Filled(IEnumerable<AddedPlan> plans)
    {
        var registry = new InMemoryPlanRegistry();
        var problems = new List<string>();
        foreach (var added in plans)
        {
            try
            {
                registry.Add(added.Plan);
            }
            catch (Exception e) when (e is PlanInvalidException or PlanExistsException)
            {
                problems.Add(e.Message);
            }
        }

        return problems.Count == 0 ? registry : throw new OrchestrationConfigurationException(problems);
    }

    private sealed record AddedPlan(OrchestrationPlan Plan);
}
