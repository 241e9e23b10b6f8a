using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Usher.Domain;
using Usher.Server.Features.Reports.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Reports;

internal static class GetReport
{
    private static readonly QueryParameters Parameters = new(
        new QueryParameter("format", "`csv` returns one line per ticket type, like `Accept: text/csv`.", Values: CsvTable.Formats));

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/reports/{id:uuid}", Methods.Read, Handle)
        .WithName("GetReport").WithSummary("Get a daily or weekly report")
        .WithDescription("The report has totals by currency next to those of the previous period, figures by event and by ticket type, and the course of the period. As CSV, it " +
            "has one line per ticket type, and cells that a spreadsheet would execute are guarded.")
        .WithQuery(Parameters).AlsoAnswersCsv().Refuses(Problems.NotFound);

    private static async Task<Results<Tagged<ReportResponse>, CsvTable, Problem>> Handle(
        Guid id, Caller caller, UsherDb db, HttpContext context, CancellationToken cancellationToken)
    {
        var asCsv = CsvTable.IsAskedFor(context.Request, Parameters.Read(context.Request));
        if (await Find(id, caller, db, cancellationToken) is not { } report)
            return new Problem(Problems.NotFound);
        return asCsv ? new CsvTable(report.FileName("csv"), Rows(report)) : new Tagged<ReportResponse>(report, version: 1);
    }

    /// <summary>A foreign report looks like a missing one.</summary>
    public static async Task<ReportResponse?> Find(Guid id, Caller caller, UsherDb db, CancellationToken cancellationToken) =>
        await db.Reports.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id && (caller.IsAdmin || r.OrganizerId == caller.UserId), cancellationToken) is { } row
            ? ReportResponse.Of(row)
            : null;

    private static IEnumerable<object[]> Rows(ReportResponse report)
    {
        yield return ["firstDay", "lastDay", "timeZone", "event", "ticketType", "currency", "tickets", "cancelledTickets", "gross", "refunded", "sellThrough"];
        foreach (var of in report.Events)
            foreach (var type in of.TicketTypes)
            {
                var currency = Currency.Get(of.Currency);
                yield return [report.FirstDay, report.LastDay, report.TimeZone, of.Name, type.Name, of.Currency, type.Tickets, type.CancelledTickets,
                    currency.ToMajor(type.GrossMinor), currency.ToMajor(type.RefundedMinor), type.SellThrough];
            }
    }
}
