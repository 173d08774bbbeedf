using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OrchestrationEngine.Execution;
using OrchestrationEngine.Plans;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine;

/// <content>What callers do about the items of tasks.</content>
internal sealed partial class Orchestrator
{
    private const int MostItemsAtOnce = 10_000;

    public async Task AddItemsAsync(RunId run, string task, IReadOnlyList<JsonData> items, string? id, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(task);
        ArgumentNullException.ThrowIfNull(items);
        var command = new RunCommand.AddItems(task, ListOf(items), id);

        // Whichever way it goes: a caller can't know whether another node has the run.
        if (InboxCommands.Write("", run, command).Payload.Length > InboxCommands.MaxBytes)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The items have {command.Items.Length:N0} bytes of JSON; one call takes {InboxCommands.MaxBytes:N0} with its names. Add them in several calls, each with an id of its own."),
                nameof(items));
        }

        await RequireContentsAsync(run, items, "The items", cancellationToken).ConfigureAwait(false);
        await TellAsync(run, command, cancellationToken).ConfigureAwait(false);
    }

    public Task SealAsync(RunId run, string task, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(task);
        return TellAsync(run, new RunCommand.Seal(task), cancellationToken);
    }

    public Task CompleteItemsAsync(RunId run, string task, string reason, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(task);
        return TellAsync(run, new RunCommand.CompleteItems(task, Reason(reason)), cancellationToken);
    }

    public async Task<IReadOnlyList<RunItem>> GetItemsAsync(RunId run, string task, int first, int most, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(task);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(most, MostItemsAtOnce);
        return await AskAsync(run, state => RunItem.Of(state, task, first, most), cancellationToken).ConfigureAwait(false)
            ?? throw new RunRefusedException(run, $"The plan of run '{run}' has no task '{task}'.");
    }

    private static JsonData ListOf(IReadOnlyList<JsonData> items)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, RunEventJson.WriterOptions))
        {
            writer.WriteStartArray();
            foreach (var item in items)
            {
                writer.WriteRawValue(item.Utf8.Span, skipInputValidation: true);
            }

            writer.WriteEndArray();
        }

        return JsonData.Trusted(buffer.WrittenMemory);
    }
}
