using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Usher.Server.Platform.Http;

/// <summary>
/// What one connection, and all of them together, may take from the web server. The sizes of bodies are not among them: they are
/// part of the contract.
/// </summary>
internal sealed class TransportOptions
{
    public const string Section = "Transport";

    /// <summary>Connections at once; one more is closed as soon as it is made. Each takes a file handle of the process.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; init; } = 20_000;

    /// <summary>Seconds for the request line and all headers to arrive, from the first byte on.</summary>
    [Range(1, 600)]
    public double HeaderSeconds { get; init; } = 10;

    /// <summary>Bytes of the method, the address with its query, and the version; the address alone is 414 beyond that.</summary>
    [Range(256, 1_048_576)]
    public int MaxRequestLineBytes { get; init; } = 8 * 1024;

    /// <summary>Bytes of all headers together; 431 beyond that. A single one of HTTP/2 may have as much.</summary>
    [Range(1024, 1_048_576)]
    public int MaxHeaderBytes { get; init; } = 16 * 1024;

    /// <summary>How many headers a request may have; 431 beyond that.</summary>
    [Range(10, 1000)]
    public int MaxHeaders { get; init; } = 100;

    /// <summary>A connection without a request is closed after so many seconds. A proxy before this server must give up its idle connections earlier.</summary>
    [Range(1, 3600)]
    public double KeepAliveSeconds { get; init; } = 130;

    /// <summary>Fewer bytes of a body in a second, on average after <see cref="GraceSeconds"/>, is 408.</summary>
    [Range(1, 1_000_000)]
    public int MinBodyBytesPerSecond { get; init; } = 240;

    /// <summary>Whoever takes fewer bytes of an answer in a second is hung up on. A stream that has nothing to say is not slow.</summary>
    [Range(1, 1_000_000)]
    public int MinAnswerBytesPerSecond { get; init; } = 240;

    /// <summary>Seconds before both rates are looked at. The web server looks once a second.</summary>
    [Range(1.1, 600)]
    public double GraceSeconds { get; init; } = 5;

    /// <summary>Requests under way at once on one connection of HTTP/2, which is spoken over TLS only.</summary>
    [Range(1, 1000)]
    public int Http2Streams { get; init; } = 100;

    /// <summary>After so many seconds a silent connection of HTTP/2 is asked whether it is still there, and closed if it does not say so within as many.</summary>
    [Range(1, 3600)]
    public double Http2PingSeconds { get; init; } = 30;

    /// <summary>
    /// Seconds for which a server that is told to leave goes on answering, while its readiness says that it is leaving: three
    /// times as many as whoever stands before it waits between two looks; 0 for where nobody looks.
    /// </summary>
    [Range(0, 20)]
    public double DrainSeconds { get; init; }

    /// <summary>In Production browsers that came by HTTPS ask by nothing else for so many days; 0 tells them nothing.</summary>
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
