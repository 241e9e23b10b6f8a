using Microsoft.EntityFrameworkCore;
using Usher.Domain.Catalog;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Catalog.Contract;

/// <summary>What of an event is for its organizer and for admins to see. Somebody else's draft is not there at all.</summary>
internal static class OrganizersEvent
{
    /// <param name="otherwise">What somebody else is told.</param>
    public static async Task<Problem?> Refuse(UsherDb db, Guid eventId, Caller caller, string otherwise, CancellationToken cancellationToken)
    {
        var found = await db.Events.Where(e => e.Id == eventId).Select(e => new { e.OrganizerId, e.Publication }).SingleOrDefaultAsync(cancellationToken);
        return found is not null && (caller.IsAdmin || found.OrganizerId == caller.UserId) ? null
            : found is null || found.Publication == Publication.Draft ? new Problem(Problems.NotFound)
            : new Problem(Problems.Forbidden, otherwise);
    }
}
