using System.Globalization;

namespace OrchestrationEngine.Expressions;

/// <summary>The functions that turn values of one type into another, and <c>type</c>.</summary>
internal static class Conversions
{
    private const int LongestNumber = 512;

    /// <summary>The names of types that stand for themselves.</summary>
    private static readonly string[] TypeNames =
        ["bool", "int", "double", "string", "list", "map", "null_type", "type", "google.protobuf.Timestamp", "google.protobuf.Duration"];

    public static bool IsTypeName(string name) => Array.IndexOf(TypeNames, name) >= 0;

    public static ExpressionValue TypeOf(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) => ExpressionValue.Type(arguments[0].Kind switch
    {
        ExpressionValueKind.Boolean => "bool",
        ExpressionValueKind.Integer => "int",
        ExpressionValueKind.Double => "double",
        ExpressionValueKind.String => "string",
        ExpressionValueKind.List => "list",
        ExpressionValueKind.Map => "map",
        ExpressionValueKind.Null => "null_type",
        ExpressionValueKind.Timestamp => "google.protobuf.Timestamp",
        ExpressionValueKind.Duration => "google.protobuf.Duration",
        _ => "type",
    });

    public static ExpressionValue ToInteger(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation)
    {
        ref readonly var value = ref arguments[0];
        return value.Kind switch
        {
            ExpressionValueKind.Integer => value,
            ExpressionValueKind.Double => Numbers.TryTruncate(value.Number, out var whole)
                ? ExpressionValue.Of(whole)
                : ExpressionValue.Failed($"'int' was given {Numbers.ToText(value.Number)}, which does not fit into a whole number of 64 bits."),
            ExpressionValueKind.String => value.Text.Length <= LongestNumber && long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
                ? ExpressionValue.Of(integer)
                : Unreadable("int", "a whole number of 64 bits", value.Text),
            ExpressionValueKind.Timestamp => ExpressionValue.Of(value.Seconds),
            _ => ExpressionFunction.Mismatch("int", "a number, a text or a timestamp", arguments),
        };
    }

    public static ExpressionValue ToUnsigned(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation)
    {
        if (arguments[0].Kind is not (ExpressionValueKind.Integer or ExpressionValueKind.Double or ExpressionValueKind.String))
        {
            return ExpressionFunction.Mismatch("uint", "a number or a text", arguments);
        }

        var value = ToInteger(arguments, evaluation);
        return value.Kind == ExpressionValueKind.Integer && value.Integer < 0 ? ExpressionValue.Failed($"'uint' was given {value.Integer}, which is less than zero.") : value;
    }

    public static ExpressionValue ToDouble(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        ref readonly var value = ref arguments[0];
        return value.Kind switch
        {
            ExpressionValueKind.Integer or ExpressionValueKind.Double => ExpressionValue.Of(value.Number),
            ExpressionValueKind.String => value.Text.Length <= LongestNumber && double.TryParse(value.Text, Style, CultureInfo.InvariantCulture, out var number)
                ? ExpressionValue.Of(number)
                : Unreadable("double", "a number", value.Text),
            _ => ExpressionFunction.Mismatch("double", "a number or a text", arguments),
        };
    }

    public static ExpressionValue ToText(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation) =>
        TryToText(arguments[0], out var text) ? ExpressionValue.Of(text) : ExpressionFunction.Mismatch("string", "a text, a number, a boolean, a timestamp or a duration", arguments);

    /// <summary>The text of a value that is neither null, a list, a map nor a type.</summary>
    public static bool TryToText(in ExpressionValue value, out string text)
    {
        text = value.Kind switch
        {
            ExpressionValueKind.String => value.Text,
            ExpressionValueKind.Boolean => value.IsTrue ? "true" : "false",
            ExpressionValueKind.Integer => value.Integer.ToString(CultureInfo.InvariantCulture),
            ExpressionValueKind.Double => Numbers.ToText(value.Number),
            ExpressionValueKind.Timestamp => TimeText.Timestamp(value.Seconds, value.Nanoseconds),
            ExpressionValueKind.Duration => TimeText.Duration(value.Integer),
            _ => null!,
        };
        return text is not null;
    }

    public static ExpressionValue ToBoolean(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation)
    {
        ref readonly var value = ref arguments[0];
        return value.Kind switch
        {
            ExpressionValueKind.Boolean => value,
            ExpressionValueKind.String => value.Text switch
            {
                "1" or "t" or "true" or "TRUE" or "True" => ExpressionValue.Of(true),
                "0" or "f" or "false" or "FALSE" or "False" => ExpressionValue.Of(false),
                _ => Unreadable("bool", "'true' or 'false'", value.Text),
            },
            _ => ExpressionFunction.Mismatch("bool", "a boolean or a text", arguments),
        };
    }

    public static ExpressionValue ToTimestamp(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation)
    {
        ref readonly var value = ref arguments[0];
        return value.Kind switch
        {
            ExpressionValueKind.Timestamp => value,
            ExpressionValueKind.Integer => Times.Timestamp(value.Integer, 0),
            ExpressionValueKind.String => TimeText.TryReadTimestamp(value.Text, out var seconds, out var nanoseconds)
                ? Times.Timestamp(seconds, nanoseconds)
                : Unreadable("timestamp", "a time such as '2026-01-31T12:00:00Z' between the years 1 and 9999", value.Text),
            _ => ExpressionFunction.Mismatch("timestamp", "a text or a whole number of seconds since 1970", arguments),
        };
    }

    public static ExpressionValue ToDuration(ReadOnlySpan<ExpressionValue> arguments, Evaluation evaluation)
    {
        ref readonly var value = ref arguments[0];
        return value.Kind switch
        {
            ExpressionValueKind.Duration => value,
            ExpressionValueKind.String => TimeText.TryReadDuration(value.Text, out var nanoseconds)
                ? ExpressionValue.Duration(nanoseconds)
                : Unreadable("duration", "a duration such as '1h30m' or '0.5s', in the range of 292 years either way", value.Text),
            _ => ExpressionFunction.Mismatch("duration", "a text", arguments),
        };
    }

    private static ExpressionValue Unreadable(string function, string wanted, string text) =>
        ExpressionValue.Failed($"'{function}' needs {wanted}, and was given {StringLiteral.Quote(text.Length <= 40 ? text : text[..40] + "...")}.");
}
