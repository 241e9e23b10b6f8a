using System.Net.Sockets;
using System.Text;

namespace Usher.IntegrationTests.Harness;

/// <summary>A bare connection to a server, for what no decent client would send.</summary>
public sealed class Wire : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };

    public static async Task<Wire> To(UsherServer server)
    {
        var wire = new Wire();
        await wire._client.ConnectAsync(server.Address.Host, server.Address.Port);
        return wire;
    }

    /// <summary>False when nobody takes it any more.</summary>
    public async Task<bool> Send(string text)
    {
        try
        {
            await _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>All that comes until the server hangs up; an exception when it does not.</summary>
    public async Task<string> ReadToEnd(double withinSeconds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(withinSeconds));
        using var read = new MemoryStream();
        try
        {
            await _client.GetStream().CopyToAsync(read, patience.Token);
        }
        catch (IOException)
        {
            // Hung up on without a farewell.
        }
        return Encoding.Latin1.GetString(read.ToArray());
    }

    public void Dispose() => _client.Dispose();
}
