using System.ComponentModel.DataAnnotations;
using Usher.Server.Platform;
using Usher.Server.Platform.Privacy;
using Usher.Server.Platform.Security;

namespace Usher.Server.Features.Reports;

internal sealed class ReportsOptions
{
    public const string Section = "Reports";

    /// <summary>Seconds between two searches for ended periods.</summary>
    [Range(0.05, 3600)]
    public double CheckSeconds { get; init; } = 60;

    /// <summary>Days that are reported afterwards if no process ran, or if the first sale of an organizer is found.</summary>
    [Range(1, 3650)]
    public int CatchUpDays { get; init; } = 400;

    /// <summary>Whether a report with content is mailed to its organizer.</summary>
    public bool Mail { get; init; } = true;
}

/// <summary>Sales figures: live for one event, and daily and weekly for each organizer.</summary>
internal static class ReportsModule
{
    public static void AddReports(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ReportsOptions>().BindConfiguration(ReportsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddScoped<IPersonalData, ReportData>();
        builder.AddWork<MakeReports>();
    }

    public static void MapReports(this IEndpointRouteBuilder app)
    {
        var organizers = app.MapGroup("").WithTags("Reports").RequireAuthorization(Policies.Organizer).DisableValidation();
        GetEventSales.Map(organizers);
        ListReports.Map(organizers);
        GetReport.Map(organizers);
        GetReportChart.Map(organizers);
    }
}
