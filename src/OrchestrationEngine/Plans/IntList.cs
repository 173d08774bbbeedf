namespace OrchestrationEngine.Plans;

/// <summary>A growing list of integers that gives out its array, so that millions of edges are not copied or reached through an interface. For one thread.</summary>
internal sealed class IntList(int capacity)
{
    private int[] _items = new int[Math.Max(capacity, 4)];

    public int Count { get; private set; }

    public void Add(int item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, (int)Math.Min(2L * Count, Array.MaxLength));
        }

        _items[Count++] = item;
    }

    public ReadOnlySpan<int> AsSpan() => _items.AsSpan(0, Count);

    public int[] ToArray() => AsSpan().ToArray();
}
