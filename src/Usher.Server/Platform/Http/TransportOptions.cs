using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Usher.Server.Platform.Http;

/// <summary>Limits of one connection and of all connections together. Body sizes are not included, because they are part of the contract.</summary>
internal sealed class TransportOptions
{
    public const string Section = "Transport";

    /// <summary>Most connections at once; the server closes further ones at once. Each takes a file handle of the process.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; init; } = 20_000;

    /// <summary>Seconds for the request line and all headers to arrive, from the first byte on.</summary>
    [Range(1, 600)]
    public double HeaderSeconds { get; init; } = 10;

    /// <summary>Most bytes of the method, the address with its query, and the version. A longer address gets 414.</summary>
    [Range(256, 1_048_576)]
    public int MaxRequestLineBytes { get; init; } = 8 * 1024;

    /// <summary>Most bytes of all headers together; beyond that, 431. A single header of HTTP/2 may have as many.</summary>
    [Range(1024, 1_048_576)]
    public int MaxHeaderBytes { get; init; } = 16 * 1024;

    /// <summary>Most headers of a request; beyond that, 431.</summary>
    [Range(10, 1000)]
    public int MaxHeaders { get; init; } = 100;

    /// <summary>Seconds after which an idle connection is closed. A proxy in front of the server must close its idle connections earlier.</summary>
    [Range(1, 3600)]
    public double KeepAliveSeconds { get; init; } = 130;

    /// <summary>Lowest rate of a request body in bytes per second, on average after <see cref="GraceSeconds"/>; below that, 408.</summary>
    [Range(1, 1_000_000)]
    public int MinBodyBytesPerSecond { get; init; } = 240;

    /// <summary>
    /// Lowest rate at which a client reads a response, in bytes per second; below that, the connection is closed. A stream without
    /// news is not slow.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MinAnswerBytesPerSecond { get; init; } = 240;

    /// <summary>Seconds before both rates are checked. The web server checks once a second.</summary>
    [Range(1.1, 600)]
    public double GraceSeconds { get; init; } = 5;

    /// <summary>Most concurrent requests on one connection of HTTP/2, which is available over TLS only.</summary>
    [Range(1, 1000)]
    public int Http2Streams { get; init; } = 100;

    /// <summary>
    /// Seconds of silence after which the server pings a connection of HTTP/2. It closes the connection if no reply arrives within as
    /// many seconds.
    /// </summary>
    [Range(1, 3600)]
    public double Http2PingSeconds { get; init; } = 30;

    /// <summary>
    /// Seconds for which a stopping server still answers requests while its readiness check fails: three times the probe interval of
    /// the proxy, or 0 without a probe.
    /// </summary>
    [Range(0, 20)]
    public double DrainSeconds { get; init; }

    /// <summary>Days for which browsers may use only HTTPS (HSTS), in Production and after a request by HTTPS; 0 for no header.</summary>
    [Range(0, 3650)]
    public int HstsDays { get; init; } = 365;

    public void Limit(KestrelServerLimits limits)
    {
        var grace = TimeSpan.FromSeconds(GraceSeconds);
        limits.MaxConcurrentConnections = MaxConnections;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(HeaderSeconds);
        limits.MaxRequestLineSize = MaxRequestLineBytes;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxRequestHeaderCount = MaxHeaders;
        limits.MaxRequestBufferSize = Math.Max(1024 * 1024, Math.Max(MaxHeaderBytes, MaxRequestLineBytes));
        limits.MaxRequestBodySize = HttpModule.EventBodyLimit;
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(KeepAliveSeconds);
        limits.MinRequestBodyDataRate = new MinDataRate(MinBodyBytesPerSecond, grace);
        limits.MinResponseDataRate = new MinDataRate(MinAnswerBytesPerSecond, grace);
        limits.Http2.MaxStreamsPerConnection = Http2Streams;
        limits.Http2.MaxRequestHeaderFieldSize = MaxHeaderBytes;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(Http2PingSeconds);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(Http2PingSeconds);
    }
}
