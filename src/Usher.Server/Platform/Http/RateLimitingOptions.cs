namespace Usher.Server.Platform.Http;

internal sealed class RateLimitingOptions
{
    public const string Section = "RateLimiting";

    /// <summary>False turns every limit off, login throttling and in-flight caps included: for tests and benchmarks.</summary>
    public bool Enabled { get; init; } = true;
}
