namespace Usher.Server.Platform.Http;

/// <summary>
/// What browsers read server-sent events with. It comes back by itself when a stream ends, and never again after an answer that
/// is no stream (HTML, section 9.2): whoever is turned away for the moment is told so by a stream that ends at once.
/// </summary>
internal static class EventSource
{
    public const string ContentType = "text/event-stream";

    /// <summary>It sends this and nothing else; programs that also take something else can be told the truth.</summary>
    public static bool Asks(HttpRequest request) => HttpMethods.IsGet(request.Method) && request.Headers.Accept == ContentType;

    /// <summary>Up to twice as late as it would do: all who were turned away at one moment shall not come back at one.</summary>
    public static Task TellToComeAgain(HttpResponse response, int afterSeconds, string why)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        var milliseconds = Random.Shared.NextInt64(afterSeconds * 1000L, afterSeconds * 2000L);
        return response.WriteAsync($"retry: {milliseconds}\n: {why}\n\n", response.HttpContext.RequestAborted);
    }
}
