using System.ComponentModel.DataAnnotations.Schema;

namespace Usher.Server.Platform.Persistence;

/// <summary>The first response to a request with a key. It commits with the request's effect.</summary>
internal sealed class IdempotencyRow
{
    public required Guid UserId { get; init; }
    public required string Route { get; init; }
    public required string Key { get; init; }

    /// <summary>Hash of the parsed request, not of its bytes.</summary>
    public required byte[] RequestHash { get; init; }

    /// <summary>
    /// The booking that the request created or changed, or another created resource: an event, an import. The column keeps its name from
    /// when only bookings had keys, because both versions write it during an upgrade.
    /// </summary>
    [Column("booking_id")]
    public required Guid ResultId { get; init; }

    /// <summary>The response, as JSON.</summary>
    public required string Answer { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
