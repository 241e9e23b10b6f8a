using Microsoft.EntityFrameworkCore;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Contract;

/// <summary>Access to data of an event that only its organizer and admins may see. A foreign draft looks like a missing event.</summary>
internal static class OrganizersEvent
{
    /// <param name="otherwise">Detail for a caller who is not the organizer.</param>
    public static async Task<Problem?> Refuse(UsherDb db, Guid eventId, Caller caller, string otherwise, CancellationToken cancellationToken)
    {
        var found = await db.Events.Where(e => e.Id == eventId).Select(e => new { e.OrganizerId, e.Publication }).SingleOrDefaultAsync(cancellationToken);
        return found is not null && (caller.IsAdmin || found.OrganizerId == caller.UserId) ? null
            : found is null || found.Publication == Publication.Draft ? new Problem(Problems.NotFound)
            : new Problem(Problems.Forbidden, otherwise);
    }
}
