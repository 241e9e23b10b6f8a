using System.Globalization;
using SkiaSharp;
using Usher.Domain.Reports;
using Usher.Server.Features.Reports.Contract;
using Xunit;

namespace Usher.UnitTests.Reports;

public class ChartTests
{
    [Fact]
    public void The_picture_has_its_words_in_it()
    {
        using var day = SKBitmap.Decode(ReportChart.Png(Report(PeriodKind.Day, hour => hour)));
        using var week = SKBitmap.Decode(ReportChart.Png(Report(PeriodKind.Week, at => at)));
        // Without letters, text is drawn as nothing, silently.
        Assert.InRange(Ink(day, 0, 0, 400, 44), 500, 10_000);
        Assert.NotEqual(Ink(day, 0, 0, 400, 44), Ink(week, 0, 0, 400, 44));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000_000)]
    public void Bars_rise_with_what_was_sold_and_fit_the_picture(int most)
    {
        using var picture = SKBitmap.Decode(ReportChart.Png(Report(PeriodKind.Day, hour => hour == 12 ? most : 0)));
        var bars = 0;
        for (var x = 0; x < picture.Width; x++)
            for (var y = 110; y < picture.Height - 60; y++)
                bars += picture.GetPixel(x, y) == new SKColor(0x4f, 0x46, 0xe5) ? 1 : 0;
        Assert.Equal(most > 0, bars > 0);
        Assert.StartsWith("<?xml", System.Text.Encoding.UTF8.GetString(ReportChart.Svg(Report(PeriodKind.Day, _ => most))), StringComparison.Ordinal);
    }

    private static int Ink(SKBitmap picture, int left, int top, int right, int bottom)
    {
        var dark = 0;
        for (var x = left; x < right; x++)
            for (var y = top; y < bottom; y++)
                dark += picture.GetPixel(x, y).Red < 128 ? 1 : 0;
        return dark;
    }

    private static ReportResponse Report(PeriodKind kind, Func<int, long> tickets) => new(
        Guid.Empty, Guid.Empty, kind, new(2026, 3, 2), new(2026, 3, 2), default, default, "UTC", default, [], [],
        [.. Enumerable.Range(0, kind == PeriodKind.Day ? 24 : 7).Select(at => new ReportStep(
            kind == PeriodKind.Day ? $"2026-03-02T{at.ToString("00", CultureInfo.InvariantCulture)}:00+00:00" : $"2026-03-0{2 + at}", tickets(at), at % 5))]);
}
