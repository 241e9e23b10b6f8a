using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.BoxOffice;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Privacy;

namespace Usher.Server.Features.BoxOffice;

/// <summary>Bookings of a person. They stay after an erasure, because they are the accounts of their events.</summary>
internal sealed class BookingData(DatabaseClock clock) : IPersonalData
{
    public string Name => "bookings";

    public Task Export(Guid userId, UsherDb db, Utf8JsonWriter json, CancellationToken cancellationToken) => json.WriteRows(Rows(userId, db, cancellationToken), cancellationToken);

    private async IAsyncEnumerable<JsonNode> Rows(Guid userId, UsherDb db, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = db.Bookings.Where(b => b.UserId == userId);
        await foreach (var (booking, stored) in PersonalRows.InPages<Row>(async (last, count) =>
        {
            var rest = last is null ? all : all.BookedAfter(new(0, Position.KeyOf(last.Shown.BookingDate), last.Shown.Id), descending: false);
            var page = rest.OrderBy(b => b.BookedAt).ThenBy(b => b.Id).Take(count);
            var stored = await page.AsNoTracking().ToDictionaryAsync(b => b.Id, cancellationToken);
            return (await BookingRows.Read(db, page, clock.Now, cancellationToken)).ConvertAll(shown => new Row(shown, stored[shown.Id]));
        }))
        {
            var shown = JsonSerializer.SerializeToNode(booking, StrictJson.Options)!;
            shown["cancelNote"] = stored.CancelNote;
            shown["capturedMinor"] = stored.CapturedMinor;
            shown["refundedAt"] = JsonSerializer.SerializeToNode(stored.RefundedAt, StrictJson.Options);
            yield return shown;
        }
    }

    /// <param name="Stored">Has what no other answer shows.</param>
    private sealed record Row(BookingResponse Shown, Booking Stored);

    public async Task<Problem?> Objection(Guid userId, UsherDb db, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        return await db.Bookings.AnyAsync(b => b.UserId == userId && (b.Status == BookingStatus.Confirmed || (b.Status == BookingStatus.Pending && b.ExpiresAt > now))
            && db.Events.Any(e => e.Id == b.EventId && e.CancelledAt == null && e.OverAt >= now), cancellationToken)
            ? new Problem(Problems.HasUpcomingBookings) : null;
    }

    /// <summary>Deletes texts that the buyer or the organizer wrote.</summary>
    public async Task<Action?> Erase(Guid userId, Change change, CancellationToken cancellationToken)
    {
        var db = change.Db;
        await db.Bookings.Where(b => b.UserId == userId && b.CancelNote != null).ExecuteUpdateAsync(b => b.SetProperty(x => x.CancelNote, (string?)null), cancellationToken);
        await db.Bookings.Where(b => b.CancelReason == CancelReason.Organizer && b.CancelNote != null && db.Events.Any(e => e.Id == b.EventId && e.OrganizerId == userId))
            .ExecuteUpdateAsync(b => b.SetProperty(x => x.CancelNote, (string?)null), cancellationToken);
        return null;
    }
}
