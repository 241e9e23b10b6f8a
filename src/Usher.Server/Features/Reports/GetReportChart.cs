using Microsoft.AspNetCore.Http.HttpResults;
using Usher.Server.Features.Reports.Contract;
using Usher.Server.Platform.Http;
using Usher.Server.Platform.Persistence;

namespace Usher.Server.Features.Reports;

internal static class GetReportChart
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/api/reports/{id:uuid}/chart.svg", Methods.Read, Handle)
        .WithName("GetReportChart").WithSummary("Get a report as a chart")
        .WithDescription("Shows the tickets sold in each hour of the day or on each day of the week, next to those of the previous period. The chart is an SVG with its text as " +
            "shapes.")
        .AnswersFile("image/svg+xml").Refuses(Problems.NotFound);

    private static async Task<Results<TaggedFile, Problem>> Handle(Guid id, Caller caller, UsherDb db, CancellationToken cancellationToken) =>
        await GetReport.Find(id, caller, db, cancellationToken) is { } report
            ? new TaggedFile(ReportChart.Svg(report), "image/svg+xml; charset=utf-8", report.FileName("svg"), version: 1)
            : new Problem(Problems.NotFound);
}
