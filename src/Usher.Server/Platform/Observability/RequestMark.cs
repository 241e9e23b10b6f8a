using Serilog.Core;
using Serilog.Events;

namespace Usher.Server.Platform.Observability;

/// <summary>
/// The request of a log line. A logging scope would do the same at several times the cost: this one is two small objects per request, and
/// nothing has to be undone at its end.
/// </summary>
internal sealed class RequestMark : ILogEventEnricher
{
    public const string Request = "RequestId", User = "UserId";

    /// <summary>The properties, in reading order.</summary>
    public static readonly string[] Names = [Request, User];

    private static readonly AsyncLocal<Mark?> Current = new();

    /// <summary>For everything that runs from here on, also in parallel to the request.</summary>
    public static void Begin(string requestId) => Current.Value = new Mark(requestId);

    /// <summary>Sets the caller, once it is known.</summary>
    public static void Name(Guid userId)
    {
        if (Current.Value is { } mark)
            mark.UserId = userId;
    }

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        if (Current.Value is not { } mark)
            return;
        logEvent.AddPropertyIfAbsent(new LogEventProperty(Request, new ScalarValue(mark.RequestId)));
        if (mark.UserId is { } userId)
            logEvent.AddPropertyIfAbsent(new LogEventProperty(User, new ScalarValue(userId.ToString())));
    }

    private sealed class Mark(string requestId)
    {
        public string RequestId { get; } = requestId;
        public Guid? UserId { get; set; }
    }
}
