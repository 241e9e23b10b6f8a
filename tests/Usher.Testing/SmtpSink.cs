using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Usher.Testing;

/// <summary>What a mail server does with a message for somebody.</summary>
public enum SmtpMood
{
    Takes,

    /// <summary>451: come again.</summary>
    Defers,

    /// <summary>550: never.</summary>
    Refuses,

    /// <summary>Says nothing when it is told the recipient.</summary>
    Tarpits,

    /// <summary>Takes it, says so, and is gone.</summary>
    DiesAfterTaking,
}

/// <param name="Text">Headers and body as they came, each byte a character.</param>
public sealed record SunkMail(string Recipient, string MessageId, string Text);

/// <summary>An SMTP server on the loopback that keeps what it gets, and can be as bad as real ones.</summary>
public sealed class SmtpSink : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _closed = new();
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;
    private int _connections;

    /// <param name="port">0 for any that is free.</param>
    public SmtpSink(bool tls = false, int port = 0, IPAddress? address = null)
    {
        _listener = new TcpListener(address ?? IPAddress.Loopback, port);
        _certificate = tls ? SelfSigned() : null;
        _listener.Start();
        _accepting = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>By recipient; it may change at any time.</summary>
    public Func<string, SmtpMood> Mood { get; set; } = _ => SmtpMood.Takes;

    public ConcurrentQueue<SunkMail> Mails { get; } = new();

    /// <summary>Recipients that were named, whatever came of it.</summary>
    public ConcurrentQueue<string> Tries { get; } = new();

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>PEM of the certificate that a client has to trust.</summary>
    public string Certificate => _certificate!.ExportCertificatePem();

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _listener.Stop();
        await _accepting;
        _certificate?.Dispose();
        _closed.Dispose();
    }

    private async Task Accept()
    {
        while (!_closed.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_closed.Token);
                Interlocked.Increment(ref _connections);
                _ = Serve(client);
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var _ = client;
        try
        {
            Stream stream = client.GetStream();
            await Say(stream, "220 sink ESMTP");
            string? recipient = null;
            while (await Hear(stream) is { } line)
            {
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                switch (verb)
                {
                    case "EHLO":
                        await Say(stream, _certificate is not null && stream is not SslStream ? "250-sink\r\n250-STARTTLS\r\n250 8BITMIME" : "250-sink\r\n250-SMTPUTF8\r\n250 8BITMIME");
                        break;
                    case "STARTTLS":
                        await Say(stream, "220 go on");
                        var secure = new SslStream(stream);
                        await secure.AuthenticateAsServerAsync(_certificate!);
                        stream = secure;
                        break;
                    case "RCPT":
                        recipient = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
                        Tries.Enqueue(recipient);
                        if (Mood(recipient) == SmtpMood.Tarpits)
                            await Task.Delay(Timeout.Infinite, _closed.Token);
                        await Say(stream, Mood(recipient) switch { SmtpMood.Defers => $"451 <{recipient}> come again", SmtpMood.Refuses => $"550 no <{recipient}> here", _ => "250 ok" });
                        break;
                    case "DATA":
                        await Say(stream, "354 go on");
                        var mail = await HearMail(stream);
                        Mails.Enqueue(new SunkMail(recipient!, MessageId(mail), mail));
                        await Say(stream, "250 taken");
                        if (Mood(recipient!) == SmtpMood.DiesAfterTaking)
                            return;
                        break;
                    case "QUIT":
                        await Say(stream, "221 bye");
                        return;
                    default:
                        await Say(stream, "250 ok");
                        break;
                }
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, or the sink was closed.
        }
    }

    private static string MessageId(string mail) =>
        mail.Split("\r\n").First(line => line.StartsWith("Message-Id:", StringComparison.OrdinalIgnoreCase))["Message-Id:".Length..].Trim(' ', '<', '>');

    private ValueTask Say(Stream stream, string line) => stream.WriteAsync(Encoding.Latin1.GetBytes(line + "\r\n"), _closed.Token);

    private async Task<string> HearMail(Stream stream)
    {
        var mail = new StringBuilder();
        while (await Hear(stream) is { } line && line != ".")
            mail.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        return mail.ToString();
    }

    // A byte at a time: what follows STARTTLS is not for this stream.
    private async Task<string?> Hear(Stream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _closed.Token) == 1)
        {
            if (one[0] == '\n')
                return line.ToString();
            if (one[0] != '\r')
                line.Append((char)one[0]);
        }
        return null;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
