namespace Usher.Domain.Accounts;

/// <summary>What an account asks for besides its password: codes of a secret that its owner's device knows.</summary>
public sealed class SecondFactor
{
    public required Guid UserId { get; init; }

    /// <summary>Sealed: unlike a password it has to be read again.</summary>
    public required string Secret { get; init; }

    /// <summary>Of the key it is sealed with.</summary>
    public required string KeyId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a first code has shown that the device knows the secret. Nobody is asked for a code before.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>Of the last code that was accepted, see <see cref="Totp.StepAt"/>: neither that one nor one before it is good again.</summary>
    public long LastStep { get; init; }
}

/// <summary>Opens the account once without the device. Only its hash is kept, and not even that when it has been used.</summary>
public sealed class RecoveryCode
{
    public const int AtOnce = 10;

    /// <summary>80 bits: enough that a fast hash of them tells nobody anything.</summary>
    public const int Bytes = 10;

    public required Guid UserId { get; init; }
    public required string Hash { get; init; }

    /// <summary>In four groups, to be written down.</summary>
    public static string Write(ReadOnlySpan<byte> random) => string.Join('-', Base32.Write(random).ToLowerInvariant().Chunk(4).Select(group => new string(group)));

    /// <summary>What was typed, without what does not matter.</summary>
    public static string Clean(string typed) => string.Concat(typed.Where(c => c is not (' ' or '-'))).ToLowerInvariant();
}
