using System.Collections.ObjectModel;

namespace OrchestrationEngine.Expressions;

/// <summary>Collects the paths of an expression, each once, in the order of their first mention, and numbers them.</summary>
internal sealed class ReferenceList
{
    private readonly Dictionary<DataPath, int> _numbers = [];
    private readonly Dictionary<DataPath, Mention> _mentions = [];

    public IReadOnlyList<DataPath> Paths => Ordered(_ => true);

    /// <summary>Those that are only asked for their presence.</summary>
    public IReadOnlyList<DataPath> Optional => Ordered(mention => mention.Reads == 0);

    public int Count => _numbers.Count;

    /// <summary>Notes that a path is read. A path is known to be complete only behind its last index, so the position counts for the order.</summary>
    public ExpressionNode.Reference Read(DataPath path, int position)
    {
        var known = _mentions.GetValueOrDefault(path, new(position, 0));
        _mentions[path] = known with { Reads = known.Reads + 1 };
        return Hidden(path);
    }

    /// <summary>Takes back that a path is read here: only its presence is asked for.</summary>
    public void Unread(DataPath path) => _mentions[path] = _mentions[path] with { Reads = _mentions[path].Reads - 1 };

    /// <summary>Numbers a path that nobody wrote, such as the one that leads to a member whose presence is asked for.</summary>
    public ExpressionNode.Reference Hidden(DataPath path)
    {
        _numbers.TryAdd(path, _numbers.Count);
        return new(path, _numbers[path]);
    }

    private ReadOnlyCollection<DataPath> Ordered(Func<Mention, bool> filter) =>
        _mentions.Where(mention => filter(mention.Value)).OrderBy(mention => mention.Value.Position).Select(mention => mention.Key).ToList().AsReadOnly();

    private readonly record struct Mention(int Position, int Reads);
}
