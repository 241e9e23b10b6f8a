using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Usher.Testing.Kills;

/// <summary>
/// Stands between a server and its PostgreSQL, and cuts: every connection at once, or the one whose COMMIT was just
/// done, before its word gets through.
/// </summary>
internal sealed class CuttingProxy : IDisposable
{
    private static readonly byte[] CommitDone = [.. "COMMIT\0"u8];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, byte> _open = new();
    private readonly int _target;
    private int _armed;
    private int _cuts;

    public CuttingProxy(int target)
    {
        _target = target;
        _listener.Start();
        _ = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Commits whose word was kept from the server.</summary>
    public int CutsAfterCommit => Volatile.Read(ref _cuts);

    public void CutAfterNextCommit() => Volatile.Write(ref _armed, 1);

    public void CutAll()
    {
        foreach (var socket in _open.Keys)
            Reset(socket);
    }

    public void Dispose()
    {
        _listener.Dispose();
        CutAll();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
                _ = Carry(await _listener.AcceptSocketAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // No longer listening.
        }
    }

    private async Task Carry(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        _open[client] = _open[server] = 0;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAny(Copy(client, server, cuts: false), Copy(server, client, cuts: true));
        }
        catch (SocketException)
        {
            // PostgreSQL is away: the client sees the same.
        }
        finally
        {
            Reset(client);
            Reset(server);
        }
    }

    private async Task Copy(Socket from, Socket to, bool cuts)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                if (cuts && Volatile.Read(ref _armed) == 1 && buffer.AsSpan(0, read).IndexOf(CommitDone) >= 0 && Interlocked.Exchange(ref _armed, 0) == 1)
                {
                    Interlocked.Increment(ref _cuts);
                    return;
                }
                for (var sent = 0; sent < read;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Cut, by either side.
        }
    }

    /// <summary>RST, not FIN: nobody says goodbye.</summary>
    private void Reset(Socket socket)
    {
        if (!_open.TryRemove(socket, out _))
            return;
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }
        socket.Dispose();
    }
}
