namespace OrchestrationEngine.Expressions;

/// <summary>The immutable tree of an expression. A new construct is a new case here, a rule in the parser, a line in the evaluator and one in the printer.</summary>
internal abstract class ExpressionNode
{
    private ExpressionNode(int depth) => Depth = depth;

    /// <summary>How many nodes lie below this one on the longest way down. The parser bounds it, because evaluation and printing descend.</summary>
    public int Depth { get; }

    private static int Over(ExpressionNode[] nodes)
    {
        var depth = -1;
        foreach (var node in nodes)
        {
            depth = Math.Max(depth, node.Depth);
        }

        return depth + 1;
    }

    public sealed class Literal(ExpressionValue value) : ExpressionNode(0)
    {
        public ExpressionValue Value { get; } = value;
    }

    /// <summary>A path from a free name. The number is its place among the paths of the expression.</summary>
    public sealed class Reference(DataPath path, int number) : ExpressionNode(0)
    {
        public DataPath Path { get; } = path;

        public int Number { get; } = number;
    }

    /// <summary>The variable of a macro. The slot is how many other macros stand around that macro.</summary>
    public sealed class Variable(string name, int slot) : ExpressionNode(0)
    {
        public string Name { get; } = name;

        public int Slot { get; } = slot;
    }

    public sealed class Member(ExpressionNode operand, string key) : ExpressionNode(operand.Depth + 1)
    {
        public ExpressionNode Operand { get; } = operand;

        public string Key { get; } = key;
    }

    public sealed class Index(ExpressionNode operand, ExpressionNode key) : ExpressionNode(Over([operand, key]))
    {
        public ExpressionNode Operand { get; } = operand;

        public ExpressionNode Key { get; } = key;
    }

    /// <summary><c>has(e.f)</c>. When the whole is a path, that path is asked for first.</summary>
    public sealed class Presence(ExpressionNode operand, string key, Reference? whole) : ExpressionNode(operand.Depth + 1)
    {
        public ExpressionNode Operand { get; } = operand;

        public string Key { get; } = key;

        public Reference? Whole { get; } = whole;
    }

    public sealed class Negation(ExpressionNode operand) : ExpressionNode(operand.Depth + 1)
    {
        public ExpressionNode Operand { get; } = operand;
    }

    public sealed class Minus(ExpressionNode operand) : ExpressionNode(operand.Depth + 1)
    {
        public ExpressionNode Operand { get; } = operand;
    }

    /// <summary>A relation or an operation of arithmetic.</summary>
    public sealed class Binary(TokenKind symbol, ExpressionNode left, ExpressionNode right) : ExpressionNode(Over([left, right]))
    {
        public TokenKind Symbol { get; } = symbol;

        public ExpressionNode Left { get; } = left;

        public ExpressionNode Right { get; } = right;
    }

    /// <summary>A chain of <c>&amp;&amp;</c>, flat so that a long one does not make a deep tree.</summary>
    public sealed class All(ExpressionNode[] operands) : ExpressionNode(Over(operands))
    {
        public ExpressionNode[] Operands { get; } = operands;
    }

    /// <summary>A chain of <c>||</c>.</summary>
    public sealed class Any(ExpressionNode[] operands) : ExpressionNode(Over(operands))
    {
        public ExpressionNode[] Operands { get; } = operands;
    }

    public sealed class Choice(ExpressionNode condition, ExpressionNode whenTrue, ExpressionNode whenFalse)
        : ExpressionNode(Over([condition, whenTrue, whenFalse]))
    {
        public ExpressionNode Condition { get; } = condition;

        public ExpressionNode WhenTrue { get; } = whenTrue;

        public ExpressionNode WhenFalse { get; } = whenFalse;
    }

    public sealed class List(ExpressionNode[] items) : ExpressionNode(Over(items))
    {
        public ExpressionNode[] Items { get; } = items;
    }

    /// <summary>A map: the keys and, in the same order, the values.</summary>
    public sealed class Map(ExpressionNode[] keys, ExpressionNode[] values) : ExpressionNode(Math.Max(Over(keys), Over(values)))
    {
        public ExpressionNode[] Keys { get; } = keys;

        public ExpressionNode[] Values { get; } = values;
    }

    /// <summary>A function; what stands before its dot, if anything does, is the first argument.</summary>
    public sealed class Call(ExpressionFunction function, ExpressionNode[] arguments, bool isMethod, TextPattern? pattern = null) : ExpressionNode(Over(arguments))
    {
        public ExpressionFunction Function { get; } = function;

        public ExpressionNode[] Arguments { get; } = arguments;

        public bool IsMethod { get; } = isMethod;

        /// <summary>The pattern of <c>matches</c>, made ready when the expression was read.</summary>
        public TextPattern? Pattern { get; } = pattern;
    }

    /// <summary>A macro over the elements of a list or the keys of a map. The filter is what a <c>map</c> with three arguments has as well.</summary>
    public sealed class Macro(MacroKind kind, ExpressionNode range, Variable element, ExpressionNode? filter, ExpressionNode body)
        : ExpressionNode(Over(filter is null ? [range, body] : [range, filter, body]))
    {
        public MacroKind Kind { get; } = kind;

        public ExpressionNode Range { get; } = range;

        public Variable Element { get; } = element;

        public ExpressionNode? Filter { get; } = filter;

        public ExpressionNode Body { get; } = body;
    }
}

/// <summary>The macros that go through a list or a map.</summary>
internal enum MacroKind
{
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
}
