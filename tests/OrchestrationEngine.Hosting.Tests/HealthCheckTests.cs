using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using OrchestrationEngine.Plans;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Hosting.Tests;

public sealed class HealthCheckTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);
    private static readonly OrchestrationPlan OneTask = new PlanBuilder("one").Phase("only", phase => phase.Task("task", "worker")).Build();

    private readonly ManualTimeProvider _time = new();
    private readonly BlockingAgent _agent = new("task");
    private readonly FickleStore _store;
    private readonly OrchestrationOptions _options = new() { LeaseDuration = Lease };
    private readonly Lazy<IHost> _host;

    public HealthCheckTests()
    {
        _store = new FickleStore(new InMemoryStateStore(_time));
        _host = new Lazy<IHost>(BuildHost);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IOrchestrator Orchestrator => _host.Value.Services.GetRequiredService<IOrchestrator>();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _agent.Release();
        (_store.Fails, _store.Hangs) = (false, false);
        await _host.Value.StopAsync(Ct).WaitAsync(Patience, Ct);
        _host.Value.Dispose();
    }

    [Fact]
    public async Task A_node_that_is_at_work_is_live_and_ready_and_says_how_it_does()
    {
        await StartAsync();
        await StartRunAsync();
        _time.Advance(Lease / 3);
        var renewed = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromSeconds(1));

        var (live, ready) = await CheckAsync();

        Assert.Equal((HealthStatus.Healthy, HealthStatus.Healthy), (live.Status, ready.Status));
        Assert.Equal([["live"], ["ready"]], new[] { live.Tags, ready.Tags });
        var expected = new Dictionary<string, object>
        {
            ["name"] = "node",
            ["id"] = "node/1",
            ["runs"] = 1,
            ["attempts"] = 1,
            ["lastRenewal"] = renewed,
        };
        Assert.Equal(expected, live.Data);
        Assert.Equal(expected, ready.Data);
    }

    [Fact]
    public async Task A_node_that_was_not_started_is_live_and_not_ready()
    {
        _time.Advance(TimeSpan.FromDays(1));

        var (live, ready) = await CheckAsync();

        Assert.Equal((HealthStatus.Healthy, HealthStatus.Unhealthy), (live.Status, ready.Status));
        Assert.Contains("not started", ready.Description, StringComparison.Ordinal);
        Assert.Equal(["attempts", "name", "runs"], ready.Data.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_node_whose_store_fails_stays_live_and_is_not_ready_until_the_store_is_back()
    {
        await StartAsync();
        _store.Fails = true;
        _time.Advance(Lease / 3);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Ready.Status);
        _time.Advance(Lease);
        var end = _time.GetUtcNow() + TimeSpan.FromHours(1);
        while (_time.GetUtcNow() < end)
        {
            // The one waits to join again, the other to look for runs.
            await UntilAsync(() => _time.Pending == 2);
            _time.AdvanceToNext();
            var (live, ready) = await CheckAsync();
            Assert.Equal((HealthStatus.Healthy, HealthStatus.Unhealthy), (live.Status, ready.Status));
            Assert.Contains("The disk is on fire.", ready.Description, StringComparison.Ordinal);
            Assert.Null(ready.Exception);
        }

        _store.Fails = false;
        await UntilAsync(() => _time.Pending == 2);
        _time.Advance(TimeSpan.FromSeconds(30));
        await UntilAsync(() => Orchestrator.DescribeNode().HasValidLease);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Ready.Status);
    }

    [Theory, InlineData(15, 120), InlineData(60, 180)]
    public async Task A_node_that_neither_renews_nor_hears_of_an_error_for_three_leases_and_two_minutes_is_not_live(int lease, int patience)
    {
        _options.LeaseDuration = TimeSpan.FromSeconds(lease);
        await StartAsync();
        _time.Advance(20 * _options.LeaseDuration);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Live.Status);
        _store.Hangs = true;
        _time.Advance(TimeSpan.FromSeconds(patience));
        var (live, ready) = await CheckAsync();
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Unhealthy), (live.Status, ready.Status));

        _time.Advance(TimeSpan.FromSeconds(1));
        live = (await CheckAsync()).Live;

        Assert.Equal(HealthStatus.Unhealthy, live.Status);
        Assert.Contains($"'node' hangs: for {TimeSpan.FromSeconds(patience + 1):c}", live.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_never_hears_of_its_store_is_not_live_as_long_after_its_start()
    {
        _store.Hangs = true;
        Assert.Null(Orchestrator.DescribeNode().SilentFor);
        _time.Advance(TimeSpan.FromHours(1));
        var starting = Orchestrator.StartNodeAsync(Ct);
        _time.Advance(TimeSpan.FromMinutes(2));
        var (live, ready) = await CheckAsync();
        Assert.Equal((HealthStatus.Healthy, HealthStatus.Unhealthy), (live.Status, ready.Status));
        Assert.Contains("has not answered", ready.Description, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync()).Live.Status);
        Assert.False(starting.IsCompleted);
    }

    [Fact]
    public async Task A_node_that_drains_or_has_stopped_is_live_and_not_ready()
    {
        _options.ShutdownGracePeriod = TimeSpan.FromHours(2);
        await StartAsync();
        await StartRunAsync();
        var stopping = _host.Value.StopAsync(Ct);
        await AssertDownAsync();
        Assert.False(stopping.IsCompleted);
        _store.Hangs = true;
        _time.Advance(TimeSpan.FromHours(1));
        await AssertDownAsync();
        _store.Hangs = false;
        _agent.Release();
        await stopping.WaitAsync(Patience, Ct);
        _time.Advance(TimeSpan.FromHours(1));
        await AssertDownAsync();

        async Task AssertDownAsync()
        {
            var (live, ready) = await CheckAsync();
            Assert.Equal((HealthStatus.Healthy, HealthStatus.Unhealthy), (live.Status, ready.Status));
            Assert.Contains("on its way down", ready.Description, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_node_without_room_for_more_runs_is_degraded()
    {
        _options.MaxRuns = 1;
        await StartAsync();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Ready.Status);
        await StartRunAsync();

        var (live, ready) = await CheckAsync();

        Assert.Equal((HealthStatus.Healthy, HealthStatus.Degraded), (live.Status, ready.Status));
        Assert.Contains("it has 1 of 1 (MaxRuns)", ready.Description, StringComparison.Ordinal);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var since = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < Patience, "What the test waits for does not happen.");
            await Task.Yield();
        }
    }

    private Task StartAsync() => _host.Value.StartAsync(Ct).WaitAsync(Patience, Ct);

    private async Task StartRunAsync()
    {
        await Orchestrator.StartAsync(OneTask, cancellationToken: Ct);
        await _agent.Started;
    }

    private async Task<(HealthReportEntry Live, HealthReportEntry Ready)> CheckAsync()
    {
        var report = await _host.Value.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct);
        return (report.Entries["orchestration-live"], report.Entries["orchestration-ready"]);
    }

    private IHost BuildHost()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IStateStore>(_store);
        builder.Services
            .AddOrchestration(options => (options.NodeName, options.TimeProvider, options.LeaseDuration, options.MaxRuns, options.ShutdownGracePeriod)
                = ("node", _time, _options.LeaseDuration, _options.MaxRuns, _options.ShutdownGracePeriod))
            .AddAgent("worker", _agent)
            .UseHosting();
        builder.Services.AddHealthChecks().AddOrchestration();
        return builder.Build();
    }
}
