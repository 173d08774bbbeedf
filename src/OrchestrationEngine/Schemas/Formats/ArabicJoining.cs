using System.Globalization;

namespace OrchestrationEngine.Schemas;

/// <summary>
/// Where a non-joiner stands between letters that would join (RFC 5892, appendix A.1). .NET doesn't know how letters join; these are the
/// letters of the block Arabic, the only ones that names with non-joiners are registered in.
/// </summary>
internal static class ArabicJoining
{
    private const string OnBothSides =
        "\u0620\u0626\u0628\u062A\u062B\u062C\u062D\u062E\u0633\u0634\u0635\u0636\u0637\u0638\u0639\u063A\u063B\u063C\u063D\u063E\u063F\u0641\u0642\u0643\u0644\u0645\u0646\u0647\u0649\u064A\u066E\u066F"
        + "\u0678\u0679\u067A\u067B\u067C\u067D\u067E\u067F\u0680\u0681\u0682\u0683\u0684\u0685\u0686\u0687\u069A\u069B\u069C\u069D\u069E\u069F\u06A0\u06A1\u06A2\u06A3\u06A4\u06A5\u06A6\u06A7\u06A8\u06A9"
        + "\u06AA\u06AB\u06AC\u06AD\u06AE\u06AF\u06B0\u06B1\u06B2\u06B3\u06B4\u06B5\u06B6\u06B7\u06B8\u06B9\u06BA\u06BB\u06BC\u06BD\u06BE\u06BF\u06C1\u06C2\u06CC\u06CE\u06D0\u06D1\u06FA\u06FB\u06FC\u06FF";

    private const string OnTheRight =
        "\u0622\u0623\u0624\u0625\u0627\u0629\u062F\u0630\u0631\u0632\u0648\u0671\u0672\u0673\u0675\u0676\u0677\u0688\u0689\u068A\u068B\u068C\u068D\u068E\u068F\u0690\u0691\u0692\u0693\u0694\u0695\u0696\u0697\u0698\u0699"
        + "\u06C0\u06C3\u06C4\u06C5\u06C6\u06C7\u06C8\u06C9\u06CA\u06CB\u06CD\u06CF\u06D2\u06D3\u06D5\u06EE\u06EF";

    public static bool IsBroken(ReadOnlySpan<int> label, int at)
    {
        var before = at - 1;
        while (before >= 0 && IsTransparent(label[before]))
        {
            before--;
        }

        var after = at + 1;
        while (after < label.Length && IsTransparent(label[after]))
        {
            after++;
        }

        return before >= 0 && after < label.Length && IsIn(OnBothSides, label[before]) && (IsIn(OnBothSides, label[after]) || IsIn(OnTheRight, label[after]));
    }

    private static bool IsTransparent(int code) => CharUnicodeInfo.GetUnicodeCategory(code) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;

    private static bool IsIn(string letters, int code) => code <= char.MaxValue && letters.Contains((char)code, StringComparison.Ordinal);
}
