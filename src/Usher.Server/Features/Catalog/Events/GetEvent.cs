using Microsoft.AspNetCore.Http.HttpResults;
using Usher.Server.Platform.Http;

namespace Usher.Server.Features.Catalog.Events;

internal static class GetEvent
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events/{id:uuid}", Methods.Read, Handle)
        .WithName("GetEvent").WithSummary("Get an event with its ticket types")
        .WithDescription("Only the organizer and admins can see a draft.")
        .Refuses(Problems.NotFound);

    private static async Task<Results<Tagged<EventResponse>, Problem>> Handle(Guid id, Caller? caller, EventReads events, CancellationToken cancellationToken) =>
        await events.Read(id, cancellationToken) is { } seen && seen.Event.IsSeenBy(caller)
            ? new Tagged<EventResponse>(seen.Kept.Event) { IsPublic = seen.IsPublic }
            : new Problem(Problems.NotFound);
}
