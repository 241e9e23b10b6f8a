using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.BoxOffice;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Privacy;

namespace Usher.Server.Features.Catalog.Events;

/// <summary>Events of an organizer. Published events stay as the record of their sales; drafts are deleted.</summary>
internal sealed class EventData(DatabaseClock clock) : IPersonalData
{
    public string Name => "events";

    /// <summary>Everything that a response shows of an event, and the reasons that its organizer wrote on cancelling bookings.</summary>
    public Task Export(Guid userId, UsherDb db, Utf8JsonWriter json, CancellationToken cancellationToken) => json.WriteRows(Rows(userId, db, cancellationToken), cancellationToken);

    private async IAsyncEnumerable<JsonNode> Rows(Guid userId, UsherDb db, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var notes = (await db.Bookings.Where(b => b.CancelReason == CancelReason.Organizer && b.CancelNote != null && db.Events.Any(e => e.Id == b.EventId && e.OrganizerId == userId))
            .OrderBy(b => b.Id).Select(b => new { b.EventId, BookingId = b.Id, Note = b.CancelNote }).ToListAsync(cancellationToken)).ToLookup(b => b.EventId, b => new { b.BookingId, b.Note });
        var all = db.Events.AsNoTracking().Where(e => e.OrganizerId == userId);
        await foreach (var row in PersonalRows.InPages<Event>((last, count) =>
        {
            var rest = last is null ? all : all.Where(e => e.StartsAt >= last.StartsAt && (e.StartsAt > last.StartsAt || e.Id.CompareTo(last.Id) > 0));
            return rest.OrderBy(e => e.StartsAt).ThenBy(e => e.Id).Take(count)
                .Include(e => e.Stock).Include(e => e.TicketTypes).ThenInclude(t => t.Stock).AsSplitQuery().ToListAsync(cancellationToken);
        }))
        {
            var shown = JsonSerializer.SerializeToNode(EventResponse.Of(new EventSnapshot(row, new Dictionary<Guid, int>(), clock.Now)), StrictJson.Options)!;
            shown["cancelNotes"] = JsonSerializer.SerializeToNode(notes[row.Id], StrictJson.Options);
            yield return shown;
        }
    }

    public async Task<Problem?> Objection(Guid userId, UsherDb db, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        return await db.Events.AnyAsync(e => e.OrganizerId == userId && e.Publication == Publication.Published && e.CancelledAt == null && e.OverAt >= now, cancellationToken)
            ? new Problem(Problems.HasUpcomingEvents) : null;
    }

    public async Task<Action?> Erase(Guid userId, Change change, CancellationToken cancellationToken)
    {
        var db = change.Db;
        await db.Events.Where(e => e.OrganizerId == userId && e.Publication == Publication.Draft && !db.Bookings.Any(b => b.EventId == e.Id)).ExecuteDeleteAsync(cancellationToken);
        return null;
    }
}
