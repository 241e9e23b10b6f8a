using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Usher.Server.Features.Reports.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;
using Usher.Server.Platform.Privacy;

namespace Usher.Server.Features.Reports;

/// <summary>The reports an organizer got: sums, which name nobody, and go with whom they were for.</summary>
internal sealed class ReportData : IPersonalData
{
    public string Name => "reports";

    public async Task<JsonNode?> Export(Guid userId, UsherDb db, CancellationToken cancellationToken) => JsonSerializer.SerializeToNode(
        (await db.Reports.AsNoTracking().Where(r => r.OrganizerId == userId).OrderBy(r => r.Id).ToListAsync(cancellationToken)).ConvertAll(ReportResponse.Of), StrictJson.Options);

    public async Task<Action?> Erase(Guid userId, Change change, CancellationToken cancellationToken)
    {
        var db = change.Db;
        await db.Reports.Where(r => r.OrganizerId == userId).ExecuteDeleteAsync(cancellationToken);
        await db.ReportProgress.Where(p => p.OrganizerId == userId).ExecuteDeleteAsync(cancellationToken);
        return null;
    }
}
