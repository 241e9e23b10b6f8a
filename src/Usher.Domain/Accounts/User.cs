namespace Usher.Domain.Accounts;

public enum Role : short { Attendee = 0, Organizer = 1, Admin = 2 }

public sealed class User
{
    public required Guid Id { get; init; }
    public required string Username { get; set; }
    public required string Email { get; set; }

    /// <summary>Comparison key of the name or address, unique in the database.</summary>
    public required string UsernameKey { get; set; }
    public required string EmailKey { get; set; }

    /// <summary>New address that replaces <see cref="Email"/> after its verification; null if there is none.</summary>
    public string? PendingEmail { get; set; }
    public string? PendingEmailKey { get; set; }

    /// <summary>Empty if there is no password. Only a link by mail can then set one.</summary>
    public required string PasswordHash { get; set; }
    public Role Role { get; set; }
    public bool EmailVerified { get; set; }
    public string? DisplayName { get; set; }
    public string TimeZone { get; set; } = "UTC";
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Time of the erasure. From then on the row has no name, address or password.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>Time of the suspension by the operator. From then on the account cannot log in, book or publish.</summary>
    public DateTimeOffset? SuspendedAt { get; set; }
    public int Version { get; set; } = 1;
}

/// <summary>One log-in. Its id is the <c>sid</c> of all its tokens.</summary>
public sealed class Session
{
    public required Guid Id { get; init; }
    public required Guid UserId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset LastUsedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public string? UserAgent { get; init; }

    /// <summary>Keyed hash of the client's address. Failed guesses from other addresses do not delay log-ins from a known one.</summary>
    public string? Origin { get; init; }
}

/// <summary>One refresh token in the chain of a session; only its hash is stored.</summary>
public sealed class RefreshToken
{
    public required string Hash { get; init; }
    public required Guid SessionId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>Hash of the token that replaced it.</summary>
    public string? SuccessorHash { get; set; }
}
