using System.Security.Cryptography;
using System.Text;

namespace OrchestrationEngine.Bundles;

/// <summary>
/// A key that bundles are signed with, or their signatures verified: ECDSA on the curve P-256 with SHA-256, where who verifies can't sign, or a secret
/// that both sides have (HMAC-SHA256). Immutable; used from many threads at once. It never shows its key.
/// </summary>
public sealed class BundleKey
{
    private const int MinSecretBytes = 32;
    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly ECParameters? _pair;
    private readonly byte[]? _secret;

    private BundleKey(string id, ECParameters? pair, byte[]? secret)
    {
        Id = id;
        _pair = pair;
        _secret = secret;
    }

    /// <summary>The name that stands in the signature, by which who verifies chooses the key.</summary>
    public string Id { get; }

    /// <summary>Whether it can sign: a secret, or a private key.</summary>
    public bool CanSign => _secret is not null || _pair?.D is not null;

    internal string Algorithm => _secret is null ? "ES256" : "HS256";

    /// <summary>Takes a key of the curve P-256 from its PEM text (RFC 7468): a private one signs and verifies, a public one only verifies.</summary>
    /// <param name="pem">The text: <c>PRIVATE KEY</c>, <c>EC PRIVATE KEY</c> or <c>PUBLIC KEY</c>, not encrypted.</param>
    /// <param name="id">Its name; null for one that is computed from the public key, the same for both halves.</param>
    /// <exception cref="ArgumentException">The text is no such key.</exception>
    public static BundleKey FromPem(string pem, string? id = null)
    {
        ArgumentNullException.ThrowIfNull(pem);
        using var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportFromPem(pem);
            var curve = ecdsa.ExportParameters(includePrivateParameters: false).Curve;
            if (!curve.IsNamed || (curve.Oid.Value is { } oid ? oid != P256 : curve.Oid.FriendlyName is not ("nistP256" or "ECDSA_P256")))
            {
                throw new ArgumentException($"The key is on the curve {curve.Oid?.FriendlyName ?? "of its own parameters"}; expected P-256 (prime256v1).", nameof(pem));
            }

            var mark = Convert.ToHexStringLower(SHA256.HashData(ecdsa.ExportSubjectPublicKeyInfo()).AsSpan(0, 8));
            return new BundleKey(NameOf(id, "p256-" + mark), ecdsa.ExportParameters(HasPrivateKey(ecdsa)), null);
        }
        catch (CryptographicException e)
        {
            throw new ArgumentException($"The PEM text is no key of the curve P-256: {e.Message}", nameof(pem), e);
        }
        catch (ArgumentException e) when (e.ParamName == "input")
        {
            throw new ArgumentException("The text has not exactly one key in PEM form; expected PRIVATE KEY, EC PRIVATE KEY or PUBLIC KEY, not encrypted.", nameof(pem), e);
        }
    }

    /// <summary>Takes a secret that both sides have.</summary>
    /// <param name="secret">At least 32 random bytes; copied.</param>
    /// <param name="id">Its name; null for one that is computed from the secret and does not tell it.</param>
    /// <exception cref="ArgumentException">It is shorter.</exception>
    public static BundleKey FromSecret(ReadOnlySpan<byte> secret, string? id = null)
    {
        if (secret.Length < MinSecretBytes)
        {
            throw new ArgumentException($"The secret has {secret.Length} bytes; expected at least {MinSecretBytes}, made at random.", nameof(secret));
        }

        var mark = Convert.ToHexStringLower(HMACSHA256.HashData(secret, "the name of a key of bundles"u8).AsSpan(0, 8));
        return new BundleKey(NameOf(id, "hmac-" + mark), null, secret.ToArray());
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Algorithm} {Id}";

    internal byte[] Sign(ReadOnlySpan<byte> content)
    {
        if (_secret is not null)
        {
            return HMACSHA256.HashData(_secret, content);
        }

        using var ecdsa = ECDsa.Create(_pair!.Value);
        return ecdsa.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    internal bool Verify(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        if (_secret is not null)
        {
            return CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_secret, content), signature);
        }

        using var ecdsa = ECDsa.Create(_pair!.Value);
        return ecdsa.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static bool HasPrivateKey(ECDsa ecdsa)
    {
        try
        {
            return ecdsa.ExportParameters(includePrivateParameters: true).D is not null;
        }
        catch (CryptographicException)
        {
            // How a public key says that it is one.
            return false;
        }
    }

    private static string NameOf(string? id, string computed)
        => id is null ? computed
            : id.Length is > 0 and <= 200 && !id.Any(char.IsControl) && Encoding.UTF8.GetByteCount(id) <= 800 ? id
            : throw new ArgumentException("The name of a key has 1 to 200 characters and no control characters.", nameof(id));
}
