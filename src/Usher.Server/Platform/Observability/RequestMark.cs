using Serilog.Core;
using Serilog.Events;

namespace Usher.Server.Platform.Observability;

/// <summary>
/// Whose request a line of the log belongs to. A logging scope would say the same, for several times the price: this one is two
/// small objects a request, and nothing has to be undone at its end.
/// </summary>
internal sealed class RequestMark : ILogEventEnricher
{
    public const string Request = "RequestId", User = "UserId";

    /// <summary>The properties, in the order in which people read them.</summary>
    public static readonly string[] Names = [Request, User];

    private static readonly AsyncLocal<Mark?> Current = new();

    /// <summary>For all that is done from here on, also beside the request.</summary>
    public static void Begin(string requestId) => Current.Value = new Mark(requestId);

    /// <summary>It has become known who asks.</summary>
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
