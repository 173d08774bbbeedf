using System.Text;
using OrchestrationEngine.Artifacts;
using OrchestrationEngine.Runs;
using OrchestrationEngine.State;
using OrchestrationEngine.Testing;

namespace OrchestrationEngine.Tests.Artifacts;

/// <summary>
/// Random lives of runs and contents, with crashes before and after every kind of commit: what a journal names is there, and what none names is gone
/// when the grace period is over.
/// </summary>
public sealed class CollectionHistoryTests
{
    private const int Seeds = 300;
    private const int Steps = 60;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_reference_dangles_and_no_orphan_stays()
    {
        var (crashes, collected, lost, removed) = (0, 0, 0, 0);
        for (var seed = 0; seed < Seeds; seed++)
        {
            try
            {
                var history = new History(seed);
                await history.RunAsync();
                crashes += history.Crashes;
                collected += history.Collected;
                lost += history.Lost;
                removed += history.Removed;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new InvalidOperationException($"Seed {seed}: {e.Message}", e);
            }
        }

        // A walk that never meets what it is about proves nothing.
        Assert.True(crashes > Seeds && collected > Seeds && lost > 10 && removed > Seeds, $"{crashes} crashes, {collected} contents collected, {lost} attempts that came too late, {removed} runs removed");
    }

    private sealed class History(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly CollectionWorld _world = new();
        private readonly List<RunId> _runs = [];
        private readonly HashSet<ContentDigest> _written = [];
        private int _ids;

        public int Crashes { get; private set; }

        public int Collected { get; private set; }

        public int Lost { get; private set; }

        public int Removed { get; private set; }

        public async Task RunAsync()
        {
            for (var i = 0; i < Steps; i++)
            {
                await StepAsync();
            }

            await _world.CollectAllAsync();
            var named = await NamedAsync();
            foreach (var digest in _written)
            {
                Assert.True(named.Contains(digest) == await _world.HasAsync(digest), $"{digest} is {(named.Contains(digest) ? "named and gone" : "named by nobody and there")}.");
            }

            Assert.All(await _world.Contents.ListLinksAsync(null, 10_000, Ct), link => Assert.Contains(link.Digest, named));
        }

        private async Task StepAsync()
        {
            switch (_random.Next(8))
            {
                case 0:
                    await CreateAsync();
                    break;
                case 1 or 2 or 3 when _runs.Count > 0:
                    await AttemptAsync(Any(_runs));
                    break;
                case 4 when _runs.Count > 0:
                    var run = Any(_runs);
                    await _world.PurgeAsync(run);
                    _runs.Remove(run);
                    Removed++;
                    break;
                case 5 or 6:
                    _world.Time.Advance(TimeSpan.FromHours(_random.Next(1, 30)));
                    break;
                default:
                    await CollectAsync();
                    break;
            }
        }

        /// <summary>A run whose inputs may name a content that was linked to it before it was there.</summary>
        private async Task CreateAsync()
        {
            // Names come again, so that a run meets the links of another one that had its name.
            var id = new RunId($"run {(_random.Next(2) == 0 ? _random.Next(5) : 100 + _ids++)}");
            if (_runs.Contains(id))
            {
                return;
            }

            var input = await PutAsync(id);
            await DyingAsync(store => _world.CreateAsync(id.Value, $$"""{"file":"{{input}}"}""", store));
            if (await _world.Runs.FindAsync(id, Ct) is not null)
            {
                _runs.Add(id);
            }
        }

        /// <summary>An attempt: it writes, may take long, and what it made is named when its contents are there still.</summary>
        private async Task AttemptAsync(RunId run)
        {
            var digests = new List<ContentDigest>();
            for (var i = _random.Next(1, 4); i > 0; i--)
            {
                digests.Add(_random.Next(4) == 0 && _written.Count > 0 ? _written.ElementAt(_random.Next(_written.Count)) : await PutAsync(run));
            }

            if (_random.Next(3) == 0)
            {
                return;
            }

            if (_random.Next(2) == 0)
            {
                _world.Time.Advance(TimeSpan.FromHours(_random.Next(1, 60)));
                await CollectAsync();
            }

            if ((await _world.Contents.LinkAsync(run, digests, Ct)).Count > 0)
            {
                Lost++;
                return;
            }

            await DyingAsync(store => _world.SucceedAsync(run, $"[{string.Join(',', digests.Select(digest => $"\"{digest}\""))}]", store));
        }

        private async Task DyingAsync(Func<IStateStore, Task> commit)
        {
            var store = _random.Next(3) switch
            {
                0 => new CrashingStateStore(_world.Runs, 1, written: false),
                1 => new CrashingStateStore(_world.Runs, 1, written: true),
                _ => (IStateStore)_world.Runs,
            };
            try
            {
                await commit(store);
            }
            catch (SimulatedCrashException)
            {
                Crashes++;
            }
        }

        private async Task CollectAsync()
        {
            Collected += (await _world.CollectAsync()).Contents;
            foreach (var digest in await NamedAsync())
            {
                Assert.True(await _world.HasAsync(digest), $"{digest} is named and gone.");
            }
        }

        private async Task<ContentDigest> PutAsync(RunId run)
        {
            var digest = await _world.PutAsync(run, $"content {_random.Next(40)}");
            _written.Add(digest);
            return digest;
        }

        /// <summary>What the journals name, found without the collector's own means.</summary>
        private async Task<HashSet<ContentDigest>> NamedAsync()
        {
            var named = new HashSet<ContentDigest>();
            foreach (var run in _runs)
            {
                await foreach (var recorded in _world.Runs.ReadAsync(run, 0, Ct))
                {
                    var text = recorded.Event switch
                    {
                        RunCreated created => created.Inputs.Utf8,
                        AttemptSucceeded succeeded => succeeded.Output.Utf8,
                        _ => default,
                    };
                    named.UnionWith(Encoding.UTF8.GetString(text.Span).Split('"').Where(part => part.StartsWith(ContentDigest.Prefix, StringComparison.Ordinal)).Select(ContentDigest.Parse));
                }
            }

            return named;
        }

        private T Any<T>(List<T> list) => list[_random.Next(list.Count)];
    }
}
