using Microsoft.Extensions.Logging;
using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Agents;

/// <summary>The file in which one attempt's program leaves its result, in a directory of its own that ends with the attempt.</summary>
internal sealed class ResultFile(ILogger logger, AgentRequest request) : IDisposable
{
    private const string Expected = "The program must write one JSON value to the path in " + ProcessAgentOptions.ResultFileVariable + ".";

    // Open to this user only.
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("orchestration-");

    public string FullPath => Path.Combine(_directory.FullName, "result.json");

    public async Task<AgentResult> ReadAsync(string subject, int limit)
    {
        var what = $"The result file of {subject}";
        var file = new FileInfo(FullPath);
        if (!file.Exists)
        {
            return Unusable($"{what} is missing. {Expected}");
        }

        // Asked before it is opened: what has no length may be a named pipe, and opening that waits for a writer.
        if (file.Length == 0)
        {
            return Unusable($"{what} is empty. {Expected}");
        }

        var content = new byte[(int)Math.Min(file.Length, limit + 1L)];
        int count;
        try
        {
            var stream = file.OpenRead();
            await using (stream.ConfigureAwait(false))
            {
                count = await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Unusable($"{what} can't be read. {exception.Message}");
        }

        return count > limit
            ? AgentResult.Failed(
                FailureClass.InvalidOutput,
                $"{what} has {file.Length:N0} bytes; its MaxOutputBytes allows {limit:N0}. Raise the limit, or let the program write less.",
                retryable: false)
            : ProcessOutput.FromJson(content.AsMemory(0, count), what, Expected);
    }

    public void Dispose()
    {
        try
        {
            _directory.Delete(recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            AgentLog.CannotRemoveDirectory(logger, exception, request.Run, request.Task, request.Attempt, _directory.FullName);
        }
    }

    private static AgentResult Unusable(string message) => AgentResult.Failed(FailureClass.InvalidOutput, message);
}
