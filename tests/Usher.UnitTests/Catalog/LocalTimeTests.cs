using System.Globalization;
using CsCheck;
using Usher.Domain.Catalog;
using Xunit;
using static Usher.Domain.Catalog.LocalTime;

namespace Usher.UnitTests.Catalog;

public class LocalTimeTests
{
    private static readonly TimeZoneInfo[] AllZones = [.. TimeZoneInfo.GetSystemTimeZones()];

    private static readonly Gen<DateTimeOffset> Instants =
        Gen.Long[Ms("1970-01-01T00:00Z"), Ms("2100-01-01T00:00Z")].Select(DateTimeOffset.FromUnixTimeMilliseconds);

    [Theory]
    [InlineData("Europe/Vienna", "2026-07-01T20:00", "2026-07-01T18:00Z")]
    [InlineData("Europe/Vienna", "2026-12-01T20:00", "2026-12-01T19:00Z")]
    [InlineData("Europe/Vienna", "2026-03-29T01:59:59.999", "2026-03-29T00:59:59.999Z")]
    [InlineData("Europe/Vienna", "2026-03-29T03:00", "2026-03-29T01:00Z")]
    [InlineData("America/New_York", "2026-03-08T03:00", "2026-03-08T07:00Z")]
    [InlineData("Australia/Lord_Howe", "2026-10-04T02:30", "2026-10-03T15:30Z")]
    [InlineData("Asia/Kathmandu", "2026-01-01T00:00", "2025-12-31T18:15Z")]
    [InlineData("Pacific/Kiritimati", "2026-01-01T00:00", "2025-12-31T10:00Z")]
    [InlineData("UTC", "2026-02-28T23:59", "2026-02-28T23:59Z")]
    public void A_local_time_means_the_instant_at_which_the_zone_shows_it(string zone, string local, string instant)
    {
        Assert.Equal(ZoneResult.Ok, ToInstant(Parsed(local), Zone(zone), out var found));
        Assert.Equal(At(instant), found);
        Assert.Equal(Parsed(local).Local, ToLocal(found, Zone(zone)));
    }

    [Theory]
    [InlineData("Europe/Vienna", "2026-10-25T02:30", "2026-10-25T00:30Z")]
    [InlineData("Europe/Vienna", "2026-10-25T02:00", "2026-10-25T00:00Z")]
    [InlineData("Europe/Vienna", "2026-10-25T03:00", "2026-10-25T02:00Z")] // no longer twice
    [InlineData("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30Z")]
    [InlineData("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45Z")] // goes back by half an hour only
    [InlineData("Australia/Lord_Howe", "2026-04-05T01:15", "2026-04-04T14:15Z")]
    [InlineData("Europe/Moscow", "2014-10-26T01:30", "2014-10-25T21:30Z")] // the zone moved, without daylight saving
    public void A_local_time_that_happens_twice_means_the_earlier(string zone, string local, string instant)
    {
        Assert.Equal(ZoneResult.Ok, ToInstant(Parsed(local), Zone(zone), out var found));
        Assert.Equal(At(instant), found);
    }

    [Theory]
    [InlineData("Europe/Vienna", "2026-03-29T02:00")]
    [InlineData("Europe/Vienna", "2026-03-29T02:59:59.999")]
    [InlineData("America/New_York", "2026-03-08T02:30")]
    [InlineData("Australia/Lord_Howe", "2026-10-04T02:15")]
    [InlineData("Pacific/Apia", "2011-12-30T12:00")] // Samoa crossed the date line and had no such day
    public void A_local_time_that_the_clocks_skip_does_not_exist(string zone, string local)
    {
        Assert.Equal(ZoneResult.Nonexistent, ToInstant(Parsed(local), Zone(zone), out var instant));
        Assert.Equal(default, instant);
    }

    [Fact]
    public void A_local_time_without_a_zone_needs_one() =>
        Assert.Equal(ZoneResult.ZoneRequired, ToInstant(Parsed("2026-07-01T20:00"), null, out _));

