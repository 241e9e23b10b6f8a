using System.ComponentModel.DataAnnotations.Schema;

namespace Usher.Server.Platform.Persistence;

/// <summary>The first answer to a request that carried a key; it commits with the request's effect.</summary>
internal sealed class IdempotencyRow
{
    public required Guid UserId { get; init; }
    public required string Route { get; init; }
    public required string Key { get; init; }

    /// <summary>Hash of the request as it was understood, not of its bytes.</summary>
    public required byte[] RequestHash { get; init; }

    /// <summary>
    /// The booking that the request made or changed, or what else it made: an event, an import. The column has the name of when only
    /// bookings had keys: both versions of an upgrade write it.
    /// </summary>
    [Column("booking_id")]
    public required Guid ResultId { get; init; }

    /// <summary>What was answered, as JSON.</summary>
    public required string Answer { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
