using Microsoft.AspNetCore.Http.HttpResults;
using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Features.Catalog.TicketTypes;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Catalog.Watching;

internal static class GetAvailability
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events/{id:uuid}/availability", Methods.Read, Handle)
        .WithName("GetAvailability").WithSummary("Get the tickets of an event that can be bought now")
        .WithDescription("Returns the small part of an event that changes while it sells. Only the organizer and admins can see a draft.")
        .Refuses(Problems.NotFound);

    private static async Task<Results<Ok<AvailabilityResponse>, Problem>> Handle(Guid id, Caller? caller, EventReads events, CancellationToken cancellationToken) =>
        await events.Read(id, cancellationToken) is { } seen && seen.Event.IsSeenBy(caller)
            ? TypedResults.Ok(AvailabilityResponse.Of(seen))
            : new Problem(Problems.NotFound);
}

/// <param name="QuantityAvailable">Number of tickets that can be bought now, over all ticket types and within the event's capacity.</param>
/// <param name="AsOf">Instant that these figures belong to.</param>
public sealed record AvailabilityResponse(
    Guid EventId, EventStatus Status, int QuantityAvailable, IReadOnlyList<TicketTypeAvailability> TicketTypes, DateTimeOffset AsOf)
{
    internal static AvailabilityResponse Of(SeenEvent seen)
    {
        var snapshot = seen.Kept.Snapshot;
        var types = snapshot.TicketTypes.Select(row => (Row: row, Shown: TicketTypeResponse.Of(row, snapshot)));
        return new(seen.Event.Id, seen.Event.StatusAt(seen.At), snapshot.Available,
            [.. types.Select(t => new TicketTypeAvailability(t.Row.Id, t.Row.Name, t.Shown.QuantityAvailable, t.Row.Stock.Places.IsSoldOut, t.Shown.OnSale))],
            seen.At);
    }
}

/// <param name="QuantityAvailable">Number of tickets that are neither sold nor held, within the remaining capacity of the event.</param>
/// <param name="SoldOut">Whether all tickets of this type are sold. Held tickets do not count as sold, because they may become available again.</param>
/// <param name="OnSale">Whether a ticket of this type can be bought now.</param>
public sealed record TicketTypeAvailability(Guid Id, string Name, int QuantityAvailable, bool SoldOut, bool OnSale);
