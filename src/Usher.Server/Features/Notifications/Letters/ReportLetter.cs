using Usher.Domain.Reports;
using Usher.Server.Features.Reports.Contract;
using static Usher.Server.Features.Notifications.Letters.Phrases;

namespace Usher.Server.Features.Notifications.Letters;

internal static class ReportLetter
{
    private const int MostEvents = 30;

    public static Letter Write(ReportResponse report)
    {
        var period = report.Period == PeriodKind.Day ? Day(report.FirstDay) : $"{Day(report.FirstDay)} to {Day(report.LastDay)}";
        var tickets = Count(report.Totals.Sum(t => t.Tickets), "ticket", "tickets");
        var gross = string.Join(", ", report.Totals.Select(t => Money(t.Currency, t.GrossMinor)));
        var busy = report.Events.Where(e => e.Tickets > 0 || e.CancelledTickets > 0 || e.RefundedMinor > 0).ToList();
        return new Letter($"Your {(report.Period == PeriodKind.Day ? "day" : "week")}: {tickets}, {(gross.Length > 0 ? gross : "nothing")} sold",
            period, report.Period == PeriodKind.Day ? "Your day at the box office" : "Your week at the box office", Tone.Plain)
        {
            Before = [$"{period}, on the clock of {report.TimeZone}."],
            Picture = new(ReportChart.Png(report), ReportChart.Describe(report), ReportChart.Width),
            Facts = [.. report.Totals.SelectMany(Facts)],
            Table = new(["Event", "Gross"],
                [.. busy.Take(MostEvents).Select(e => (string[])[$"{e.Name}: {Count(e.Tickets, "ticket", "tickets")}, {Percent(e.SellThrough)} sold", Money(e.Currency, e.GrossMinor)])],
                []),
            After = busy.Count > MostEvents ? [$"… and {busy.Count - MostEvents} more. All of them are in the report itself."] : [],
        };
    }

    private static IEnumerable<Fact> Facts(ReportTotal total)
    {
        yield return new("Bookings", $"{Number(total.Bookings)}{Compared(total.Bookings, total.Before.Bookings)}");
        yield return new("Tickets", $"{Number(total.Tickets)}{Compared(total.Tickets, total.Before.Tickets)}");
        yield return new("Gross", $"{Money(total.Currency, total.GrossMinor)}{Compared(total.GrossMinor, total.Before.GrossMinor)}");
        if (total.RefundedMinor > 0)
            yield return new("Refunds", Money(total.Currency, -total.RefundedMinor));
        yield return new("Net", Money(total.Currency, total.NetMinor));
    }

    private static string Compared(long now, long before) =>
        before == 0 ? "" : now == before ? " (as before)" : $" ({(now > before ? "+" : "−")}{Percent(Math.Abs((double)now / before - 1))} on the period before)";
}
