namespace Usher.Domain.Accounts;

/// <summary>
/// An address that an account had, kept until whoever reads it has been told that the account has another one: if it was not its owner who
/// changed it, they learn of it nowhere else.
/// </summary>
public sealed class FormerAddress
{
    public required Guid Id { get; init; }
    public required Guid UserId { get; init; }
    public required string Email { get; init; }
    public required DateTimeOffset ReplacedAt { get; init; }
}
