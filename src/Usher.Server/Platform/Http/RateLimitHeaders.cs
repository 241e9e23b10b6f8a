namespace Usher.Server.Platform.Http;

/// <summary>What a caller may ask how often, as the IETF's draft names it (draft-ietf-httpapi-ratelimit-headers).</summary>
internal static class RateLimitHeaders
{
    public const string Policy = "RateLimit-Policy", Limit = "RateLimit";
}
