namespace Usher.Domain.Accounts;

public enum Role : short { Attendee = 0, Organizer = 1, Admin = 2 }

public sealed class User
{
    public required Guid Id { get; init; }
    public required string Username { get; set; }
    public required string Email { get; set; }

    /// <summary>What makes a name or address the same as another's: unique in the database.</summary>
    public required string UsernameKey { get; set; }
    public required string EmailKey { get; set; }

    /// <summary>Takes the place of <see cref="Email"/> when its reader has shown to be the owner of the account; null when there is none.</summary>
    public string? PendingEmail { get; set; }
    public string? PendingEmailKey { get; set; }

    /// <summary>Empty when there is none: only a link by mail sets another.</summary>
    public required string PasswordHash { get; set; }
    public Role Role { get; set; }
    public bool EmailVerified { get; set; }
    public string? DisplayName { get; set; }
    public string TimeZone { get; set; } = "UTC";
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since then it is nobody's, and has no name, address or password.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>Since then nobody logs in to it, books or publishes with it, by order of whoever runs the program.</summary>
    public DateTimeOffset? SuspendedAt { get; set; }
    public int Version { get; set; } = 1;
}

/// <summary>One log-in. Its id is the <c>sid</c> of every token that came of it.</summary>
public sealed class Session
{
    public required Guid Id { get; init; }
    public required Guid UserId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset LastUsedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public string? UserAgent { get; init; }

    /// <summary>A keyed hash of the client's address: who guesses from elsewhere does not hold up who comes from there again.</summary>
    public string? Origin { get; init; }
}

/// <summary>One link in a session's chain of refresh tokens; only its hash is kept.</summary>
public sealed class RefreshToken
{
    public required string Hash { get; init; }
    public required Guid SessionId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>The hash of the token that took its place.</summary>
    public string? SuccessorHash { get; set; }
}
