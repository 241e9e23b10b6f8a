using System.Globalization;
using System.Text;
using SkiaSharp;
using Usher.Domain.Reports;

namespace Usher.Server.Features.Reports.Contract;

/// <summary>
/// Chart of a report's period: one drawing, as PNG for mails and as SVG for browsers. Its text uses a bundled font, drawn as shapes, so
/// that it looks the same everywhere.
/// </summary>
internal static class ReportChart
{
    public const int Width = 536, Height = 260;
    private const float Left = 36, Right = 12, Top = 64, Bottom = 28;

    private static readonly SKTypeface Regular = Font("Roboto-Regular.ttf"), Medium = Font("Roboto-Medium.ttf");
    private static readonly SKColor Ink = new(0x11, 0x18, 0x27), Faint = new(0x6b, 0x72, 0x80), Line = new(0xe5, 0xe7, 0xeb), Now = new(0x4f, 0x46, 0xe5), Before = new(0xc7, 0xd2, 0xfe);

    public static byte[] Png(ReportResponse report)
    {
        // Twice the displayed resolution, for high-density screens.
        using var bitmap = new SKBitmap(Width * 2, Height * 2);
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Scale(2);
            Draw(canvas, report);
        }
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    public static byte[] Svg(ReportResponse report)
    {
        using var bytes = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(SKRect.Create(Width, Height), bytes))
            Draw(canvas, report);
        var svg = Encoding.UTF8.GetString(bytes.ToArray());
        // For screen readers.
        var content = svg.IndexOf('>', svg.IndexOf("<svg", StringComparison.Ordinal)) + 1;
        return Encoding.UTF8.GetBytes(svg.Insert(content, $"<title>{System.Net.WebUtility.HtmlEncode(Describe(report))}</title>"));
    }

    public static string Describe(ReportResponse report) => string.Create(CultureInfo.InvariantCulture,
        $"Tickets sold in each {Step(report)}: {report.Steps.Sum(s => s.Tickets):N0}, after {report.Steps.Sum(s => s.TicketsBefore):N0} in the {Name(report)} before.");

    private static void Draw(SKCanvas canvas, ReportResponse report)
    {
        canvas.Clear(SKColors.White);
        Write(canvas, $"Tickets sold in each {Step(report)}", Medium, 15, Ink, 0, 18);
        var x = Legend(canvas, 0, Now, report.Period == PeriodKind.Day ? report.FirstDay.ToString("ddd d MMM", CultureInfo.InvariantCulture) : $"from {report.FirstDay.ToString("d MMM", CultureInfo.InvariantCulture)}", report.Steps.Sum(s => s.Tickets));
        Legend(canvas, x + 20, Before, $"the {Name(report)} before", report.Steps.Sum(s => s.TicketsBefore));

        var most = Math.Max(1, report.Steps.Max(s => Math.Max(s.Tickets, s.TicketsBefore)));
        var grid = Grid(most);
        var (top, floor) = (grid * (int)Math.Ceiling(most / (double)grid), Height - Bottom);
        using var paint = new SKPaint { IsAntialias = true, Color = Line, StrokeWidth = 1 };
        for (long value = 0; value <= top; value += grid)
        {
            var y = floor - (floor - Top) * value / top;
            canvas.DrawLine(Left, y, Width - Right, y, paint);
            Write(canvas, Short(value), Regular, 11, Faint, Left - 6, y + 4, anchor: 1);
        }

        var room = (Width - Left - Right) / report.Steps.Count;
        var bar = Math.Min(room * 0.38f, 22);
        var every = report.Steps.Count > 12 ? 3 : 1;
        foreach (var (at, step) in report.Steps.Index())
        {
            var middle = Left + room * (at + 0.5f);
            Bar(canvas, middle - bar, bar - 1, step.TicketsBefore, Before);
            Bar(canvas, middle, bar, step.Tickets, Now);
            if (at % every == 0)
                Write(canvas, Label(report.Period, step), Regular, 11, Faint, middle, Height - 10, anchor: 0.5f);
        }

        void Bar(SKCanvas onto, float left, float width, long tickets, SKColor colour)
        {
            if (tickets == 0)
                return;
            using var fill = new SKPaint { IsAntialias = true, Color = colour };
            var height = Math.Max(2, (floor - Top) * tickets / top);
            onto.DrawRoundRect(SKRect.Create(left, floor - height, width, height), 2, 2, fill);
        }
    }

    private static float Legend(SKCanvas canvas, float x, SKColor colour, string text, long tickets)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = colour };
        canvas.DrawRoundRect(SKRect.Create(x, 31, 12, 12), 3, 3, paint);
        x += 18 + Write(canvas, string.Create(CultureInfo.InvariantCulture, $"{text}: "), Regular, 13, Faint, x + 18, 42);
        return x + Write(canvas, tickets.ToString("N0", CultureInfo.InvariantCulture), Medium, 13, Ink, x, 42);
    }

    /// <param name="anchor">0: the text begins at x; 1: it ends there.</param>
    private static float Write(SKCanvas canvas, string text, SKTypeface typeface, float size, SKColor colour, float x, float y, float anchor = 0)
    {
        using var font = new SKFont(typeface, size) { Subpixel = true };
        using var paint = new SKPaint { IsAntialias = true, Color = colour };
        var width = font.MeasureText(text);
        using var shapes = font.GetTextPath(text, new SKPoint(x - width * anchor, y));
        canvas.DrawPath(shapes, paint);
        return width;
    }

    /// <summary>1, 2 or 5 times a power of ten, for three to six grid lines.</summary>
    private static long Grid(long most)
    {
        var power = (long)Math.Pow(10, Math.Floor(Math.Log10(Math.Max(1, most / 4d))));
        return ((long[])[power, 2 * power, 5 * power, 10 * power]).First(step => most <= step * 5);
    }

    private static string Short(long value) => value < 10_000
        ? value.ToString("N0", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{value / 1000d:0.#}k");

    private static string Label(PeriodKind kind, ReportStep step) => kind == PeriodKind.Day
        ? step.Key[11..16]
        : DateOnly.Parse(step.Key, CultureInfo.InvariantCulture).ToString("ddd", CultureInfo.InvariantCulture);

    private static string Step(ReportResponse report) => report.Period == PeriodKind.Day ? "hour" : "day";

    private static string Name(ReportResponse report) => report.Period == PeriodKind.Day ? "day" : "week";

    private static SKTypeface Font(string file)
    {
        using var letters = typeof(ReportChart).Assembly.GetManifestResourceStream(file)!;
        return SKTypeface.FromStream(letters) ?? throw new InvalidOperationException($"{file} cannot be read.");
    }
}
