using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Privacy;

namespace Usher.Server.Features.Audit;

/// <summary>Actions of a person, and actions on their account. The entries have only ids, and stay after an erasure.</summary>
internal sealed class AuditData : IPersonalData
{
    public string Name => "audit";

    public Task Export(Guid userId, UsherDb db, Utf8JsonWriter json, CancellationToken cancellationToken) => json.WriteRows(
        db.AuditEntries.Where(a => a.ActorId == userId || a.UserId == userId).OrderBy(a => a.Id).Select(AuditResponse.Of).AsAsyncEnumerable(), cancellationToken);

    public Task<Action?> Erase(Guid userId, Change change, CancellationToken cancellationToken) => Task.FromResult<Action?>(null);
}
