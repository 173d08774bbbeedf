using System.Runtime.CompilerServices;

namespace OrchestrationEngine.StateMachines;

/// <summary>Reads an enum value as an array index, without boxing. The size tests are constants to the JIT and leave one move.</summary>
internal static class DenseEnum<TEnum>
    where TEnum : struct, Enum
{
    /// <summary>The members without aliases, in the order of their values.</summary>
    public static TEnum[] DistinctValues() => [.. Enum.GetValues<TEnum>().Distinct()];

    /// <summary>Whether the members are exactly 0, 1, ..., n-1, so that they can index an array.</summary>
    public static bool IsDense()
    {
        var values = DistinctValues();
        for (var i = 0; i < values.Length; i++)
        {
            if (IndexOf(values[i]) != (uint)i)
            {
                return false;
            }
        }

        return values.Length > 0;
    }

    /// <summary>The value as an index; a negative one comes out huge, so that one comparison with the length refuses it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint IndexOf(TEnum value)
    {
        if (Unsafe.SizeOf<TEnum>() == sizeof(int))
        {
            return Unsafe.BitCast<TEnum, uint>(value);
        }

        if (Unsafe.SizeOf<TEnum>() == sizeof(byte))
        {
            return Unsafe.BitCast<TEnum, byte>(value);
        }

        if (Unsafe.SizeOf<TEnum>() == sizeof(ushort))
        {
            return Unsafe.BitCast<TEnum, ushort>(value);
        }

        var wide = Unsafe.BitCast<TEnum, ulong>(value);
        return wide <= uint.MaxValue ? (uint)wide : uint.MaxValue;
    }
}
