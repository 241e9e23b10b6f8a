using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Usher.IntegrationTests.Harness;

namespace Usher.IntegrationTests.Catalog.Events;

/// <param name="Seconds">The instant, as seconds of Unix time.</param>
/// <param name="Local">What the reader shows on the clock of the place, or in UTC where the file names no place.</param>
internal sealed record CalendarTime(long Seconds, string Local);

/// <summary>What another program understands of a calendar file.</summary>
internal sealed record CalendarEntry(
    string Method, string Uid, int Sequence, string Status, string Summary, string? Location, string? Description, CalendarTime Start, CalendarTime End);

/// <summary>ical.js, by which Thunderbird and calendars on the web read.</summary>
internal static class IcalJs
{
    private const string Folder = "tests/calendars";

    public static async Task<List<CalendarEntry>> Read(IEnumerable<string> files)
    {
        Assert.True(Directory.Exists(Repository.PathOf($"{Folder}/node_modules/ical.js")), $"ical.js is not there: npm ci --prefix {Folder}");
        using var node = Process.Start(new ProcessStartInfo("node", [Repository.PathOf($"{Folder}/read.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        var (said, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(files));
        node.StandardInput.Close();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, await errors);
        return JsonSerializer.Deserialize<List<CalendarEntry>>(await said, JsonSerializerOptions.Web)!;
    }
}

/// <summary>libical, by which the calendars of GNOME and KDE read.</summary>
internal static class Libical
{
    private const string Library = "libical.so.3";
    private const int Entry = 4;

    public static CalendarEntry Read(string file)
    {
        var calendar = Parse(Encoding.UTF8.GetBytes(file + '\0'));
        Assert.NotEqual(0, calendar);
        try
        {
            Assert.Equal((0, 1), (CountErrors(calendar), CountComponents(calendar, Entry)));
            var entry = FirstComponent(calendar, Entry);
            return new CalendarEntry(
                Text(MethodName(Method(calendar)))!, Text(Uid(entry))!, Sequence(entry), Text(StatusName(Status(entry)))!,
                Text(Summary(entry))!, Text(Location(entry)), Text(Description(entry)), At(Start(entry)), At(End(entry)));
        }
        finally
        {
            Free(calendar);
        }
    }

    private static CalendarTime At(Time time) => new(
        UnixTime(time, time.Zone),
        string.Create(CultureInfo.InvariantCulture, $"{time.Year:0000}-{time.Month:00}-{time.Day:00}T{time.Hour:00}:{time.Minute:00}:{time.Second:00}"));

    private static string? Text(nint pointer) => Marshal.PtrToStringUTF8(pointer);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public int Year, Month, Day, Hour, Minute, Second, IsDate, IsDaylight;
        public nint Zone;
    }

    [DllImport(Library, EntryPoint = "icalparser_parse_string")]
    private static extern nint Parse(byte[] text);

    [DllImport(Library, EntryPoint = "icalcomponent_free")]
    private static extern void Free(nint component);

    [DllImport(Library, EntryPoint = "icalcomponent_count_errors")]
    private static extern int CountErrors(nint component);

    [DllImport(Library, EntryPoint = "icalcomponent_count_components")]
    private static extern int CountComponents(nint component, int kind);

    [DllImport(Library, EntryPoint = "icalcomponent_get_first_component")]
    private static extern nint FirstComponent(nint component, int kind);

    [DllImport(Library, EntryPoint = "icalcomponent_get_method")]
    private static extern int Method(nint component);

    [DllImport(Library, EntryPoint = "icalproperty_method_to_string")]
    private static extern nint MethodName(int method);

    [DllImport(Library, EntryPoint = "icalcomponent_get_status")]
    private static extern int Status(nint component);

    [DllImport(Library, EntryPoint = "icalproperty_status_to_string")]
    private static extern nint StatusName(int status);

    [DllImport(Library, EntryPoint = "icalcomponent_get_uid")]
    private static extern nint Uid(nint component);

    [DllImport(Library, EntryPoint = "icalcomponent_get_sequence")]
    private static extern int Sequence(nint component);

    [DllImport(Library, EntryPoint = "icalcomponent_get_summary")]
    private static extern nint Summary(nint component);

    [DllImport(Library, EntryPoint = "icalcomponent_get_location")]
    private static extern nint Location(nint component);

    [DllImport(Library, EntryPoint = "icalcomponent_get_description")]
    private static extern nint Description(nint component);

    [DllImport(Library, EntryPoint = "icalcomponent_get_dtstart")]
    private static extern Time Start(nint component);

    [DllImport(Library, EntryPoint = "icalcomponent_get_dtend")]
    private static extern Time End(nint component);

    [DllImport(Library, EntryPoint = "icaltime_as_timet_with_zone")]
    private static extern long UnixTime(Time time, nint zone);
}
