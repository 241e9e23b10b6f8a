using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Privacy;

namespace Usher.Server.Features.BoxOffice;

/// <summary>What a person has booked. It stays in the books of its events when they go: it was sold.</summary>
internal sealed class BookingData(DatabaseClock clock) : IPersonalData
{
    public string Name => "bookings";

    public Task Export(Guid userId, UsherDb db, Utf8JsonWriter json, CancellationToken cancellationToken) => json.WriteRows(Rows(userId, db, cancellationToken), cancellationToken);

    private async IAsyncEnumerable<JsonNode> Rows(Guid userId, UsherDb db, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = db.Bookings.Where(b => b.UserId == userId);
        var notes = await all.Where(b => b.CancelNote != null).ToDictionaryAsync(b => b.Id, b => b.CancelNote, cancellationToken);
        await foreach (var booking in PersonalRows.InPages<BookingResponse>((last, count) =>
        {
            var rest = last is null ? all : all.BookedAfter(new(0, Position.KeyOf(last.BookingDate), last.Id), descending: false);
            return BookingRows.Read(db, rest.OrderBy(b => b.BookedAt).ThenBy(b => b.Id).Take(count), clock.Now, cancellationToken);
        }))
        {
            var shown = JsonSerializer.SerializeToNode(booking, StrictJson.Options)!;
            shown["cancelNote"] = notes.GetValueOrDefault(booking.Id);
            yield return shown;
        }
    }

    public async Task<Problem?> Objection(Guid userId, UsherDb db, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        return await db.Bookings.AnyAsync(b => b.UserId == userId && (b.Status == BookingStatus.Confirmed || (b.Status == BookingStatus.Pending && b.ExpiresAt > now))
            && db.Events.Any(e => e.Id == b.EventId && e.CancelledAt == null && e.OverAt >= now), cancellationToken)
            ? new Problem(Problems.HasUpcomingBookings) : null;
    }

    /// <summary>What was written in somebody's own words, by the buyer or by the organizer.</summary>
    public async Task<Action?> Erase(Guid userId, Change change, CancellationToken cancellationToken)
    {
        var db = change.Db;
        await db.Bookings.Where(b => b.UserId == userId && b.CancelNote != null).ExecuteUpdateAsync(b => b.SetProperty(x => x.CancelNote, (string?)null), cancellationToken);
        await db.Bookings.Where(b => b.CancelReason == CancelReason.Organizer && b.CancelNote != null && db.Events.Any(e => e.Id == b.EventId && e.OrganizerId == userId))
            .ExecuteUpdateAsync(b => b.SetProperty(x => x.CancelNote, (string?)null), cancellationToken);
        return null;
    }
}
