using System.Globalization;

namespace OrchestrationEngine.Schemas;

/// <summary>What <c>\p{...}</c> of ECMA-262 means, as far as .NET knows the characters: the general categories, and some properties made of them.</summary>
internal static class UnicodeProperties
{
    // Long and short names, and the two-letter names of .NET's categories that they comprise.
    private static readonly Dictionary<string, string> Categories = new(StringComparer.Ordinal)
    {
        ["Letter"] = "L",
        ["Cased_Letter"] = "LC",
        ["Uppercase_Letter"] = "Lu",
        ["Lowercase_Letter"] = "Ll",
        ["Titlecase_Letter"] = "Lt",
        ["Modifier_Letter"] = "Lm",
        ["Other_Letter"] = "Lo",
        ["Mark"] = "M",
        ["Combining_Mark"] = "M",
        ["Nonspacing_Mark"] = "Mn",
        ["Spacing_Mark"] = "Mc",
        ["Enclosing_Mark"] = "Me",
        ["Number"] = "N",
        ["Decimal_Number"] = "Nd",
        ["digit"] = "Nd",
        ["Letter_Number"] = "Nl",
        ["Other_Number"] = "No",
        ["Punctuation"] = "P",
        ["punct"] = "P",
        ["Connector_Punctuation"] = "Pc",
        ["Dash_Punctuation"] = "Pd",
        ["Open_Punctuation"] = "Ps",
        ["Close_Punctuation"] = "Pe",
        ["Initial_Punctuation"] = "Pi",
        ["Final_Punctuation"] = "Pf",
        ["Other_Punctuation"] = "Po",
        ["Symbol"] = "S",
        ["Math_Symbol"] = "Sm",
        ["Currency_Symbol"] = "Sc",
        ["Modifier_Symbol"] = "Sk",
        ["Other_Symbol"] = "So",
        ["Separator"] = "Z",
        ["Space_Separator"] = "Zs",
        ["Line_Separator"] = "Zl",
        ["Paragraph_Separator"] = "Zp",
        ["Other"] = "C",
        ["Control"] = "Cc",
        ["cntrl"] = "Cc",
        ["Format"] = "Cf",
        ["Surrogate"] = "Cs",
        ["Private_Use"] = "Co",
        ["Unassigned"] = "Cn",
    };

    private static readonly string[] Short =
        ["Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn"];

    /// <summary>The characters of a property, or null when it isn't known here.</summary>
    public static CodePoints? Find(string name)
    {
        switch (name)
        {
            case "Any":
                return CodePoints.Of((0, 0x10FFFF));
            case "ASCII":
                return CodePoints.Of((0, 0x7F));
            case "ASCII_Hex_Digit" or "AHex":
                return CodePoints.Of(('0', '9'), ('A', 'F'), ('a', 'f'));
            case "White_Space" or "space":
                return CodePoints.Of(('\t', '\r'), (' ', ' '), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000));
            default:
                var equals = name.IndexOf('=', StringComparison.Ordinal);
                return equals < 0 || name[..equals] is "General_Category" or "gc" ? Category(name[(equals + 1)..]) : null;
        }
    }

    private static CodePoints? Category(string name)
    {
        name = Categories.GetValueOrDefault(name, name);
        if (name == "LC")
        {
            return CodePoints.Where(category => category is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter);
        }

        // The short names are in the order of .NET's enumeration.
        var wanted = Short.Select(known => name.Length is 1 or 2 && known.StartsWith(name, StringComparison.Ordinal)).ToArray();
        return wanted.Any(isWanted => isWanted) ? CodePoints.Where(category => wanted[(int)category]) : null;
    }
}
