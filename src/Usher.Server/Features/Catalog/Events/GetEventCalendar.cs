using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.Catalog;
using Usher.Server.Features.Catalog.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Events;

internal static class GetEventCalendar
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/events/{id:uuid}/calendar.ics", Methods.Read, Handle)
        .WithName("GetEventCalendar").WithSummary("Get an event as a calendar file")
        .WithDescription("Returns iCalendar (RFC 5545) with times in the event's own time zone. Its UID stays the same and its SEQUENCE rises with each edit, so a calendar " +
            "replaces its earlier copy. A cancelled event is marked as cancelled.")
        .AnswersFile("text/calendar").Refuses(Problems.NotFound);

    private static async Task<Results<TaggedFile, Problem>> Handle(Guid id, Caller? caller, UsherDb db, CancellationToken cancellationToken) =>
        await db.Events.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, cancellationToken) is { } row && row.IsSeenBy(caller)
            ? new TaggedFile(Encoding.UTF8.GetBytes(EventCalendar.Compose(row)), EventCalendar.ContentType, $"event-{row.Id}.ics", row.Version)
            {
                IsPublic = row.Publication == Publication.Published,
            }
            : new Problem(Problems.NotFound);
}
