using Usher.Domain.Reports;
using Usher.IntegrationTests.Harness;
using Usher.Server.Features.Reports.Contract;

namespace Usher.IntegrationTests.Reports;

internal static class Sample
{
    public static ReportResponse Of(Guid organizer, string eventName = "Evening", string ticketType = "Seat") => new(
        Guid.CreateVersion7(), organizer, PeriodKind.Week, new DateOnly(2026, 3, 2), new DateOnly(2026, 3, 8), new(2026, 3, 1, 23, 0, 0, TimeSpan.Zero), new(2026, 3, 8, 23, 0, 0, TimeSpan.Zero),
        "Europe/Vienna", new(2026, 3, 9, 0, 2, 0, TimeSpan.Zero), [new("EUR", 5, 9, 1, 22500, 2500, 20000, new(3, 4, 0, 10000, 0, 10000))],
        [new(Guid.CreateVersion7(), eventName, new(2026, 5, 1, 18, 0, 0, TimeSpan.Zero), "Europe/Vienna", "EUR", 5, 9, 1, 22500, 2500, 20000, 9, 90, 0.1,
            [new(Guid.CreateVersion7(), ticketType, 9, 1, 22500, 2500, 20000, 9, 90, 0.1)])],
        [.. Enumerable.Range(2, 7).Select(day => new ReportStep($"2026-03-0{day}", day % 4, day % 3))]);

    /// <summary>One that stands in the database.</summary>
    public static async Task<Guid> Report(UsherServer server, Person organizer, string eventName = "Evening", string ticketType = "Seat")
    {
        var report = Of(organizer.Id, eventName, ticketType);
        await server.Database.Run("INSERT INTO reports (id, organizer_id, kind, first_day, content, created_at) VALUES (@id, @organizer, 1, @day, @content, @at)",
            ("id", report.Id), ("organizer", organizer.Id), ("day", report.FirstDay), ("content", report.ToContent()), ("at", server.Database.Instant(report.CreatedAt)));
        return report.Id;
    }
}
