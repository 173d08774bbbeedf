using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrchestrationEngine.Agents;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;

namespace OrchestrationEngine.Hosting.Tests;

public sealed class HostingTests
{
    private static readonly RunId Run = new("run");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly OrchestrationPlan Chain = new PlanBuilder("chain")
        .Phase("only", phase => phase.Task("first", "worker").Task("second", "worker").Task("third", "worker"))
        .Build();

    private readonly InMemoryStateStore _store = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_takes_up_the_run_that_the_host_before_it_left()
    {
        var stuck = new BlockingAgent("second");
        using (var first = BuildHost(stuck, options => options.ShutdownGracePeriod = TimeSpan.Zero))
        {
            await StartChainAsync(first, stuck);
            await first.StopAsync(Ct).WaitAsync(Patience, Ct);
        }

        Assert.Equal(["first#1 started", "first#1 succeeded", "second#1 started", "second#1 abandoned"], await AttemptsAsync());
        var last = new BlockingAgent("third");
        using var second = BuildHost(last);

        await second.StartAsync(Ct);
        await last.Started;
        last.Release();
        var result = await second.Services.GetRequiredService<IOrchestrator>().WaitAsync(Run, Ct).WaitAsync(Patience, Ct);
        await second.StopAsync(Ct).WaitAsync(Patience, Ct);

        Assert.Equal(RunStatus.Succeeded, result.Status);
        Assert.Equal(
            ["first#1 started", "first#1 succeeded", "second#1 started", "second#1 abandoned", "second#2 started", "second#2 succeeded", "third#1 started", "third#1 succeeded"],
            await AttemptsAsync());
    }

    [Fact]
    public async Task An_attempt_that_ends_within_the_grace_period_is_recorded_and_nothing_new_starts()
    {
        var agent = new BlockingAgent("second");
        using var host = BuildHost(agent);
        await StartChainAsync(host, agent);

        var stopped = host.StopAsync(Ct);
        Assert.False(stopped.IsCompleted);
        agent.Release();
        await stopped.WaitAsync(Patience, Ct);

        Assert.Equal(["first#1 started", "first#1 succeeded", "second#1 started", "second#1 succeeded"], await AttemptsAsync());
        Assert.Equal(RunStatus.Running, (await _store.FindAsync(Run, Ct))!.Status);
    }

    [Fact]
    public async Task The_shutdown_timeout_of_the_host_ends_the_grace_period()
    {
        var agent = new BlockingAgent("second");
        using var host = BuildHost(agent, options => options.ShutdownGracePeriod = TimeSpan.FromHours(1));
        using var release = agent;
        await StartChainAsync(host, agent);
        using var timeout = new CancellationTokenSource();

        var stopped = host.StopAsync(timeout.Token);
        Assert.False(stopped.IsCompleted);
        await timeout.CancelAsync();
        await stopped.WaitAsync(Patience, Ct);
        agent.Release();

        Assert.Equal(["first#1 started", "first#1 succeeded", "second#1 started", "second#1 abandoned"], await AttemptsAsync());
    }

    [Theory]
    [InlineData("01:00:00", "00:00:00.1")]
    [InlineData("00:00:00.1", "01:00:00")]
    public async Task What_is_under_way_when_the_grace_period_or_the_time_of_the_host_is_over_goes_on_in_another_host(string grace, string timeout)
    {
        var stuck = new BlockingAgent("second");
        using var first = BuildHost(stuck, options => options.ShutdownGracePeriod = TimeSpan.Parse(grace, CultureInfo.InvariantCulture), TimeSpan.Parse(timeout, CultureInfo.InvariantCulture));
        // Before the host is disposed of, which would wait for it.
        using var release = stuck;
        await StartChainAsync(first, stuck);
        using var second = BuildHost(new BlockingAgent("none"));
        await second.StartAsync(Ct);
        var end = second.Services.GetRequiredService<IOrchestrator>().WaitAsync(Run, Ct);

        await first.StopAsync(Ct).WaitAsync(Patience, Ct);
        var result = await end.WaitAsync(Patience, Ct);
        var facts = await AttemptsAsync();
        stuck.Release();
        await second.StopAsync(Ct).WaitAsync(Patience, Ct);

        Assert.Equal(RunStatus.Succeeded, result.Status);
        Assert.Equal(
            ["first#1 started", "first#1 succeeded", "second#1 started", "second#1 abandoned", "second#2 started", "second#2 succeeded", "third#1 started", "third#1 succeeded"],
            facts);
        Assert.Equal(facts, await AttemptsAsync());
    }

    [Fact]
    public async Task The_node_starts_after_the_other_hosted_services_and_stops_before_them()
    {
        var calls = new List<string>();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddOrchestration().UseHosting();
        builder.Services.AddSingleton(CallRecorder.Record<IOrchestrator>(calls));
        builder.Services.AddSingleton(CallRecorder.Record<IHostedService>(calls));
        using var host = builder.Build();

        await host.StartAsync(Ct);
        await host.StopAsync(Ct);

        Assert.Equal(["IHostedService.StartAsync", "IOrchestrator.StartNodeAsync", "IOrchestrator.StopNodeAsync", "IHostedService.StopAsync"], calls);
    }

    [Fact]
    public async Task A_host_without_a_store_does_not_start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddOrchestration().UseHosting();
        using var host = builder.Build();

        var refusal = await Assert.ThrowsAsync<OrchestrationConfigurationException>(() => host.StartAsync(Ct));

        Assert.Contains("UseSqlite", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Asking_for_hosting_twice_registers_it_once()
    {
        var services = new ServiceCollection();
        services.AddOrchestration().UseHosting().UseHosting();
        Assert.Single(services, service => service.ServiceType == typeof(IHostedService));
    }

    private static async Task StartChainAsync(IHost host, BlockingAgent agent)
    {
        await host.StartAsync(Ct);
        await host.Services.GetRequiredService<IOrchestrator>().StartAsync(Chain, new StartRunOptions { Id = Run }, Ct);
        await agent.Started;
    }

    private IHost BuildHost(IAgentAdapter agent, Action<OrchestrationOptions>? configure = null, TimeSpan? shutdownTimeout = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = shutdownTimeout ?? options.ShutdownTimeout);
        builder.Services.AddSingleton<IStateStore>(_store);
        builder.Services.AddOrchestration(configure).AddAgent("worker", agent).UseHosting();
        return builder.Build();
    }

    private async Task<List<string>> AttemptsAsync()
    {
        var attempts = new List<string>();
        await foreach (var recorded in _store.ReadAsync(Run, 0, Ct))
        {
            if (recorded.Event is AttemptEvent attempt)
            {
                attempts.Add($"{attempt.Task}#{attempt.Attempt} {attempt.Type["attempt.".Length..]}");
            }
        }

        return attempts;
    }
}