    [Fact]
    public void An_offset_says_the_instant_whatever_the_zone()
    {
        Assert.Equal(ZoneResult.Ok, ToInstant(Parsed("2026-03-29T02:30-05:00"), Zone("Europe/Vienna"), out var instant));
        Assert.Equal(At("2026-03-29T07:30Z"), instant);
        Assert.Equal(TimeSpan.Zero, instant.Offset);
    }

    [Fact]
    public void Every_instant_comes_back_from_its_local_time_or_the_earlier_one_that_looks_the_same() =>
        Gen.Select(Instants, Gen.OneOf(AllZones)).Sample((instant, zone) =>
        {
            var local = ToLocal(instant, zone);
            return ToInstant(new Moment(local, null), zone, out var back) == ZoneResult.Ok
                && back <= instant && ToLocal(back, zone) == local && local.Kind == DateTimeKind.Unspecified;
        }, iter: 200_000);

    [Fact]
    public void A_local_time_round_trips_unless_it_does_not_exist() =>
        Gen.Select(Instants, Gen.OneOf(AllZones)).Sample((instant, zone) =>
            ToInstant(new Moment(instant.DateTime, null), zone, out var found) == ZoneResult.Nonexistent
                ? Enumerable.Range(-28, 57).All(halfHours => ToLocal(instant.AddMinutes(halfHours * 30), zone) != instant.DateTime)
                : ToLocal(found, zone) == instant.DateTime, iter: 200_000);

    [Fact]
    public void The_ends_of_the_calendar_are_refused_not_thrown()
    {
        foreach (var zone in AllZones)
        {
            foreach (var local in (DateTime[])[DateTime.MinValue, DateTime.MinValue.AddHours(20), DateTime.MaxValue.AddHours(-20), DateTime.MaxValue])
            {
                var result = ToInstant(new Moment(local, null), zone, out _);
                Assert.Contains(result, (ZoneResult[])[ZoneResult.Ok, ZoneResult.Nonexistent]);
            }
            ToLocal(DateTimeOffset.MinValue, zone);
            ToLocal(DateTimeOffset.MaxValue, zone);
        }
        Assert.Equal(ZoneResult.Nonexistent, ToInstant(new Moment(DateTime.MinValue, TimeSpan.FromHours(1)), null, out _));
        Assert.False(TryParse("0001-01-01T00:00+01:00", out _));
        Assert.False(TryParse("9999-12-31T23:59-01:00", out _));
        Assert.True(TryParse("0001-01-01T00:00", out _));
        Assert.True(TryParse("9999-12-31T23:59:59.999Z", out _));
    }

