using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Usher.IntegrationTests.Harness;
using Usher.Server.Platform.Http;

namespace Usher.IntegrationTests.Http;

/// <summary>What one connection, and all of them together, may take. Nothing of it reaches a database: one engine is enough.</summary>
public sealed class TransportTests(Servers servers)
{
    private const string Post = "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

    [Fact]
    public async Task Whoever_trickles_headers_or_a_body_is_hung_up_on_while_others_are_served()
    {
        await using var server = await servers.Start(Engine.Sqlite, ("Transport:HeaderSeconds", "2"), ("Transport:GraceSeconds", "2"));
        var others = new Person(server);
        var since = Stopwatch.StartNew();
        using var enough = new CancellationTokenSource();
        string[] beginnings = ["GET /api/events HTTP/1.1\r\nHost: x\r\nX-Slow: ", $"{Post}Content-Length: 60000\r\n\r\n", $"{Post}Transfer-Encoding: chunked\r\n\r\n"];
        var slow = Enumerable.Range(0, 300).Select(i => Trickle(server, beginnings[i % 3], i % 3 == 2 ? "1\r\na\r\n" : "a", enough.Token)).ToArray();

        var (served, slowest) = (0, TimeSpan.Zero);
        while (!Task.WhenAll(slow).IsCompleted && since.Elapsed.TotalSeconds < 30)
        {
            var began = since.Elapsed;
            (await others.Get("api/events?limit=1")).Expect(200);
            (slowest, served) = (since.Elapsed - began > slowest ? since.Elapsed - began : slowest, served + 1);
            await Task.Delay(20);
        }
        await enough.CancelAsync();
        var told = await Task.WhenAll(slow);
        Assert.All(told, one => Assert.True(one.Seconds is > 1.5 and < 15, $"Hung up on after {one.Seconds:0.0} s."));
        Assert.All(told, one => Assert.True(one.Text.Length == 0 || one.Text.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal), one.Text));
        Assert.Contains(told, one => one.Text.Length > 0);
        Assert.True(served > 20 && slowest < TimeSpan.FromSeconds(2), $"{served} were served meanwhile, one after {slowest}.");
    }

    [Fact]
    public async Task An_idle_connection_is_closed()
    {
        await using var server = await servers.Start(Engine.Sqlite, ("Transport:KeepAliveSeconds", "1"));
        using var wire = await Wire.To(server);
        await wire.Send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", await wire.ReadToEnd(withinSeconds: 10), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_too_many_is_closed_and_room_is_made_by_one_that_goes()
    {
        await using var server = await servers.Start(Engine.Sqlite, ("Transport:MaxConnections", "5"));
        // The one that looked whether the server is ready is kept open.
        var held = new List<Wire>();
        for (var i = 0; i < 4; i++)
        {
            held.Add(await Wire.To(server));
            await held[i].Send("GET /health/live HTTP/1.1\r\nHost: x\r\n");
        }
        using (var refused = await Wire.To(server))
        {
            await refused.Send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.Equal("", await refused.ReadToEnd(withinSeconds: 5));
        }
        (await new Person(server).Get("health/live")).Expect(200);
        held[0].Dispose();
        await Eventually.IsTrue(async () =>
        {
            using var next = await Wire.To(server);
            await next.Send("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            return (await next.ReadToEnd(withinSeconds: 5)).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal);
        });
        held.ForEach(wire => wire.Dispose());
    }

    [Fact]
    public async Task What_the_web_server_refuses_by_itself_is_short_and_does_not_say_who_it_is()
    {
        var server = await servers.Shared(Engine.Sqlite);
        foreach (var (request, status) in ((string, int)[])[
            ($"GET /{new string('a', 9000)} HTTP/1.1\r\nHost: x\r\n\r\n", 414),
            ($"GET / HTTP/1.1\r\nHost: x\r\nX-Long: {new string('a', 17_000)}\r\n\r\n", 431),
            ($"GET / HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Range(0, 101).Select(i => $"X-{i}: a\r\n"))}\r\n", 431),
            ("GET / HTTP/1.1\r\n\r\n", 400), ("nonsense\r\n\r\n", 400), ("GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505)])
        {
            using var wire = await Wire.To(server);
            await wire.Send(request);
            var answer = await wire.ReadToEnd(withinSeconds: 10);
            Assert.True(answer.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal), $"{status}: {answer}");
            Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("Server:", answer, StringComparison.OrdinalIgnoreCase);
        }
        (await new Person(server).Get("health/live", ("X-Long", new string('a', 15_000)))).Expect(200);
    }

    /// <summary>The size of a chunk has as many digits as a client likes; what no number holds is the client's mistake.</summary>
    [Fact]
    public async Task A_chunk_of_a_size_that_no_number_holds_cannot_be_read()
    {
        await using var server = await servers.Start(Engine.Sqlite);
        foreach (var size in (string[])["80000000", "ffffffff", "7fffffffffffffffff"])
        {
            using var wire = await Wire.To(server);
            await wire.Send($"{Post}Transfer-Encoding: chunked\r\n\r\n{size}\r\n{{}}\r\n0\r\n\r\n");
            var answer = await wire.ReadToEnd(withinSeconds: 10);
            Assert.True(answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal) && answer.Contains("malformed_request", StringComparison.Ordinal), answer);
        }
        Assert.DoesNotContain(server.Output, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_goes_in_the_middle_of_a_body_is_no_failure_of_ours()
    {
        await using var server = await servers.Start(Engine.Sqlite);
        var organizer = await Person.Organizer(server);
        string[] requests =
        [
            $"{Post}Content-Length: 1000\r\n\r\n{{", $"{Post}Transfer-Encoding: chunked\r\n\r\n1\r\n{{\r\n",
            $"PATCH /api/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {organizer.Token}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{",
            $"POST /api/events/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {organizer.Token}\r\nContent-Type: text/csv\r\nContent-Length: 1000\r\n\r\nname",
        ];
        var before = server.Output.Count(IsAnswered);
        for (var turn = 0; turn < 2; turn++)
            foreach (var request in requests)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, server.Address.Port);
                await client.GetStream().WriteAsync(System.Text.Encoding.Latin1.GetBytes(request));
                // The server reads the body by now; closing without lingering is a reset.
                await Task.Delay(100);
                if (turn == 0)
                    client.LingerState = new LingerOption(true, 0);
            }
        await Eventually.IsTrue(() => Task.FromResult(server.Output.Count(IsAnswered) >= before + 2 * requests.Length));
        Assert.DoesNotContain(server.Output, line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Output, line => line.Contains(" 500 in ", StringComparison.Ordinal));
        (await organizer.Get("api/me")).Expect(200);

        static bool IsAnswered(string line) => line.Contains("RequestLog", StringComparison.Ordinal) && line.Contains(" in ", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_speaks_HTTP_1_0_is_told_what_it_costs_once()
    {
        await using var server = await servers.Start(Engine.Sqlite);
        for (var i = 0; i < 3; i++)
        {
            using var wire = await Wire.To(server);
            await wire.Send("GET /api/events HTTP/1.0\r\nHost: x\r\nConnection: close\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200 ", await wire.ReadToEnd(withinSeconds: 10), StringComparison.Ordinal);
        }
        Assert.Single(server.Output, line => line.Contains("proxy_http_version 1.1", StringComparison.Ordinal) && line.StartsWith("Warning", StringComparison.Ordinal));
    }

    /// <summary>It is spoken over TLS only, so a web server of the test's own speaks it here, under the limits of the program.</summary>
    [Fact]
    public async Task HTTP_2_has_limits_of_its_own_and_a_silent_connection_is_asked_and_closed()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            new TransportOptions { Http2Streams = 7, Http2PingSeconds = 1, MaxHeaderBytes = 2048 }.Limit(kestrel.Limits);
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        await using var app = builder.Build();
        await app.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(app.Urls.Single()).Port);
        var wire = client.GetStream();
        await wire.WriteAsync((byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0]);

        var (since, frames) = (Stopwatch.StartNew(), new List<(byte Type, byte[] Payload)>());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        var head = new byte[9];
        while (await wire.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, patience.Token) == head.Length)
        {
            var payload = new byte[head[0] << 16 | head[1] << 8 | head[2]];
            await wire.ReadExactlyAsync(payload, patience.Token);
            frames.Add((head[3], payload));
        }
        // RFC 9113: SETTINGS are frames of type 4, pairs of 16 and 32 bits; a PING has type 6, and is not answered here.
        var settings = frames.First(frame => frame.Type == 4).Payload.Chunk(6).ToDictionary(pair => pair[1], pair => BinaryPrimitives.ReadInt32BigEndian(pair.AsSpan(2)));
        Assert.Equal((7, 2048), (settings[3], settings[6]));
        Assert.Contains(frames, frame => frame.Type == 6);
        Assert.InRange(since.Elapsed.TotalSeconds, 1.5, 10);
    }

    private static async Task<(double Seconds, string Text)> Trickle(UsherServer server, string beginning, string more, CancellationToken enough)
    {
        using var wire = await Wire.To(server);
        var since = Stopwatch.StartNew();
        await wire.Send(beginning);
        var end = wire.ReadToEnd(withinSeconds: 40);
        while (!end.IsCompleted && !enough.IsCancellationRequested)
        {
            await Task.WhenAny(end, Task.Delay(200, CancellationToken.None));
            if (!end.IsCompleted)
                await wire.Send(more);
        }
        return (since.Elapsed.TotalSeconds, end.IsCompleted ? await end : "It was still being listened to.");
    }
}
