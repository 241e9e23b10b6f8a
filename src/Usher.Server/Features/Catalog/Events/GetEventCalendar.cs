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
        .WithName("GetEventCalendar").WithSummary("An event for calendars")
        .WithDescription("iCalendar (RFC 5545), at the time of the event's own zone. Its UID stays the same and its SEQUENCE rises with each edit, so that a calendar " +
            "replaces what it had; a cancelled event says so.")
        .AnswersFile("text/calendar").Refuses(Problems.NotFound);

    private static async Task<Results<TaggedFile, Problem>> Handle(Guid id, Caller? caller, UsherDb db, CancellationToken cancellationToken) =>
        await db.Events.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, cancellationToken) is { } row && row.IsSeenBy(caller)
            ? new TaggedFile(Encoding.UTF8.GetBytes(EventCalendar.Compose(row)), EventCalendar.ContentType, $"event-{row.Id}.ics", row.Version)
            {
                IsPublic = row.Publication == Publication.Published,
            }
            : new Problem(Problems.NotFound);
}
