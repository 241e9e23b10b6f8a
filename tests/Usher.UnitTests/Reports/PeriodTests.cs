using Usher.Domain.Catalog;
using Usher.Domain.Reports;
using Xunit;

namespace Usher.UnitTests.Reports;

public class PeriodTests
{
    [Theory]
    [InlineData("2026-03-29", "Europe/Vienna", 23)]
    [InlineData("2026-10-25", "Europe/Vienna", 25)]
    [InlineData("2026-03-28", "Europe/Vienna", 24)]
    [InlineData("2026-10-04", "Australia/Lord_Howe", 23.5)]
    [InlineData("2011-12-30", "Pacific/Apia", 0)]
    public void A_day_is_as_long_as_the_clocks_of_its_zone_make_it(string day, string zone, double hours)
    {
        var (from, until) = new Period(PeriodKind.Day, DateOnly.Parse(day, null)).In(Zones.Of(zone));
        Assert.Equal(hours, (until - from).TotalHours);
    }

    [Theory]
    [InlineData("2026-11-23", "2026-11-23")]
    [InlineData("2026-11-29", "2026-11-23")]
    [InlineData("2027-01-03", "2026-12-28")]
    [InlineData("2024-02-29", "2024-02-26")]
    public void A_week_begins_on_Monday(string day, string monday) =>
        Assert.Equal(DateOnly.Parse(monday, null), Period.Containing(DateOnly.Parse(day, null), PeriodKind.Week).First);

    /// <summary>Also where midnight is skipped or comes twice, and where a zone moved.</summary>
    [Theory]
    [InlineData("Europe/Vienna")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("Africa/Cairo")]
    [InlineData("America/Havana")]
    [InlineData("Asia/Beirut")]
    [InlineData("Pacific/Apia")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("UTC")]
    public void Days_and_weeks_follow_one_another_without_gap_or_overlap(string name)
    {
        var zone = Zones.Of(name);
        foreach (var kind in Enum.GetValues<PeriodKind>())
        {
            var period = Period.Containing(new DateOnly(2005, 1, 3), kind);
            for (var end = period.In(zone).From; period.First.Year < 2030; period = period.Next)
            {
                var (from, until) = period.In(zone);
                Assert.Equal(end, from);
                Assert.Equal(period, period.Next.Previous);
                if (until > from)
                {
                    Assert.Equal(period, Period.Containing(from, kind, zone));
                    Assert.Equal(period, Period.Containing(until.AddMilliseconds(-1), kind, zone));
                }
                end = until;
            }
        }
    }
}
