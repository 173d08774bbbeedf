using System.Text;

namespace OrchestrationEngine.Expressions;

/// <summary>Writes a tree in the one canonical form, which reads back as an equal tree.</summary>
internal sealed class ExpressionPrinter
{
    private readonly StringBuilder _text = new();

    public static string Print(ExpressionNode node)
    {
        var printer = new ExpressionPrinter();
        printer.Write(node, Symbols.Choice);
        return printer._text.ToString();
    }

    /// <summary>Writes a node, in parentheses when it binds less tightly than its place needs.</summary>
    private void Write(ExpressionNode node, int needed)
    {
        var isLoose = PrecedenceOf(node) < needed;
        _text.Append(isLoose ? "(" : "");
        WriteBare(node);
        _text.Append(isLoose ? ")" : "");
    }

    private static int PrecedenceOf(ExpressionNode node) => node switch
    {
        ExpressionNode.Choice => Symbols.Choice,
        ExpressionNode.Any => Symbols.Any,
        ExpressionNode.All => Symbols.All,
        ExpressionNode.Binary binary => Symbols.PrecedenceOf(binary.Symbol),
        ExpressionNode.Negation or ExpressionNode.Minus => Symbols.Unary,
        ExpressionNode.Literal { Value.Kind: ExpressionValueKind.Type } => Symbols.Unary,
        _ => Symbols.Operand,
    };

    private void WriteBare(ExpressionNode node)
    {
        switch (node)
        {
            case ExpressionNode.Literal literal:
                Write(literal.Value);
                break;
            case ExpressionNode.Reference reference:
                _text.Append(reference.Path);
                break;
            case ExpressionNode.Variable variable:
                _text.Append(variable.Name);
                break;
            case ExpressionNode.Member member:
                WriteOwner(member.Operand, isPath: false);
                _text.Append('.').Append(member.Key);
                break;
            case ExpressionNode.Index index:
                WriteOwner(index.Operand, isPath: Constants.ToSegment(index.Key) is null);
                WriteAll("[", [index.Key], "]");
                break;
            case ExpressionNode.Presence presence:
                _text.Append("has(");
                WriteOwner(presence.Operand, isPath: presence.Whole is not null);
                _text.Append(DataPathSegment.Member(presence.Key)).Append(')');
                break;
            case ExpressionNode.Negation negation:
                _text.Append('!');
                Write(negation.Operand, Symbols.Unary);
                break;
            case ExpressionNode.Minus minus:
                WriteMinus(minus);
                break;
            case ExpressionNode.Binary binary:
                WriteBinary(binary);
                break;
            case ExpressionNode.All all:
                WriteChain(all.Operands, " && ", Symbols.All);
                break;
            case ExpressionNode.Any any:
                WriteChain(any.Operands, " || ", Symbols.Any);
                break;
            case ExpressionNode.Choice choice:
                Write(choice.Condition, Symbols.Any);
                _text.Append(" ? ");
                Write(choice.WhenTrue, Symbols.Any);
                _text.Append(" : ");
                Write(choice.WhenFalse, Symbols.Choice);
                break;
            case ExpressionNode.List list:
                WriteAll("[", list.Items, "]");
                break;
            case ExpressionNode.Map map:
                WriteMap(map);
                break;
            case ExpressionNode.Call call:
                WriteCall(call);
                break;
            case ExpressionNode.Macro macro:
                WriteMacro(macro);
                break;
            default:
                throw new InvalidOperationException($"No rule prints {node.GetType().Name}.");
        }
    }

    // Without parentheses a path would go on with the member, and be another path.
    private void WriteOwner(ExpressionNode owner, bool isPath)
    {
        var isClosed = owner is ExpressionNode.Reference && !isPath;
        _text.Append(isClosed ? "(" : "");
        Write(owner, Symbols.Operand);
        _text.Append(isClosed ? ")" : "");
    }

    // A minus and a number that follow each other are a negative number.
    private void WriteMinus(ExpressionNode.Minus minus)
    {
        _text.Append('-');
        var start = _text.Length;
        Write(minus.Operand, Symbols.Unary);
        if (char.IsAsciiDigit(_text[start]) || minus.Operand is ExpressionNode.Literal)
        {
            _text.Insert(start, '(').Append(')');
        }
    }

    private void WriteBinary(ExpressionNode.Binary binary)
    {
        var precedence = Symbols.PrecedenceOf(binary.Symbol);
        Write(binary.Left, precedence);
        _text.Append(' ').Append(Symbols.Of(binary.Symbol)).Append(' ');
        Write(binary.Right, precedence + 1);
    }

    private void WriteChain(ExpressionNode[] operands, string separator, int precedence)
    {
        for (var i = 0; i < operands.Length; i++)
        {
            // A chain within a chain means the same without parentheses.
            _text.Append(i == 0 ? "" : separator);
            Write(operands[i], precedence);
        }
    }

    private void WriteAll(string open, ReadOnlySpan<ExpressionNode> nodes, string close)
    {
        _text.Append(open);
        for (var i = 0; i < nodes.Length; i++)
        {
            _text.Append(i == 0 ? "" : ", ");
            Write(nodes[i], Symbols.Choice);
        }

        _text.Append(close);
    }

    private void WriteMap(ExpressionNode.Map map)
    {
        for (var i = 0; i < map.Keys.Length; i++)
        {
            _text.Append(i == 0 ? "{" : ", ");
            Write(map.Keys[i], Symbols.Choice);
            _text.Append(": ");
            Write(map.Values[i], Symbols.Choice);
        }

        _text.Append(map.Keys.Length == 0 ? "{}" : "}");
    }

    private void WriteCall(ExpressionNode.Call call)
    {
        if (call.IsMethod)
        {
            Write(call.Arguments[0], Symbols.Operand);
            _text.Append('.');
        }

        _text.Append(call.Function.Name);
        WriteAll("(", call.Arguments.AsSpan(call.IsMethod ? 1 : 0), ")");
    }

    private void WriteMacro(ExpressionNode.Macro macro)
    {
        Write(macro.Range, Symbols.Operand);
        _text.Append('.').Append(MacroEvaluator.Name(macro)).Append('(').Append(macro.Element.Name).Append(", ");
        WriteAll("", macro.Filter is null ? [macro.Body] : [macro.Filter, macro.Body], ")");
    }

    private void Write(in ExpressionValue value)
    {
        switch (value.Kind)
        {
            case ExpressionValueKind.String:
                _text.Append(StringLiteral.Quote(value.Text));
                break;
            case ExpressionValueKind.Double:
                var number = Numbers.ToText(value.Number);
                _text.Append(number).Append(number.AsSpan().IndexOfAny(".e") < 0 ? ".0" : "");
                break;
            case ExpressionValueKind.List:
                WriteAll("[", Array.ConvertAll(value.Items!, item => new ExpressionNode.Literal(item)), "]");
                break;
            case ExpressionValueKind.Map:
                var entries = value.Entries!.Entries;
                WriteMap(new([.. entries.Select(entry => new ExpressionNode.Literal(entry.Key.Value))], [.. entries.Select(entry => new ExpressionNode.Literal(entry.Value))]));
                break;
            case ExpressionValueKind.Null:
                _text.Append("null");
                break;
            default:
                _text.Append(value.Kind == ExpressionValueKind.Type ? value.Text : Conversions.TryToText(value, out var text) ? text : "");
                break;
        }
    }
}
