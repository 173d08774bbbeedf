using System.Globalization;

namespace OrchestrationEngine.Expressions;

/// <summary>What CEL says about numbers of different types: they are equal, and ordered, by their mathematical value.</summary>
internal static class Numbers
{
    private const double FirstBeyondIntegers = 9223372036854775808d;

    /// <summary>The integer that a double is, when it is one.</summary>
    public static bool TryToInteger(double number, out long integer)
    {
        integer = 0;
        if (!(number >= -FirstBeyondIntegers && number < FirstBeyondIntegers) || Math.Truncate(number) != number)
        {
            return false;
        }

        integer = (long)number;
        return true;
    }

    /// <summary>The whole number that a number is.</summary>
    public static bool TryToIndex(in ExpressionValue number, out long index)
    {
        index = number.Kind == ExpressionValueKind.Integer ? number.Integer : 0;
        return number.Kind == ExpressionValueKind.Integer || TryToInteger(number.Number, out index);
    }

    /// <summary>Cuts off the fraction.</summary>
    public static bool TryTruncate(double number, out long integer) => TryToInteger(Math.Truncate(number), out integer);

    // Converting the integer to a double instead would round it, and make neighbours equal beyond 2^53.
    public static bool AreEqual(long integer, double number) => TryToInteger(number, out var whole) && whole == integer;

    /// <summary>Compares an integer with a double that is a number.</summary>
    public static int Compare(long integer, double number)
    {
        if (number >= FirstBeyondIntegers)
        {
            return -1;
        }

        if (number < -FirstBeyondIntegers)
        {
            return 1;
        }

        var floor = Math.Floor(number);
        var order = integer.CompareTo((long)floor);
        return order != 0 ? order : floor < number ? -1 : 0;
    }

    /// <summary>The shortest text that reads back as the number.</summary>
    public static string ToText(double number) => number.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
}
