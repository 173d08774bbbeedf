using System.Globalization;
using OrchestrationEngine.Runs;

namespace OrchestrationEngine.Handoffs;

/// <summary>Collects what is wrong with a content: so much of it, and in texts of such lengths, as a person or a model reads. For one thread.</summary>
internal sealed class ViolationList
{
    public const int MaxCount = 100;
    public const int MaxMessage = 1_000;
    public const int MaxShown = 200;

    private List<ContractViolation>? _violations;
    private int _more;

    public int Count => _violations?.Count ?? 0;

    /// <summary>Whether what is added now is only counted.</summary>
    public bool IsFull => Count >= MaxCount;

    public void Add(string contract, string rule, string message, string location = "", string? expected = null, string? found = null)
        => Add(new ContractViolation { Contract = contract, Rule = rule, Location = location, Message = message, Expected = expected, Found = found });

    public void Add(ContractViolation violation)
    {
        if (IsFull)
        {
            _more++;
            return;
        }

        (_violations ??= []).Add(violation with
        {
            Message = Cut(violation.Message, MaxMessage),
            Location = Cut(violation.Location, MaxMessage),
            Expected = violation.Expected is null ? null : Cut(violation.Expected, MaxShown),
            Found = violation.Found is null ? null : Cut(violation.Found, MaxShown),
        });
    }

    public void AddRange(IEnumerable<ContractViolation> violations)
    {
        foreach (var violation in violations)
        {
            Add(violation);
        }
    }

    /// <summary>What was added, with a last entry that counts what was left out.</summary>
    public IReadOnlyList<ContractViolation> ToList(string contract)
        => _violations is null ? []
            : _more == 0 ? _violations
            : [.. _violations, new ContractViolation { Contract = contract, Rule = "more", Message = string.Create(CultureInfo.InvariantCulture, $"There are {_more:N0} more violations, which are not listed.") }];

    /// <summary>A text of at most so many characters; what was cut ends in three dots.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        var end = most - 3;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + "...";
    }
}
