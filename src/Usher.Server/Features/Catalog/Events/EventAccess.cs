using Microsoft.EntityFrameworkCore;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Messaging;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Events;

/// <summary>Access to an event. A foreign draft looks like a missing event; a foreign public event may not be changed.</summary>
internal static class EventAccess
{
    public static bool IsSeenBy(this Event row, Caller? caller) =>
        row.Publication == Publication.Published || (caller is { } someone && row.BelongsTo(someone));

    public static Problem? Refuse(Event? row, Caller caller) =>
        row is null || !row.IsSeenBy(caller) ? new Problem(Problems.NotFound)
        : !row.BelongsTo(caller) ? new Problem(Problems.Forbidden)
        : null;

    /// <summary>Reason why the event can no longer be changed.</summary>
    public static Problem? RefuseIfOver(Event row, DateTimeOffset now) => row.StatusAt(now) switch
    {
        EventStatus.Cancelled => new Problem(Problems.EventCancelled),
        EventStatus.Past => new Problem(Problems.EventPast),
        _ => null,
    };

    /// <summary>Locks and reads an event to change it: nothing of it can be sold meanwhile.</summary>
    public static async Task<Event?> Take(this Change change, Guid id, CancellationToken cancellationToken)
    {
        await change.LockStock(id, cancellationToken);
        return await change.Db.Events.AsSingleQuery()
            .Include(e => e.Stock)
            // The redundant condition on the id keeps SQLite from building a table of all ticket types for the join.
            .Include(e => e.TicketTypes.Where(t => t.EventId == id)).ThenInclude(t => t.Stock)
            .SingleOrDefaultAsync(e => e.Id == id, cancellationToken);
    }

    /// <summary>Publishes a move to another time or place, for the mails to its buyers.</summary>
    public static void PublishMove(this Change change, FormerEvent former)
    {
        former.ChangedAt = change.Now;
        change.Db.FormerEvents.Add(former);
        change.Publish(MessageTypes.EventChanged, eventId: former.EventId);
    }

    private static bool BelongsTo(this Event row, Caller caller) => caller.IsAdmin || row.OrganizerId == caller.UserId;
}
