using System.Globalization;
using System.Text;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace Usher.Server.Platform.Observability;

/// <summary>
/// Log format for people: a line for each event, and an exception indented below it. Control characters in foreign text are escaped, so
/// that no client can forge a line or control the terminal.
/// </summary>
internal sealed class ReadableLines : ITextFormatter
{
    public void Format(LogEvent logEvent, TextWriter output)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{logEvent.Timestamp:HH:mm:ss.fff} {Short(logEvent.Level)} ");
        if (Find(logEvent, "SourceContext") is { } source)
            line.Append(source.AsSpan(source.LastIndexOf('.') + 1)).Append(": ");
        using (var message = new StringWriter(CultureInfo.InvariantCulture))
        {
            foreach (var token in logEvent.MessageTemplate.Tokens)
                if (token is PropertyToken named && Find(logEvent, named.PropertyName) is { } text)
                    message.Write(text);
                else
                    token.Render(logEvent.Properties, message, CultureInfo.InvariantCulture);
            line.Append(message);
        }
        foreach (var mark in RequestMark.Names)
            if (Find(logEvent, mark) is { } of)
                line.Append(CultureInfo.InvariantCulture, $"  {mark}={of}");
        output.WriteLine(Visible(line.ToString()));
        if (logEvent.Exception is not { } exception)
            return;
        foreach (var part in exception.ToString().ReplaceLineEndings("\n").Split('\n'))
            output.WriteLine($"    {Visible(part)}");
    }

    public static string Visible(string text)
    {
        if (!text.Any(MustBeShown))
            return text;
        var visible = new StringBuilder(text.Length + 8);
        foreach (var c in text)
            _ = c switch
            {
                '\r' => visible.Append("\\r"),
                '\n' => visible.Append("\\n"),
                '\t' => visible.Append("\\t"),
                _ when MustBeShown(c) => visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => visible.Append(c),
            };
        return visible.ToString();
    }

    private static bool MustBeShown(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' || char.GetUnicodeCategory(c) == UnicodeCategory.Format;

    /// <summary>A text without its quotes.</summary>
    private static string? Find(LogEvent logEvent, string name) =>
        logEvent.Properties.TryGetValue(name, out var value) && value is ScalarValue { Value: string text } ? text : null;

    private static string Short(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "TRC",
        LogEventLevel.Debug => "DBG",
        LogEventLevel.Information => "INF",
        LogEventLevel.Warning => "WRN",
        LogEventLevel.Error => "ERR",
        _ => "CRT",
    };
}
