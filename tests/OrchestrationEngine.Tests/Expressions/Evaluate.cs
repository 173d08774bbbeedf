using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrchestrationEngine.Expressions;

namespace OrchestrationEngine.Tests.Expressions;

/// <summary>Evaluates a text and gives its value as JSON, or what went wrong behind an exclamation mark.</summary>
internal static class Evaluate
{
    private static readonly JsonScope Nothing = new("{}");

    public static string Text(string text, IExpressionScope? scope = null, ExpressionOptions? options = null)
    {
        var expression = ValueExpression.Parse(text, options);
        return Written(writer => expression.TryEvaluate(scope ?? Nothing, writer, out var problem) ? null : problem);
    }

    public static string Template(string text, IExpressionScope? scope = null, ExpressionOptions? options = null)
    {
        var template = TextTemplate.Parse(text, options);
        return Written(writer => template.TryEvaluate(scope ?? Nothing, writer, out var problem) ? null : problem);
    }

    private static string Written(Func<Utf8JsonWriter, string?> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        var problem = write(writer);
        writer.Flush();
        Assert.True(problem is null || buffer.WrittenCount == 0, "Something was written although there is a problem.");
        return problem is null ? Encoding.UTF8.GetString(buffer.WrittenSpan) : "!" + problem;
    }
}
