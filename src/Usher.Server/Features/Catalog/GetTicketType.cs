using Microsoft.AspNetCore.Http.HttpResults;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Catalog;

internal static class GetTicketType
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/api/events/{eventId:uuid}/ticket-types/{id:uuid}", Handle)
        .WithName("GetTicketType").WithSummary("A ticket type")
        .Refuses(Problems.NotFound);

    private static async Task<Results<Tagged<TicketTypeResponse>, Problem>> Handle(
        Guid eventId, Guid id, Caller? caller, UsherDb db, DatabaseClock clock, CancellationToken cancellationToken) =>
        await EventSnapshot.Read(db, eventId, clock.Now, cancellationToken) is { } snapshot
        && snapshot.Event.IsSeenBy(caller)
        && snapshot.Event.TicketTypes.Find(t => t.Id == id) is { } type
            ? EventAnswer.Of(snapshot, type)
            : new Problem(Problems.NotFound);
}
