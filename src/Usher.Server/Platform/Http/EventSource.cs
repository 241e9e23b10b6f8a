namespace Usher.Server.Platform.Http;

/// <summary>
/// Support for EventSource in browsers. It reconnects when a stream ends, but never after a response that is not a stream (HTML, section
/// 9.2). A browser that must wait therefore gets a stream that ends at once.
/// </summary>
internal static class EventSource
{
    public const string ContentType = "text/event-stream";

    /// <summary>EventSource accepts only this media type; other clients can get the real status.</summary>
    public static bool Asks(HttpRequest request) => HttpMethods.IsGet(request.Method) && request.Headers.Accept == ContentType;

    /// <summary>Adds up to the same time again at random, so that clients that were rejected together do not return together.</summary>
    public static Task TellToComeAgain(HttpResponse response, int afterSeconds, string why)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        var milliseconds = Random.Shared.NextInt64(afterSeconds * 1000L, afterSeconds * 2000L);
        return response.WriteAsync($"retry: {milliseconds}\n: {why}\n\n", response.HttpContext.RequestAborted);
    }
}
