using Serilog.Events;
using Serilog.Parsing;
using Usher.Server.Platform.Observability;
using Xunit;

namespace Usher.UnitTests.Observability;

public class ReadableLinesTests
{
    [Fact]
    public void A_line_has_the_time_the_level_who_says_it_what_and_for_whom() => Assert.Equal(
        "20:14:03.500 WRN LogIn: A log-in failed; account: ada, try 3.1  RequestId=4bf9  UserId=0199\n",
        Write("A log-in failed; account: {Account}, try {Try:0.0}", null,
            ("Account", "ada"), ("Try", 3.14), ("SourceContext", "Usher.Server.Features.Accounts.LogIn"), ("RequestId", "4bf9"), ("UserId", "0199")));

    [Theory]
    [InlineData("one\r\n20:14:03.500 CRT Forged: line", "one\\r\\n20:14:03.500 CRT Forged: line")]
    [InlineData("\u001b[31mred\u0000\u0085\u2028\u202e\tx", "\\u001b[31mred\\u0000\\u0085\\u2028\\u202e\\tx")]
    [InlineData("äöü 漢字 🎟", "äöü 漢字 🎟")]
    public void What_others_sent_stays_on_its_line(string sent, string shown) => Assert.Equal($"20:14:03.500 WRN said {shown}\n", Write("said {Text}", null, ("Text", sent)));

    [Fact]
    public void An_exception_is_indented_whatever_it_says()
    {
        var lines = Write("It broke", new InvalidOperationException("one\r\n20:14:03.500 CRT Forged: line\u001b[2J")).TrimEnd('\n').Split('\n');
        Assert.Equal("20:14:03.500 WRN It broke", lines[0]);
        Assert.Equal(3, lines.Length);
        Assert.All(lines[1..], line => Assert.StartsWith("    ", line, StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains('\u001b'));
    }

    [Fact]
    public void What_cannot_be_written_in_time_is_dropped_and_counted_and_the_rest_is_written_at_the_end()
    {
        var (dropped, output) = (0, new Slow());
        using (var lines = new BackgroundLines(new ReadableLines(), output, mostWaiting: 10, () => dropped++))
        {
            lines.Emit(Event("first", null));
            output.Entered.Wait(TimeSpan.FromSeconds(10));
            for (var i = 0; i < 30; i++)
                lines.Emit(Event("next", null));
            Assert.Equal(20, dropped);
            output.MayGoOn.Set();
        }
        Assert.Equal(11, System.Text.Encoding.UTF8.GetString(output.ToArray()).Split('\n').Length - 1);
    }

    private static string Write(string template, Exception? exception, params (string Name, object Value)[] properties)
    {
        using var output = new StringWriter { NewLine = "\n" };
        new ReadableLines().Format(Event(template, exception, properties), output);
        return output.ToString();
    }

    private static LogEvent Event(string template, Exception? exception, params (string Name, object Value)[] properties) => new(
        new DateTimeOffset(2026, 11, 25, 20, 14, 3, 500, TimeSpan.Zero), LogEventLevel.Warning, exception, new MessageTemplateParser().Parse(template),
        properties.Select(p => new LogEventProperty(p.Name, new ScalarValue(p.Value))));

    /// <summary>Takes the first line only when it is told to.</summary>
    private sealed class Slow : MemoryStream
    {
        public ManualResetEventSlim Entered { get; } = new();
        public ManualResetEventSlim MayGoOn { get; } = new();

        public override void Write(byte[] buffer, int offset, int count) => base.Write(buffer, offset, Held(count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Held(0);
            base.Write(buffer);
        }

        private int Held(int count)
        {
            Entered.Set();
            MayGoOn.Wait(TimeSpan.FromSeconds(10));
            return count;
        }
    }
}
