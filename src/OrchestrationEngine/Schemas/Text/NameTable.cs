using System.Buffers;

namespace OrchestrationEngine.Schemas;

/// <summary>Names of a schema, each with its number, found by a property's raw name without allocating. Immutable.</summary>
internal sealed class NameTable
{
    private const int OnStack = 256;
    private readonly byte[][] _names;
    private readonly int[] _slots;
    private readonly int _longest;

    /// <summary>Takes the names, which must all differ; the n-th has the number n.</summary>
    public NameTable(IReadOnlyList<byte[]> names)
    {
        _names = [.. names];
        _slots = new int[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, names.Count * 2))];
        for (var number = 0; number < _names.Length; number++)
        {
            _longest = Math.Max(_longest, _names[number].Length);
            var slot = HashDecoded(_names[number]) & (_slots.Length - 1);
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & (_slots.Length - 1);
            }

            _slots[slot] = number + 1;
        }
    }

    public int Count => _names.Length;

    /// <summary>The number of a raw name, or -1.</summary>
    public int Find(ReadOnlySpan<byte> raw)
    {
        if (!JsonText.IsEscaped(raw))
        {
            return FindDecoded(raw);
        }

        // No escape is longer than six bytes for each byte that it stands for.
        if (raw.Length > _longest * 6L)
        {
            return -1;
        }

        byte[]? rented = null;
        var buffer = raw.Length <= OnStack ? stackalloc byte[OnStack] : rented = ArrayPool<byte>.Shared.Rent(raw.Length);
        var found = FindDecoded(buffer[..JsonText.Unescape(raw, buffer)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return found;
    }

    // The names are kept without escapes, in which a backslash is itself.
    private static int HashDecoded(ReadOnlySpan<byte> name)
    {
        var hash = 2166136261u;
        foreach (var value in name)
        {
            hash = (hash ^ value) * 16777619u;
        }

        return (int)(hash ^ (hash >> 15));
    }

    private int FindDecoded(ReadOnlySpan<byte> name)
    {
        if (name.Length > _longest)
        {
            return -1;
        }

        for (var slot = HashDecoded(name) & (_slots.Length - 1); _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (name.SequenceEqual(_names[_slots[slot] - 1]))
            {
                return _slots[slot] - 1;
            }
        }

        return -1;
    }
}
