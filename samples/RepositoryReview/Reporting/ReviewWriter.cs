using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RepositoryReview.Analyses;

namespace RepositoryReview.Reporting;

/// <summary>What is written, and where to.</summary>
internal sealed record WriteRequest(string Output, Review Review);

/// <summary>A file that was written.</summary>
internal sealed record Written(string Path, int Bytes);

/// <summary>Writes the review for people.</summary>
internal sealed class MarkdownWriter : IAnalysis<WriteRequest, Written>
{
    public async Task<Written> RunAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        var text = MarkdownReport.Write(request.Review);
        var path = Path.Combine(request.Output, "review.md");
        await AtomicFile.WriteAsync(path, text, cancellationToken).ConfigureAwait(false);
        return new Written(path, System.Text.Encoding.UTF8.GetByteCount(text));
    }
}

/// <summary>Writes the review for programs.</summary>
internal sealed class JsonWriter : IAnalysis<WriteRequest, Written>
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public async Task<Written> RunAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(request.Review, Options);
        var path = Path.Combine(request.Output, "review.json");
        await AtomicFile.WriteAsync(path, json, cancellationToken).ConfigureAwait(false);
        return new Written(path, json.Length);
    }
}
