namespace Usher.Domain.Accounts;

public enum LinkPurpose : short { VerifyEmail = 0, ResetPassword = 1, UndoEmailChange = 2 }

/// <summary>A requested link, to be sent to an address. A caller who returns its token can read the mail of that address.</summary>
public sealed class AccountLink
{
    public required Guid Id { get; init; }
    public required LinkPurpose Purpose { get; init; }

    /// <summary>Null if the address has no account. A request then costs the same, and no mail is sent.</summary>
    public Guid? UserId { get; init; }

    /// <summary>Key of the address that receives the link. The link proves nothing about a later address of the account.</summary>
    public required string EmailKey { get; init; }

    /// <summary>Hash of the token. The token itself is not stored.</summary>
    public required string Hash { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Time of the only use; the link is valid once.</summary>
    public DateTimeOffset? UsedAt { get; init; }
}
