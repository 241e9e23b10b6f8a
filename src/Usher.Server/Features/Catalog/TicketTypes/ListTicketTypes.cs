using Microsoft.AspNetCore.Http.HttpResults;
using Usher.Server.Features.Catalog.Events;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Catalog.TicketTypes;

internal static class ListTicketTypes
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events/{eventId:uuid}/ticket-types", Methods.Read, Handle)
        .WithName("ListTicketTypes").WithSummary("List the ticket types of an event")
        .WithDescription("Sorted by `sortOrder`, then by creation.")
        .Refuses(Problems.NotFound);

    private static async Task<Results<Tagged<TicketTypeList>, Problem>> Handle(Guid eventId, Caller? caller, EventReads events, CancellationToken cancellationToken) =>
        await events.Read(eventId, cancellationToken) is { } seen && seen.Event.IsSeenBy(caller)
            ? new Tagged<TicketTypeList>(seen.Kept.TicketTypes) { IsPublic = seen.IsPublic }
            : new Problem(Problems.NotFound);
}

/// <summary>All ticket types of an event, sorted by <c>sortOrder</c> and then by creation.</summary>
public sealed record TicketTypeList(IReadOnlyList<TicketTypeResponse> Data);
