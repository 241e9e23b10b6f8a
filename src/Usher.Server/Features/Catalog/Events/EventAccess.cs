using Microsoft.EntityFrameworkCore;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Events;

/// <summary>Whose event it is. Somebody else's draft is not there at all; somebody else's public event may not be changed.</summary>
internal static class EventAccess
{
    public static bool IsSeenBy(this Event row, Caller? caller) =>
        row.Publication == Publication.Published || (caller is { } someone && row.BelongsTo(someone));

    public static Problem? Refuse(Event? row, Caller caller) =>
        row is null || !row.IsSeenBy(caller) ? new Problem(Problems.NotFound)
        : !row.BelongsTo(caller) ? new Problem(Problems.Forbidden)
        : null;

    /// <summary>What can no longer be changed, and why.</summary>
    public static Problem? RefuseIfOver(Event row, DateTimeOffset now) => row.StatusAt(now) switch
    {
        EventStatus.Cancelled => new Problem(Problems.EventCancelled),
        EventStatus.Past => new Problem(Problems.EventPast),
        _ => null,
    };

    /// <summary>Reads an event in order to change it, with the box office waiting: nothing it shows can be sold meanwhile.</summary>
    public static async Task<Event?> Take(this Change change, Guid id, CancellationToken cancellationToken)
    {
        await change.LockStock(id, cancellationToken);
        return await change.Db.Events.AsSingleQuery()
            .Include(e => e.Stock)
            // By the id, which says nothing new: SQLite would make a table of the types of all events to join it.
            .Include(e => e.TicketTypes.Where(t => t.EventId == id)).ThenInclude(t => t.Stock)
            .SingleOrDefaultAsync(e => e.Id == id, cancellationToken);
    }

    /// <summary>Tells its buyers that it takes place at another time or place, by what they knew.</summary>
    public static void PublishMove(this Change change, FormerEvent former)
    {
        former.ChangedAt = change.Now;
        change.Db.FormerEvents.Add(former);
        change.Publish(MessageTypes.EventChanged, eventId: former.EventId);
    }

    private static bool BelongsTo(this Event row, Caller caller) => caller.IsAdmin || row.OrganizerId == caller.UserId;
}
