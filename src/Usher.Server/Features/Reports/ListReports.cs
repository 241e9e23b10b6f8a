using Microsoft.EntityFrameworkCore;
using Usher.Domain.Reports;
using Usher.Server.Features.Reports.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Reports;

/// <summary>A report in a list, without its events and steps.</summary>
public sealed record ReportListing(
    Guid Id, Guid OrganizerId, PeriodKind Period, DateOnly FirstDay, DateOnly LastDay, DateTimeOffset From, DateTimeOffset Until, string TimeZone,
    DateTimeOffset CreatedAt, IReadOnlyList<ReportTotal> Totals)
{
    internal static ReportListing Of(ReportResponse r) => new(r.Id, r.OrganizerId, r.Period, r.FirstDay, r.LastDay, r.From, r.Until, r.TimeZone, r.CreatedAt, r.Totals);
}

internal static class ListReports
{
    private static readonly QueryParameters Parameters = new([
        .. PageRequest.Parameters,
        new("period", "Only daily reports, or only weekly reports.", Values: Choice.Of<PeriodKind>()),
        new("organizerId", "For admins: reports of this organizer only.") { Format = "uuid" },
    ]);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/reports", Methods.Read, Handle)
        .WithName("ListReports").WithSummary("List your daily and weekly reports")
        .WithDescription("Sales in each day and week of the organizer's calendar (the `timeZone` of the account), newest first. The server creates a report a few minutes after " +
            "its period has ended, if something was on sale in that period. Admins see the reports of all organizers.")
        .WithQuery(Parameters).Refuses(Problems.PageTooDeep);

    private static async Task<Tagged<Paged<ReportListing>>> Handle(Caller caller, UsherDb db, HttpContext context, CancellationToken cancellationToken)
    {
        var query = Parameters.Read(context.Request);
        var (page, kind, organizer) = (PageRequest.From(query), query.OneOf<PeriodKind>("period"), query.Id("organizerId"));
        var rows = db.Reports.AsNoTracking().Where(r => caller.IsAdmin || r.OrganizerId == caller.UserId);
        if (kind is { } one)
            rows = rows.Where(r => r.Kind == one);
        if (organizer is { } whose)
            rows = rows.Where(r => r.OrganizerId == whose);
        var total = await PageRequest.Count(rows, cancellationToken);
        var found = await page.Cut(rows.OrderByDescending(r => r.FirstDay).ThenByDescending(r => r.Kind).ThenByDescending(r => r.Id)).ToListAsync(cancellationToken);
        return new(page.Of(found.ConvertAll(r => ReportListing.Of(ReportResponse.Of(r))), total, context), version: null);
    }
}
