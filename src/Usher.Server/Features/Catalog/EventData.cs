using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Privacy;

namespace Usher.Server.Features.Catalog;

/// <summary>The events that a person offers. What was published stays as the record of what was sold; drafts were never anything.</summary>
internal sealed class EventData(DatabaseClock clock) : IPersonalData
{
    public string Name => "events";

    public async Task<JsonNode?> Export(Guid userId, UsherDb db, CancellationToken cancellationToken) => JsonSerializer.SerializeToNode(
        await db.Events.Where(e => e.OrganizerId == userId).OrderBy(e => e.StartsAt).ThenBy(e => e.Id)
            .Select(e => new { e.Id, e.Name, e.Description, Date = e.StartsAt, EndDate = e.EndsAt, e.TimeZone, e.Location, e.Publication, e.CancelledAt, e.CreatedAt, e.UpdatedAt })
            .ToListAsync(cancellationToken), StrictJson.Options);

    public async Task<Problem?> Objection(Guid userId, UsherDb db, CancellationToken cancellationToken)
    {
        var now = clock.Now;
        return await db.Events.AnyAsync(e => e.OrganizerId == userId && e.Publication == Publication.Published && e.CancelledAt == null && e.OverAt >= now, cancellationToken)
            ? new Problem(Problems.HasUpcomingEvents) : null;
    }

    public async Task<Action?> Erase(Guid userId, UsherDb db, CancellationToken cancellationToken)
    {
        await db.Events.Where(e => e.OrganizerId == userId && e.Publication == Publication.Draft && !db.Bookings.Any(b => b.EventId == e.Id)).ExecuteDeleteAsync(cancellationToken);
        return null;
    }
}
