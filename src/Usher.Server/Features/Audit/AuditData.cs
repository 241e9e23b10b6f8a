using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Privacy;

namespace Usher.Server.Features.Audit;

/// <summary>What a person did, and what was done to their account. The entries hold ids only, and stay when they go.</summary>
internal sealed class AuditData : IPersonalData
{
    public string Name => "audit";

    public Task Export(Guid userId, UsherDb db, Utf8JsonWriter json, CancellationToken cancellationToken) => json.WriteRows(
        db.AuditEntries.Where(a => a.ActorId == userId || a.UserId == userId).OrderBy(a => a.Id).Select(AuditResponse.Of).AsAsyncEnumerable(), cancellationToken);

    public Task<Action?> Erase(Guid userId, Change change, CancellationToken cancellationToken) => Task.FromResult<Action?>(null);
}
