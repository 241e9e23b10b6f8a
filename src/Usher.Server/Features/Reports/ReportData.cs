using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Usher.Server.Features.Reports.Contract;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Privacy;

namespace Usher.Server.Features.Reports;

/// <summary>Reports of an organizer: sums without names. An erasure deletes them.</summary>
internal sealed class ReportData : IPersonalData
{
    public string Name => "reports";

    public Task Export(Guid userId, UsherDb db, Utf8JsonWriter json, CancellationToken cancellationToken) => json.WriteRows(
        db.Reports.AsNoTracking().Where(r => r.OrganizerId == userId).OrderBy(r => r.Id).AsAsyncEnumerable().Select(ReportResponse.Of), cancellationToken);

    public async Task<Action?> Erase(Guid userId, Change change, CancellationToken cancellationToken)
    {
        var db = change.Db;
        await db.Reports.Where(r => r.OrganizerId == userId).ExecuteDeleteAsync(cancellationToken);
        await db.ReportProgress.Where(p => p.OrganizerId == userId).ExecuteDeleteAsync(cancellationToken);
        return null;
    }
}
