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

    public async Task<JsonNode?> Export(Guid userId, UsherDb db, CancellationToken cancellationToken) => JsonSerializer.SerializeToNode(
        await BookingRows.Read(db, db.Bookings.Where(b => b.UserId == userId).OrderBy(b => b.BookedAt).ThenBy(b => b.Id), clock.Now, cancellationToken), StrictJson.Options);

    public async Task<Problem?> Objection(Guid userId, UsherDb db, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        return await db.Bookings.AnyAsync(b => b.UserId == userId && (b.Status == BookingStatus.Confirmed || (b.Status == BookingStatus.Pending && b.ExpiresAt > now))
            && db.Events.Any(e => e.Id == b.EventId && e.CancelledAt == null && e.OverAt >= now), cancellationToken)
            ? new Problem(Problems.HasUpcomingBookings) : null;
    }

    public Task<Action?> Erase(Guid userId, UsherDb db, CancellationToken cancellationToken) => Task.FromResult<Action?>(null);
}
