namespace OrchestrationEngine.Bundles;

/// <summary>How a bundle is written.</summary>
public sealed record BundleExportOptions
{
    /// <summary>The key that it is signed with; null only where <see cref="LeaveUnsigned"/> says so.</summary>
    public BundleKey? Key { get; init; }

    /// <summary>Whether it is written without a signature: its checksums then tell damage, and not who wrote it. The default is false.</summary>
    public bool LeaveUnsigned { get; init; }

    internal void Check(string parameter)
    {
        if (Key is null != LeaveUnsigned)
        {
            throw new ArgumentException(
                LeaveUnsigned ? $"{nameof(Key)} and {nameof(LeaveUnsigned)} are both set; expected one of them." : $"There is no {nameof(Key)} to sign the bundle with. Give one, or set {nameof(LeaveUnsigned)}.",
                parameter);
        }

        if (Key is { CanSign: false })
        {
            throw new ArgumentException($"Key '{Key.Id}' is a public key, which can't sign. Give the private key.", parameter);
        }
    }
}

/// <summary>Which bundles are believed.</summary>
public sealed record BundleReadOptions
{
    /// <summary>The keys whose signatures are believed. Empty by default.</summary>
    public IReadOnlyList<BundleKey> Keys { get; init; } = [];

    /// <summary>
    /// Whether a bundle is read that is not signed, or not with one of <see cref="Keys"/>: whoever can write the file can then make a run up. A signature
    /// of one of the keys that does not fit is refused all the same. The default is false.
    /// </summary>
    public bool AllowUnsigned { get; init; }

    /// <summary>How many bytes all parts may have together when they are unpacked.</summary>
    /// <value>The default is 64 GiB; at least 1.</value>
    public long MaxBytes { get; init; } = 1L << 36;

    internal static BundleReadOptions Unsigned { get; } = new() { AllowUnsigned = true, MaxBytes = long.MaxValue };

    internal void Check(string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBytes, 1, parameter);
        if (Keys.Count == 0 && !AllowUnsigned)
        {
            throw new ArgumentException($"There are no {nameof(Keys)} to verify the bundle with. Give one, or set {nameof(AllowUnsigned)}.", parameter);
        }
    }
}

/// <summary>What an import did.</summary>
/// <param name="Archive">The bundle, verified.</param>
/// <param name="WasThere">Whether the run was in the store already, the same fact for fact; its contents were put back where they were missing. Of imports at the same time
/// more than one may say that it was not.</param>
public sealed record BundleImport(RunArchive Archive, bool WasThere);
