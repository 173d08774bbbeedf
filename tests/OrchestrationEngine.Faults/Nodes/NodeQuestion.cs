using System.Globalization;

namespace OrchestrationEngine.Faults.Nodes;

/// <summary>What a node is asked: one line, its words separated by tabs.</summary>
/// <param name="Number">By which its answer is known.</param>
/// <param name="Verb">What is to be done.</param>
/// <param name="Run">To which run.</param>
/// <param name="Argument">The reason, the name of the signal, or the number of the run in the catalog.</param>
internal readonly record struct NodeQuestion(int Number, NodeVerb Verb, string Run, string Argument)
{
    public static NodeQuestion Parse(string line)
    {
        var words = line.Split('\t');
        return new NodeQuestion(int.Parse(words[0], CultureInfo.InvariantCulture), Enum.Parse<NodeVerb>(words[1]), words[2], words[3]);
    }

    public string ToLine() => FormattableString.Invariant($"{Number}\t{Verb}\t{Run}\t{Argument}");
}

/// <summary>What a node can be asked to do.</summary>
internal enum NodeVerb
{
    /// <summary>To start a run of the catalog.</summary>
    Start,

    /// <summary>To hold a run.</summary>
    Pause,

    /// <summary>To let a held run go on.</summary>
    Resume,

    /// <summary>To cancel a run.</summary>
    Cancel,

    /// <summary>To send a signal to a run.</summary>
    Signal,

    /// <summary>To start a run of short steps.</summary>
    Step,

    /// <summary>To start so many runs of ten steps that do nothing, and to wait until they have ended.</summary>
    Race,
}

/// <summary>What a node answers.</summary>
/// <param name="Number">The question.</param>
/// <param name="Kind">What became of it.</param>
/// <param name="Message">More about it.</param>
internal readonly record struct NodeAnswer(int Number, AnswerKind Kind, string Message)
{
    /// <summary>Reads an answer; null for the half line of a node that was killed.</summary>
    public static NodeAnswer? TryParse(string line)
        => line.Split('\t') is [var number, var kind, var message, "."]
            ? new NodeAnswer(int.Parse(number, CultureInfo.InvariantCulture), Enum.Parse<AnswerKind>(kind), message)
            : null;

    public string ToLine() => FormattableString.Invariant($"{Number}\t{Kind}\t{Message.ReplaceLineEndings(" ").Replace('\t', ' ')}\t.");
}

/// <summary>What became of a question.</summary>
internal enum AnswerKind
{
    /// <summary>It was carried out.</summary>
    Accepted,

    /// <summary>It was refused; nothing was changed.</summary>
    Refused,

    /// <summary>It may or may not be carried out: the store was out of reach, the node is gone, or nothing was heard of it.</summary>
    Unknown,

    /// <summary>It ended as it never should.</summary>
    Wrong,
}
