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

    /// <summary>A JSON object on each line, as CLEF has it.</summary>
    Json,
}

/// <summary>How the log is written. What is written is for <c>Logging:LogLevel</c> to say, as in every .NET program.</summary>
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
        // Also when the program ends by an exception, or by a verb that has done its work.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => lines.Dispose();
        AppDomain.CurrentDomain.UnhandledException += (_, _) => lines.Dispose();
        // As a provider like any other: Serilog's own way in would set a filter for itself that is stronger than all others, and with it
        // switch on the framework's log of requests, which makes an activity and a scope for each of them.
        builder.Logging.ClearProviders().AddProvider(new SerilogLoggerProvider(
            new LoggerConfiguration().MinimumLevel.Verbose().Enrich.With<RequestMark>().Filter.ByExcluding(IsSaidElsewhere).WriteTo.Sink(lines).CreateLogger(), dispose: true));
    }

    /// <summary>What keeps the program from starting is its last line, without a stack; that work ends when the program does is no news.</summary>
    private static bool IsSaidElsewhere(LogEvent line) =>
        line.Exception is { } exception && IsOfTheHost(line) && (exception is OperationCanceledException || line.MessageTemplate.Text == "Hosting failed to start");
}
