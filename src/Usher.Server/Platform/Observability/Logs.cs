using System.ComponentModel.DataAnnotations;
using System.Diagnostics.Metrics;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Filters;
using Serilog.Formatting.Compact;

namespace Usher.Server.Platform.Observability;

internal enum LogFormat
{
    /// <summary>A line for people.</summary>
    Text,

    /// <summary>A JSON object on each line, in the CLEF format.</summary>
    Json,
}

/// <summary>Format of the log. <c>Logging:LogLevel</c> decides about its content, as in every .NET program.</summary>
internal sealed class LogOptions
{
    public const string Section = "Logging";

    /// <summary><c>Text</c> or <c>Json</c>; by default, text in Development and JSON otherwise.</summary>
    public LogFormat? Format { get; init; }

    /// <summary>
    /// Most lines that may wait to be written. Further lines are dropped and counted, because a sale never waits for the reader of
    /// the log.
    /// </summary>
    [Range(1, 10_000_000)]
    public int MostWaiting { get; init; } = 50_000;
}

internal static class Logs
{
    private static readonly Counter<long> Dropped = Telemetry.Meter.CreateCounter<long>(
        "usher.log.dropped", "{line}", "Lines of the log that were dropped because the output was not read in time.");

    private static readonly Func<LogEvent, bool> IsOfTheHost = Matching.FromSource("Microsoft.Extensions.Hosting.Internal.Host");

    public static void Announce() => Dropped.Add(0);

    public static void AddLogs(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LogOptions>().BindConfiguration(LogOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        var options = builder.Configuration.GetSection(LogOptions.Section).Get<LogOptions>() ?? new();
        var lines = new BackgroundLines(
            (options.Format ?? (builder.Environment.IsDevelopment() ? LogFormat.Text : LogFormat.Json)) == LogFormat.Text ? new ReadableLines() : new RenderedCompactJsonFormatter(),
            Console.OpenStandardOutput(), Math.Max(1, options.MostWaiting), () => Dropped.Add(1));
        // Also when the program ends by an exception, or when a verb completes.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => lines.Dispose();
        AppDomain.CurrentDomain.UnhandledException += (_, _) => lines.Dispose();
        // An ordinary provider: Serilog's usual integration would set a filter that overrides all others, and would turn on the framework's
        // request log, which creates an activity and a scope for each request.
        builder.Logging.ClearProviders().AddProvider(new SerilogLoggerProvider(
            new LoggerConfiguration().MinimumLevel.Verbose().Enrich.With<RequestMark>().Filter.ByExcluding(IsSaidElsewhere).WriteTo.Sink(lines).CreateLogger(), dispose: true));
    }

    /// <summary>
    /// The reason of a failed start is its last line, without a stack. The end of jobs at the end of the program is not worth a line.
    /// </summary>
    private static bool IsSaidElsewhere(LogEvent line) =>
        line.Exception is { } exception && IsOfTheHost(line) && (exception is OperationCanceledException || line.MessageTemplate.Text == "Hosting failed to start");
}
