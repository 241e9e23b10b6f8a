using System.Text;

namespace Usher.Bench.Sale;

/// <summary>
/// One connection's requests, ready to be sent: one head, and bodies of equal length of which each request takes one
/// by chance. Only the body is copied.
/// </summary>
internal sealed class RequestBytes
{
    private readonly byte[] _request;
    private readonly IReadOnlyList<byte[]> _bodies;
    private readonly int _head;
    private readonly FreshTokens? _tokens;
    private readonly int _token;

    private RequestBytes(string head, IReadOnlyList<byte[]> bodies, FreshTokens? tokens = null)
    {
        _bodies = bodies;
        _tokens = tokens;
        _token = head.IndexOf("Bearer ", StringComparison.Ordinal) + "Bearer ".Length;
        _request = [.. Encoding.ASCII.GetBytes(head), .. bodies[0]];
        _head = _request.Length - bodies[0].Length;
    }

    public static RequestBytes Post(string path, string? token, IReadOnlyList<byte[]> bodies) => new(
        $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{Authorization(token)}Content-Type: application/json\r\n"
        + $"Content-Length: {bodies[0].Length}\r\n\r\n",
        bodies);

    /// <summary>Each request with the next token, which is copied into it too.</summary>
    public static RequestBytes PostWithTokens(string path, FreshTokens tokens, byte[] body) => new(
        $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{Authorization(Encoding.ASCII.GetString(tokens.Next()))}Content-Type: application/json\r\n"
        + $"Content-Length: {body.Length}\r\n\r\n",
        [body], tokens);

    public static RequestBytes Get(string path, string? token) =>
        new($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{Authorization(token)}\r\n", [[]]);

    public static RequestBytes Put(string path, string token) =>
        new($"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{Authorization(token)}Content-Length: 0\r\n\r\n", [[]]);

    /// <summary>One ticket. Ids have one length, so bodies do too.</summary>
    public static byte[] Booking(Guid eventId, Guid ticketTypeId) => Encoding.ASCII.GetBytes(
        $$"""{"eventId":"{{eventId}}","ticketTypeId":"{{ticketTypeId}}","quantity":1}""");

    public ReadOnlyMemory<byte> Next()
    {
        if (_bodies.Count > 1)
            _bodies[Random.Shared.Next(_bodies.Count)].CopyTo(_request, _head);
        _tokens?.Next().CopyTo(_request, _token);
        return _request;
    }

    private static string Authorization(string? token) => token is null ? "" : $"Authorization: Bearer {token}\r\n";
}
