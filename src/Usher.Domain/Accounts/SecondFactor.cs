namespace Usher.Domain.Accounts;

/// <summary>The second factor of an account: TOTP codes of a secret that the owner's device stores.</summary>
public sealed class SecondFactor
{
    public required Guid UserId { get; init; }

    /// <summary>Encrypted, not hashed, because the server must read it.</summary>
    public required string Secret { get; init; }

    /// <summary>Id of the key that encrypted the secret.</summary>
    public required string KeyId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Time at which a first code proved that the device knows the secret. Before that, the server requires no code.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>Step of the last accepted code, see <see cref="Totp.StepAt"/>. That step and earlier ones are not accepted again.</summary>
    public long LastStep { get; init; }
}

/// <summary>A recovery code opens the account once without the device. Only its hash is stored, and it is deleted after use.</summary>
public sealed class RecoveryCode
{
    public const int AtOnce = 10;

    /// <summary>80 bits: enough for a fast hash to be safe.</summary>
    public const int Bytes = 10;

    public required Guid UserId { get; init; }
    public required string Hash { get; init; }

    /// <summary>Four groups, easy to write down.</summary>
    public static string Write(ReadOnlySpan<byte> random) => string.Join('-', Base32.Write(random).ToLowerInvariant().Chunk(4).Select(group => new string(group)));

    /// <summary>The typed code without separators.</summary>
    public static string Clean(string typed) => string.Concat(typed.Where(c => c is not (' ' or '-'))).ToLowerInvariant();
}
