namespace Usher.Domain.Accounts;

/// <summary>
/// A former verified address of an account, stored until its reader has been notified of the change and can no longer undo it. If an
/// attacker made the change, the owner learns of it only this way.
/// </summary>
public sealed class FormerAddress
{
    public required Guid Id { get; init; }
    public required Guid UserId { get; init; }
    public required string Email { get; init; }

    /// <summary>Key of the address. Null in rows of versions without keys.</summary>
    public string? EmailKey { get; init; }
    public required DateTimeOffset ReplacedAt { get; init; }
}
