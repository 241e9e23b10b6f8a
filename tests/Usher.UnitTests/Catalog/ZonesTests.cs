using Usher.Domain.Catalog;
using Xunit;

namespace Usher.UnitTests.Catalog;

public class ZonesTests
{
    [Theory]
    [InlineData("UTC")]
    [InlineData("Europe/Vienna")]
    [InlineData("America/Argentina/Buenos_Aires")]
    [InlineData("Etc/GMT+5")]
    [InlineData("Europe/Amsterdam")] // a link in some builds of the database, and the name of a place in all
    [InlineData("Atlantic/Reykjavik")]
    public void A_zone_has_the_name_of_the_IANA_database(string id)
    {
        Assert.True(Zones.TryFind(id, out var zone));
        Assert.Equal((id, id), (zone.Id, Zones.Canonical(id)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("utc")]
    [InlineData("europe/vienna")]
    [InlineData("EUROPE/VIENNA")]
    [InlineData("W. Europe Standard Time")]
    [InlineData("UTC-11")] // of Windows, like the one above
    [InlineData("CEST")]
    [InlineData("+02:00")]
    [InlineData("Europe/Atlantis")]
    [InlineData("Europe")]
    [InlineData("Europe/Vienna/")]
    [InlineData("Europe//Vienna")]
    [InlineData("/Europe/Vienna")]
    [InlineData("../zoneinfo/Europe/Vienna")]
    [InlineData("Europe/../Europe/Vienna")]
    [InlineData("posix/Europe/Vienna")]
    [InlineData("right/Europe/Vienna")]
    [InlineData("localtime")]
    [InlineData("posixrules")]
    [InlineData("zone.tab")]
    [InlineData("SystemV/PST8")]
    [InlineData("Factory")]
    [InlineData("Europe/Vienna\n")]
    public void Any_other_name_is_no_zone(string? id) => Assert.False(Zones.TryFind(id, out _));

    [Theory]
    [InlineData("US/Pacific", "America/Los_Angeles")]
    [InlineData("Asia/Calcutta", "Asia/Kolkata")]
    [InlineData("Europe/Kiev", "Europe/Kyiv")]
    [InlineData("GB", "Europe/London")]
    [InlineData("Navajo", "America/Denver")]
    [InlineData("EST5EDT", "America/New_York")]
    [InlineData("Etc/UTC", "UTC")]
    [InlineData("Zulu", "UTC")]
    [InlineData("GMT", "Etc/GMT")]
    public void A_former_name_means_the_one_of_today(string former, string today)
    {
        Assert.True(Zones.TryFind(former, out var zone));
        Assert.Equal((today, today), (zone.Id, Zones.Canonical(former)));
        Assert.Same(zone, Zones.Of(former));
    }

    /// <summary>As far as the machine that runs the tests has the former names, too.</summary>
    [Fact]
    public void A_former_name_has_the_rules_of_the_one_of_today()
    {
        var (from, until) = (new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2032, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var compared = 0;
        foreach (var own in TimeZoneInfo.GetSystemTimeZones().Where(zone => Zones.Canonical(zone.Id) != zone.Id))
        {
            Assert.Equal(Zones.Changes(Zones.Of(own.Id), from, until), Zones.Changes(own, from, until));
            compared++;
        }
        Assert.True(compared is 0 or > 100, $"{compared} former names");
    }

    [Fact]
    public void A_stored_name_that_the_machine_does_not_know_means_UTC_and_is_told_of_once()
    {
        var told = new List<string>();
        Zones.Missing += told.Add;
        Assert.Same(TimeZoneInfo.Utc, Zones.Of("Pacific/Atlantis"));
        Assert.Same(TimeZoneInfo.Utc, Zones.Of("Pacific/Atlantis"));
        Zones.Missing -= told.Add;
        Assert.Single(told, "Pacific/Atlantis");
    }

    [Fact]
    public void The_changes_of_a_zone_are_found_to_the_second()
    {
        var year = Zones.Changes(Zones.Of("Europe/Vienna"), At("2026-01-01T00:00Z"), At("2027-01-01T00:00Z"));
        var (winter, summer) = (TimeSpan.FromHours(1), TimeSpan.FromHours(2));
        Assert.Equal([new(At("2026-03-29T01:00Z"), winter, summer), new(At("2026-10-25T01:00Z"), summer, winter)], year);
        Assert.Equal([new(At("2026-10-25T01:00Z"), summer, winter)], Zones.Changes(Zones.Of("Europe/Vienna"), At("2026-10-25T01:00Z"), At("2026-10-25T01:00:01Z")));
        Assert.Empty(Zones.Changes(Zones.Of("Europe/Vienna"), At("2026-03-29T01:00:01Z"), At("2026-10-25T01:00Z")));
        Assert.Empty(Zones.Changes(Zones.Of("UTC"), At("2026-01-01T00:00Z"), At("2027-01-01T00:00Z")));
    }

    [Fact]
    public void Another_spelling_is_no_zone_even_after_the_right_one_was_loaded()
    {
        Assert.True(Zones.TryFind("Europe/Paris", out _));
        Assert.False(Zones.TryFind("europe/paris", out _));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
