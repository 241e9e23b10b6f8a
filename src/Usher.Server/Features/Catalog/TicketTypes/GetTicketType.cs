using Microsoft.AspNetCore.Http.HttpResults;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Catalog.TicketTypes;

internal static class GetTicketType
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events/{eventId:uuid}/ticket-types/{id:uuid}", Methods.Read, Handle)
        .WithName("GetTicketType").WithSummary("Get a ticket type")
        .WithDescription("Returns its price, its sales window and the number of tickets that can be bought.")
        .Refuses(Problems.NotFound);

    private static async Task<Results<Tagged<TicketTypeResponse>, Problem>> Handle(
        Guid eventId, Guid id, Caller? caller, EventReads events, CancellationToken cancellationToken) =>
        await events.Read(eventId, cancellationToken) is { } seen && seen.Event.IsSeenBy(caller) && seen.Kept.TicketType(id) is { } type
            ? new Tagged<TicketTypeResponse>(type) { IsPublic = seen.IsPublic }
            : new Problem(Problems.NotFound);
}
