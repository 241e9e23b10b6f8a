using Microsoft.AspNetCore.Http.HttpResults;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Catalog;

internal static class ListTicketTypes
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/events/{eventId:uuid}/ticket-types", Handle)
        .WithName("ListTicketTypes").WithSummary("The ticket types of an event")
        .WithDescription("By sortOrder, then in the order in which they were made.")
        .Refuses(Problems.NotFound);

    private static async Task<Results<Tagged<TicketTypeList>, Problem>> Handle(
        Guid eventId, Caller? caller, UsherDb db, DatabaseClock clock, CancellationToken cancellationToken) =>
        await EventSnapshot.Read(db, eventId, clock.Now, cancellationToken) is { } snapshot && snapshot.Event.IsSeenBy(caller)
            ? new Tagged<TicketTypeList>(new TicketTypeList([.. snapshot.TicketTypes.Select(type => TicketTypeResponse.Of(type, snapshot))]), version: null)
            {
                IsPublic = snapshot.Event.Publication == Publication.Published,
            }
            : new Problem(Problems.NotFound);
}

/// <summary>All ticket types of an event, by their number and then in the order in which they were made.</summary>
public sealed record TicketTypeList(IReadOnlyList<TicketTypeResponse> Data);
