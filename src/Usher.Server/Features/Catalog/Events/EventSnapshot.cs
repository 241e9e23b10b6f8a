using Microsoft.EntityFrameworkCore;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Events;

/// <summary>
/// An event with its stock and availability. The places of a lapsed hold are free from the instant at which it lapsed, swept or not.
/// </summary>
/// <param name="Lapsed">Places of lapsed holds that the counters still count as held, by ticket type.</param>
/// <param name="FirstLapse">Time at which the first of its holds lapses or has lapsed; null if it has none.</param>
internal sealed record EventSnapshot(Event Event, IReadOnlyDictionary<Guid, int> Lapsed, DateTimeOffset Now, DateTimeOffset? FirstLapse = null)
{
    /// <summary>Next time at which it looks different without a change: a time boundary or a lapse. Null if there is none.</summary>
    public DateTimeOffset? NextChange =>
        FirstLapse <= Now ? Now : TicketTypes
            .SelectMany(t => new[] { t.SalesStartAt, t.SalesEndAt })
            // An event is over after its end, so the end itself still counts.
            .Concat([Event.SalesStartAt, Event.SalesEndAt, (Event.EndsAt ?? Event.StartsAt).AddMilliseconds(1), FirstLapse])
            .Where(at => at > Now).Min();

    public int Available => OnSale.Available(Event.TicketTypes.Sum(t => (long)t.Stock.Places.Free), LapsedOfAll, Event.Stock.Places, LapsedOfAll);

    public IEnumerable<TicketType> TicketTypes => Event.TicketTypes.OrderBy(t => t.SortOrder).ThenBy(t => t.CreatedAt).ThenBy(t => t.Id);

    public int AvailableOf(TicketType type) => OnSale.Available(type.Stock.Places.Free, Lapsed.GetValueOrDefault(type.Id), Event.Stock.Places, LapsedOfAll);

    public int HeldOf(TicketType type) => type.Stock.Held - Lapsed.GetValueOrDefault(type.Id);

    private int LapsedOfAll => Lapsed.Values.Sum();

    /// <summary>One statement, so that counters and lapsed holds belong to the same instant and no place counts twice.</summary>
    public static async Task<EventSnapshot?> Read(UsherDb db, Guid id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = await db.Events.AsNoTracking().AsSingleQuery()
            .Where(e => e.Id == id)
            .Include(e => e.Stock)
            .Select(e => new
            {
                Event = e,
                FirstLapse = db.Bookings.Where(b => b.EventId == e.Id && b.Status == BookingStatus.Pending).Min(b => b.ExpiresAt),
                // The redundant condition on the id keeps SQLite from building a table of all ticket types for the join.
                Types = e.TicketTypes.Where(t => t.EventId == id).Select(t => new
                {
                    Type = t,
                    t.Stock,
                    Lapsed = db.Bookings
                        .Where(b => b.EventId == t.EventId && b.Status == BookingStatus.Pending && b.ExpiresAt <= now)
                        .SelectMany(b => b.Items)
                        .Where(i => i.TicketTypeId == t.Id)
                        .Sum(i => i.Quantity),
                }).ToList(),
            })
            .SingleOrDefaultAsync(cancellationToken);
        if (found is null)
            return null;
        foreach (var row in found.Types)
            row.Type.Stock = row.Stock;
        found.Event.TicketTypes = found.Types.ConvertAll(row => row.Type);
        return new EventSnapshot(found.Event, found.Types.ToDictionary(row => row.Type.Id, row => row.Lapsed), now, found.FirstLapse);
    }
}