    [Theory]
    [InlineData("2026-07-01T20:00", "2026-07-01T20:00:00.000", null)]
    [InlineData("2026-07-01T20:00:05", "2026-07-01T20:00:05.000", null)]
    [InlineData("2026-07-01T20:00Z", "2026-07-01T20:00:00.000", "00:00")]
    [InlineData("2026-07-01t20:00:05z", "2026-07-01T20:00:05.000", "00:00")]
    [InlineData("2026-07-01T20:00:05.1+02:00", "2026-07-01T20:00:05.100", "02:00")]
    [InlineData("2026-07-01T20:00:05.123999999999999999-09:30", "2026-07-01T20:00:05.123", "-09:30")]
    [InlineData("2026-07-01T20:00-00:00", "2026-07-01T20:00:00.000", "00:00")]
    [InlineData("2026-07-01T20:00+23:59", "2026-07-01T20:00:00.000", "23:59")]
    [InlineData("2028-02-29T00:00", "2028-02-29T00:00:00.000", null)]
    // Excel, SQL, Python, PHP, Ruby and PostgreSQL.
    [InlineData("2030-03-15 20:00", "2030-03-15T20:00:00.000", null)]
    [InlineData("2030-03-15 20:00:00", "2030-03-15T20:00:00.000", null)]
    [InlineData("2030-03-15 20:00:00Z", "2030-03-15T20:00:00.000", "00:00")]
    [InlineData("2030-03-15 20:00:00.123456+02:00", "2030-03-15T20:00:00.123", "02:00")]
    [InlineData("2030-03-15T20:00:00+0200", "2030-03-15T20:00:00.000", "02:00")]
    [InlineData("2030-03-15T20:00:00-0930", "2030-03-15T20:00:00.000", "-09:30")]
    [InlineData("2030-03-15 20:00:00 +0200", "2030-03-15T20:00:00.000", "02:00")]
    [InlineData("2030-03-15 20:00:00+02", "2030-03-15T20:00:00.000", "02:00")]
    public void A_time_of_RFC_3339_is_read(string text, string local, string? offset)
    {
        Assert.True(TryParse(text, out var moment));
        Assert.Equal(local, moment.Local.ToString("yyyy-MM-ddTHH:mm:ss.fff", CultureInfo.InvariantCulture));
        Assert.Equal(DateTimeKind.Unspecified, moment.Local.Kind);
        Assert.Equal(offset is null ? null : TimeSpan.Parse(offset, CultureInfo.InvariantCulture), moment.Offset);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2026-07-01")]
    [InlineData("2026-07-01  20:00")]
    [InlineData("2026-07-01\t20:00")]
    [InlineData("2026-07-01 20:00  +02:00")]
    [InlineData("2026-07-01 20:00 ")]
    [InlineData("15.03.2030 20:00")]
    [InlineData("03/15/2030 20:00")]
    [InlineData("2026-07-01T20")]
    [InlineData("2026-07-01T2000")]
    [InlineData("20260701T200000Z")]
    [InlineData("2026-07-01T20:00.5")]
    [InlineData("2026-07-01T20:00:05.")]
    [InlineData("2026-07-01T20:00:05,5")]
    [InlineData("2026-07-01T20:00:60Z")]
    [InlineData("2026-07-01T24:00")]
    [InlineData("2026-07-01T20:60")]
    [InlineData("2026-02-29T20:00")]
    [InlineData("2026-13-01T20:00")]
    [InlineData("2026-00-01T20:00")]
    [InlineData("0000-01-01T20:00")]
    [InlineData("10000-01-01T20:00")]
    [InlineData("-2026-07-01T20:00")]
    [InlineData("2026-182T20:00")]
    [InlineData("2026-W27-3T20:00")]
    [InlineData("2026-07-01T20:00+2")]
    [InlineData("2026-07-01T20:00+020")]
    [InlineData("2026-07-01T20:00+0260")]
    [InlineData("2026-07-01T20:00+2400")]
    [InlineData("2026-07-01T20:00+24:00")]
    [InlineData("2026-07-01T20:00+02:60")]
    [InlineData("2026-07-01T20:00 +02:00")]
    [InlineData("2026-07-01T20:00ZZ")]
    [InlineData("2026-07-01T20:00Z\n")]
    [InlineData(" 2026-07-01T20:00Z")]
    [InlineData("2026-07-01T20:00[Europe/Vienna]")]
    [InlineData("٢٠٢٦-07-01T20:00")]
    [InlineData("07/01/2026 8:00 PM")]
    [InlineData("1782936000")]
    public void Anything_else_is_not_a_time(string? text) => Assert.False(TryParse(text, out _));

    [Fact]
    public void A_time_written_out_is_read_back() =>
        Gen.Select(Instants, Gen.Int[-14 * 60, 14 * 60]).Sample((instant, minutes) =>
        {
            var written = instant.ToOffset(TimeSpan.FromMinutes(minutes)).ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
            return TryParse(written, out var moment) && ToInstant(moment, null, out var read) == ZoneResult.Ok && read == instant;
        });

    private static Moment Parsed(string text) => TryParse(text, out var moment) ? moment : throw new ArgumentException(text);

    private static TimeZoneInfo Zone(string id) => Zones.TryFind(id, out var zone) ? zone : throw new ArgumentException(id);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static long Ms(string text) => At(text).ToUnixTimeMilliseconds();
}
