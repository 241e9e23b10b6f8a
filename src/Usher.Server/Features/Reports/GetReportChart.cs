using Microsoft.AspNetCore.Http.HttpResults;
using Usher.Server.Features.Reports.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Reports;

internal static class GetReportChart
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/reports/{id:uuid}/chart.svg", Methods.Read, Handle)
        .WithName("GetReportChart").WithSummary("A report as a picture")
        .WithDescription("Tickets sold in each hour of the day or each day of the week, beside those of the period before, as SVG with its text as shapes.")
        .AnswersFile("image/svg+xml").Refuses(Problems.NotFound);

    private static async Task<Results<TaggedFile, Problem>> Handle(Guid id, Caller caller, UsherDb db, CancellationToken cancellationToken) =>
        await GetReport.Find(id, caller, db, cancellationToken) is { } report
            ? new TaggedFile(ReportChart.Svg(report), "image/svg+xml; charset=utf-8", report.FileName("svg"), version: 1)
            : new Problem(Problems.NotFound);
}
