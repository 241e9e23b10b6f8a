using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Usher.Bench.Sale;

/// <summary>
/// A kept-alive HTTP/1.1 connection to the loopback. It shares the machine with what is measured, so it does as little as it
/// can: prepared bytes out, a status and a length in.
/// </summary>
internal sealed class HttpWire(int port, int longestAnswer = 128 * 1024) : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _answer = new byte[longestAnswer];
    private int _length;

    public Task Connect() => _socket.ConnectAsync(IPAddress.Loopback, port);

    /// <returns>The status of the answer.</returns>
    public async ValueTask<int> Ask(ReadOnlyMemory<byte> request)
    {
        await _socket.SendAsync(request);
        _length = 0;
        while (true)
        {
            var read = await _socket.ReceiveAsync(_answer.AsMemory(_length));
            if (read == 0)
                throw new IOException("The server closed the connection, or answered more than the buffer holds.");
            _length += read;
            if (IsComplete(_answer.AsSpan(0, _length)))
                return Status(_answer);
        }
    }

    /// <summary>Of the last answer: seconds, or null where it does not say when to come again.</summary>
    public int? RetryAfter => Number(_answer.AsSpan(0, _length), "\r\nRetry-After: "u8);

    /// <summary>The last answer in one line: its status and its body, without the fields between them.</summary>
    public string OneLine
    {
        get
        {
            var answer = Encoding.UTF8.GetString(_answer, 0, _length);
            var body = answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
            return $"{answer.Split("\r\n")[0]} {body.ReplaceLineEndings(" ").Trim()}";
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Enough of HTTP for answers to requests that are not pipelined.</summary>
    private static bool IsComplete(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;
        if (Number(answer[..(head + 2)], "\r\nContent-Length: "u8) is { } body)
            return answer.Length >= head + 4 + body;
        // No length: either nothing follows, or chunks up to an empty one.
        return Status(answer) == 204 || answer.EndsWith("\r\n0\r\n\r\n"u8);
    }

    private static int? Number(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> field)
    {
        var at = answer.IndexOf(field);
        return at >= 0 && Utf8Parser.TryParse(answer[(at + field.Length)..], out int number, out _) ? number : null;
    }

    /// <summary>"HTTP/1.1 201 Created".</summary>
    private static int Status(ReadOnlySpan<byte> answer) =>
        (answer[9] - '0') * 100 + (answer[10] - '0') * 10 + (answer[11] - '0');
}
