using System.Buffers;
using System.Numerics;
using System.Text.Json;

namespace OrchestrationEngine.Schemas;

/// <summary>Finds two equal items of an array by their hashes, in borrowed memory.</summary>
internal static class EqualItems
{
    private const int Few = 6;

    public static bool TryFind(ValidationContext context, JsonElement array, out int first, out int second)
        => array.GetArrayLength() <= Few ? TryFindFew(context, array, out first, out second) : TryFindMany(context, array, out first, out second);

    private static bool TryFindFew(ValidationContext context, JsonElement array, out int first, out int second)
    {
        second = 0;
        foreach (var item in array.EnumerateArray())
        {
            first = 0;
            foreach (var earlier in array.EnumerateArray())
            {
                if (first == second)
                {
                    break;
                }

                if (JsonEquality.AreEqual(context, item, earlier))
                {
                    return true;
                }

                first++;
            }

            second++;
        }

        first = 0;
        return false;
    }

    private static bool TryFindMany(ValidationContext context, JsonElement array, out int first, out int second)
    {
        var count = array.GetArrayLength();
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)count) * 2;
        var items = ArrayPool<JsonElement>.Shared.Rent(count);
        var hashes = ArrayPool<int>.Shared.Rent(count);
        var slots = ArrayPool<int>.Shared.Rent(size);
        slots.AsSpan(0, size).Clear();
        try
        {
            (first, second) = (0, 0);
            foreach (var item in array.EnumerateArray())
            {
                items[second] = item;
                hashes[second] = JsonEquality.Hash(context, item);
                var slot = hashes[second] & (size - 1);
                for (; slots[slot] != 0; slot = (slot + 1) & (size - 1))
                {
                    first = slots[slot] - 1;
                    if (!context.TryStep())
                    {
                        return false;
                    }

                    if (hashes[first] == hashes[second] && JsonEquality.AreEqual(context, items[first], item))
                    {
                        return true;
                    }
                }

                slots[slot] = ++second;
            }

            return false;
        }
        finally
        {
            ArrayPool<JsonElement>.Shared.Return(items, clearArray: true);
            ArrayPool<int>.Shared.Return(hashes);
            ArrayPool<int>.Shared.Return(slots);
        }
    }
}
