namespace OrchestrationEngine.Schemas;

/// <summary>Finds schemas that come back to themselves on the same value, and so would never be done.</summary>
internal static class Circles
{
    public static void Find(IEnumerable<SchemaNode> nodes, SchemaCompiler compiler)
    {
        var done = new HashSet<SchemaNode>();
        var onWay = new HashSet<SchemaNode>();
        foreach (var start in nodes)
        {
            var way = new Stack<(SchemaNode Node, IEnumerator<SchemaNode> Next)>();
            Enter(start);
            while (way.TryPeek(out var top))
            {
                if (!top.Next.MoveNext())
                {
                    way.Pop();
                    onWay.Remove(top.Node);
                }
                else if (onWay.Contains(top.Next.Current))
                {
                    var target = top.Next.Current;
                    var circle = way.Reverse().SkipWhile(step => step.Node != target).Select(step => step.Node.Location).Append(target.Location);
                    compiler.Problem(target, string.Empty, $"The schema refers to itself without going into a part of the value, so that it would never be done: {string.Join(" -> ", circle)}.");
                }
                else
                {
                    Enter(top.Next.Current);
                }
            }

            void Enter(SchemaNode node)
            {
                if (done.Add(node))
                {
                    onWay.Add(node);
                    way.Push((node, node.Keywords.SelectMany(keyword => keyword.InPlace).GetEnumerator()));
                }
            }
        }
    }
}
