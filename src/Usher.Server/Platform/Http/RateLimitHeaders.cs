namespace Usher.Server.Platform.Http;

/// <summary>Rate limit headers, by the IETF draft (draft-ietf-httpapi-ratelimit-headers).</summary>
internal static class RateLimitHeaders
{
    public const string Policy = "RateLimit-Policy", Limit = "RateLimit";
}
