namespace Usher.Domain.Accounts;

/// <summary>
/// A verified address that an account had, kept until whoever reads it has been told that the account has another one, and can no longer take
/// that back: if it was not its owner who changed it, they learn of it nowhere else.
/// </summary>
public sealed class FormerAddress
{
    public required Guid Id { get; init; }
    public required Guid UserId { get; init; }
    public required string Email { get; init; }

    /// <summary>As it was the account's. Null in rows of before there was one.</summary>
    public string? EmailKey { get; init; }
    public required DateTimeOffset ReplacedAt { get; init; }
}
