namespace Usher.Domain.Accounts;

public enum LinkPurpose : short { VerifyEmail = 0, ResetPassword = 1, UndoEmailChange = 2 }

/// <summary>
/// A link that was asked for, to be sent to an address: whoever comes back with its token reads the mail that goes there.
/// </summary>
public sealed class AccountLink
{
    public required Guid Id { get; init; }
    public required LinkPurpose Purpose { get; init; }

    /// <summary>Null when nobody has the address: what asking costs then is the same, and no mail goes out.</summary>
    public Guid? UserId { get; init; }

    /// <summary>Of the address it is sent to. It proves nothing about another one that the account has later.</summary>
    public required string EmailKey { get; init; }

    /// <summary>Of the token, which is not kept.</summary>
    public required string Hash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>It is good once.</summary>
    public DateTimeOffset? UsedAt { get; init; }
}
